"""Real answers of Notion's API, where the folder with them is beside the project."""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "notion-recordings"
Exchange = dict[str, Any]

needs_recordings = pytest.mark.skipif(
    not FOLDER.is_dir(), reason="the recorded exchanges with Notion are not beside the project"
)


@cache
def exchanges(version: str) -> tuple[Exchange, ...]:
    found = []
    for file in sorted(FOLDER.glob("*.jsonl")):
        with file.open(encoding="utf-8") as lines:
            found += [each for each in map(json.loads, lines) if each["version"] == version]
    return tuple(found)


def objects(value: Any) -> Iterator[dict[str, Any]]:
    """Every JSON object inside an answer, the answer itself included."""
    if isinstance(value, dict):
        yield value
        for each in value.values():
            yield from objects(each)
    elif isinstance(value, list):
        for each in value:
            yield from objects(each)
