"""``manifest.json``: what an export holds, what it does not, and the proof of both.

It says nothing of the run that made it (no clock, no machine, no id of ours but the snapshot's), so the same snapshot
always gets the same manifest. Each file stands on a line of its own, sorted by path, so that the list can be written
and read again without holding it.
"""

import json
import re
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from apps.exports.ledger import Problem, WrittenFile
from apps.exports.reasons import FAILURES

NAME = "manifest.json"
MANIFEST_VERSION = 1
_BEGINNING = b'{\n  "manifest_version":'
_HEAD_LINE = re.compile(r' {2}"(\w+)": (.*?),?\n?')
_FILE_LINE = re.compile(r' {4}(\{"path": "(?:[^"\\]|\\.)*", "size": \d+, "sha256": "[0-9a-f]{64}"\}),?\n?')


@dataclass(frozen=True, slots=True)
class Missing:
    """An object that the snapshot does not hold, or not wholly; ``outcome`` is skipped, capped or failed."""

    kind: str
    object_id: str
    title: str
    outcome: str
    reason: str


def manifest(
    facts: Mapping[str, Any],
    *,
    problems: Iterable[Problem],
    missing: Iterable[Missing],
    files: Iterable[WrittenFile],
    kept: Iterable[WrittenFile] = (),
) -> Iterator[bytes]:
    """The manifest in pieces. ``facts`` come first, in their order.

    ``kept`` are files in the same folder that an earlier export wrote and this one, being incomplete, left alone.
    """
    head = "".join(f"  {_json(name)}: {_json(value)},\n" for name, value in facts.items())
    yield _BEGINNING + f" {MANIFEST_VERSION},\n{head}".encode()
    yield from _list("failed", (_problem(problem) for problem in problems))
    yield b",\n"
    yield from _list("not_in_snapshot", (_missing(one) for one in missing))
    yield b",\n"
    yield from _list("files", map(_file, files))
    yield b",\n"
    yield from _list("kept_from_an_earlier_export", map(_file, kept))
    yield b"\n}\n"


def files_listed(path: Path) -> Iterator[WrittenFile]:
    """The files that a manifest of ours lists, those kept from before too; nothing for any other file."""
    with path.open(encoding="utf-8", errors="replace") as lines:
        for line in lines:
            if file := file_on(line):
                yield file


def file_on(line: str) -> WrittenFile | None:
    """The file that a line of a manifest lists, if it lists one."""
    if not (found := _FILE_LINE.fullmatch(line)):
        return None
    listed = json.loads(found[1])
    return WrittenFile(listed["path"], listed["size"], listed["sha256"])


def manifest_lists(lines: Iterable[str], names: Container[str], limit: int) -> dict[str, list[Any]]:
    """What a manifest lists under these names, as far as they stand before its files; at most ``limit`` of each that
    has an entry to a line. Reads no further than it must.
    """
    found: dict[str, list[Any]] = {}
    name = ""
    for line in lines:
        if head := _HEAD_LINE.fullmatch(line):
            name, value = head[1], head[2]
            if name == "files":
                break
            if name in names:
                found[name] = json.loads(value) if value != "[" else []
        elif name in names and line.startswith("    {") and len(found[name]) < limit:
            found[name].append(json.loads(line.strip().removesuffix(",")))
    return found


def is_ours(path: Path) -> bool:
    """Whether there is a manifest of ours."""
    if not path.is_file():
        return False
    with path.open("rb") as opened:
        return opened.read(len(_BEGINNING)) == _BEGINNING


def _file(file: WrittenFile) -> dict[str, str | int]:
    return {"path": file.path, "size": file.size, "sha256": file.sha256}


def _problem(problem: Problem) -> dict[str, str]:
    facts = {"kind": problem.kind, "id": problem.object_id, "title": problem.title}
    return facts | {"reason": FAILURES[problem.code].sentence}


def _missing(one: Missing) -> dict[str, str]:
    facts = {"kind": one.kind, "id": one.object_id, "title": one.title}
    return facts | {"outcome": one.outcome, "reason": one.reason}


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
