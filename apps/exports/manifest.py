"""``manifest.json``: what an export holds, what it does not, and the proof of both.

It says nothing of the run that made it (no clock, no machine, no id of ours but the snapshot's), so the same snapshot
always gets the same manifest. Each file stands on a line of its own, sorted by path, so that the list can be written
and read again without holding it.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from apps.exports.ledger import Problem, WrittenFile

NAME = "manifest.json"
MANIFEST_VERSION = 1
_FILE_LINE = re.compile(r' {4}(\{"path": "(?:[^"\\]|\\.)*", "size": \d+, "sha256": "[0-9a-f]{64}"\}),?\n?')


@dataclass(frozen=True, slots=True)
class Missing:
    """An object that the snapshot itself could not get: Notion did not give it."""

    kind: str
    object_id: str
    title: str
    reason: str


def manifest(
    facts: Mapping[str, Any],
    *,
    problems: Iterable[Problem],
    missing: Iterable[Missing],
    files: Iterable[WrittenFile],
) -> Iterator[bytes]:
    """The manifest in pieces. ``facts`` come first, in their order."""
    head = "".join(f"  {_json(name)}: {_json(value)},\n" for name, value in facts.items())
    yield f'{{\n  "manifest_version": {MANIFEST_VERSION},\n{head}'.encode()
    yield from _list("failed", (_problem(problem) for problem in problems))
    yield b",\n"
    yield from _list("missing_in_snapshot", (_missing(one) for one in missing))
    yield b",\n"
    yield from _list("files", ({"path": f.path, "size": f.size, "sha256": f.sha256} for f in files))
    yield b"\n}\n"


def files_listed(path: Path) -> Iterator[WrittenFile]:
    """The files that a manifest of ours lists; nothing for any other file."""
    with path.open(encoding="utf-8", errors="replace") as lines:
        for line in lines:
            if found := _FILE_LINE.fullmatch(line):
                listed = json.loads(found[1])
                yield WrittenFile(str(listed["path"]), int(listed["size"]), str(listed["sha256"]))


def _problem(problem: Problem) -> dict[str, str]:
    return {"kind": problem.kind, "id": problem.object_id, "title": problem.title, "reason": problem.reason}


def _missing(one: Missing) -> dict[str, str]:
    return {"kind": one.kind, "id": one.object_id, "title": one.title, "reason": one.reason}


def _list(name: str, items: Iterable[Mapping[str, Any]]) -> Iterator[bytes]:
    """A list with one item to a line."""
    yield f"  {_json(name)}: [".encode()
    separator = "\n"
    for item in items:
        yield f"{separator}    {_json(item)}".encode()
        separator = ",\n"
    yield b"]" if separator == "\n" else b"\n  ]"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
