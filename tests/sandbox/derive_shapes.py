"""Derive the shapes of recorded exchanges: ``python -m tests.sandbox.derive_shapes`` writes `recorded_shapes.json`.

The file holds names of keys and JSON types only, so that it can stand in the repository where recordings cannot.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.sandbox.recordings import FOLDER, exchanges
from tests.sandbox.shapes import Json, Shapes, endpoint_of, json_type

FILE = Path(__file__).with_name("recorded_shapes.json")
RECORDED = ("2026-03-11", "2025-09-03")
QUERY = "POST /v1/data_sources/{id}/query"


def derived(version: str) -> Shapes:
    """The shapes of answers, from the recordings of that version."""
    shapes = Shapes()
    for exchange in exchanges(version):
        shapes.see(exchange["method"], exchange["path"], exchange["response"])
    return shapes


def derived_filters() -> list[str]:
    """The conditions that Notion took in queries: `rollup.any.rich_text.contains string`."""
    found: set[str] = set()
    for version in RECORDED:
        for exchange in exchanges(version):
            asked = exchange["request"] or {}
            taken = exchange["status"] == 200 and endpoint_of(exchange["method"], exchange["path"]) == QUERY
            if taken and asked.get("filter"):
                found.update(_conditions(asked["filter"]))
    return sorted(found)


def _conditions(asked: Json) -> Iterator[str]:
    for word in ("and", "or"):
        for each in asked.get(word, []):
            yield from _conditions(each)
    about = "timestamp." if "timestamp" in asked else ""
    for key, value in asked.items():
        if key not in ("property", "timestamp", "and", "or"):
            yield from _operators(f"{about}{key}", value)


def _operators(path: str, value: Any) -> Iterator[str]:
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            yield from _operators(f"{path}.{key}", inner)
    else:
        yield f"{path} {json_type(value)}"


def kept(version: str) -> Shapes:
    """From the file."""
    return Shapes.read(_file()["answers"][version])


def kept_filters() -> list[str]:
    filters: list[str] = _file()["filters"]
    return filters


def _file() -> Json:
    found: Json = json.loads(FILE.read_text(encoding="utf-8"))
    return found


def main() -> None:
    if not FOLDER.is_dir():
        sys.exit(f"There are no recordings at {FOLDER}; {FILE.name} stays as it is.")
    answers = {version: derived(version).written() for version in RECORDED}
    written = json.dumps({"filters": derived_filters(), "answers": answers}, indent=1, ensure_ascii=False)
    FILE.write_text(written + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
