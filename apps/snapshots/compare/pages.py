"""The blocks of one page in two versions: read chunk by chunk, and only chunks that differ."""

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

import orjson

from apps.snapshots.compare.matching import Entry, Key, Step, longest_increasing, script
from apps.snapshots.models import ObjectVersion
from apps.snapshots.store.bodies import chunk_digests, decompress
from apps.snapshots.store.chunks import chunk_loader

Json = dict[str, Any]
KEPT = 4
"""Chunks that each side keeps at hand: neighbours are asked for one after the other."""
FLEETING = frozenset({"last_edited_time", "last_edited_by", "has_children", "parent", "request_id"})
"""What changes when something else does. The parent is compared by itself."""


class Lines:
    """What lies in a version, by chunk and row. A body without chunks counts as one chunk."""

    def __init__(self, version: ObjectVersion | None) -> None:
        self._body = bytes(version.body) if version is not None else b""
        self._load = chunk_loader(version.workspace_id) if version is not None else None
        self.total = version.lines if version is not None else 0
        self.chunks: Sequence[bytes] = chunk_digests(self._body) if self.total else ()
        self._kept: OrderedDict[int, list[bytes]] = OrderedDict()

    @property
    def chunk_count(self) -> int:
        return len(self.chunks) or (1 if self.total else 0)

    def rows(self, chunk: int) -> list[bytes]:
        """The lines of a chunk."""
        if chunk in self._kept:
            self._kept.move_to_end(chunk)
            return self._kept[chunk]
        rows = self._kept[chunk] = self._plain(chunk).split(b"\n")
        if len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return rows

    def at(self, entry: Entry) -> Json:
        found: Json = orjson.loads(self.rows(entry.chunk)[entry.row])
        return found

    def _plain(self, chunk: int) -> bytes:
        if self.chunks and self._load is not None:
            return decompress(self._load(self.chunks[chunk]))
        return decompress(self._body).partition(b"\n")[2]


@dataclass(slots=True)
class BlockCounts:
    """How many blocks there are on each side, and what became of them. One block may be moved and changed."""

    before: int = 0
    after: int = 0
    added: int = 0
    removed: int = 0
    moved: int = 0
    changed: int = 0
    same: int = 0
    different: int = 0
    """Blocks with at least one of the four marks."""


@dataclass(slots=True)
class PageDifference:
    """``steps`` tell the page after in its order; unread chunks are single steps."""

    before: Lines
    after: Lines
    steps: list[Step] = field(default_factory=list)
    counts: BlockCounts = field(default_factory=BlockCounts)
    unread: list[int | None] = field(default_factory=list)
    """How many blocks were not read before each segment; None where only the sum over all is known."""
    ordinals: tuple[dict[Key, int], dict[Key, int]] = ({}, {})
    """The place of each block among its siblings, from 1; empty for a page that was not read whole."""


def compare_pages(before: ObjectVersion | None, after: ObjectVersion | None) -> PageDifference:
    """Raises ``Chunk.DoesNotExist`` when the store has lost a chunk."""
    old, new = Lines(before), Lines(after)
    spans = _spans(old, new)
    was, now = _entries(old, [span[0] for span in spans]), _entries(new, [span[1] for span in spans])
    found = PageDifference(old, new)
    found.steps = list(script(was, now, len(spans)))
    found.counts = _counted(found, len(now))
    hidden = new.total - len(now) if len(spans) == 2 else None
    found.unread = [hidden] * len(spans)
    if len(spans) == 1:
        found.ordinals = (_ordinals(was), _ordinals(now))
    return found


Span = tuple[range, range]


def _spans(old: Lines, new: Lines) -> list[Span]:
    """The runs of chunks to be read on both sides; between two of them lie chunks that are equal."""
    places = {digest: at for at, digest in enumerate(old.chunks)}
    common = [(places[digest], at) for at, digest in enumerate(new.chunks) if digest in places]
    staying = longest_increasing([was for was, _ in common])
    spans: list[Span] = []
    x = y = 0
    open_run = False
    for index, (was, now) in enumerate(common):
        if index not in staying:
            continue
        if not (open_run and (was, now) == (x, y)):
            spans.append((range(x, was), range(y, now)))
        x, y, open_run = was + 1, now + 1, True
    spans.append((range(x, old.chunk_count), range(y, new.chunk_count)))
    return spans


def _entries(lines: Lines, spans: Sequence[range]) -> list[Entry]:
    entries: list[Entry] = []
    met: dict[str, int] = {}
    for segment, span in enumerate(spans):
        for chunk in span:
            for row, line in enumerate(lines.rows(chunk)):
                raw = orjson.loads(line)
                name = str(raw.get("id") or "")
                met[name] = number = met.get(name, -1) + 1
                entries.append(Entry((name, number), parent_of(raw), _digest(raw), segment, chunk, row))
    return entries


def parent_of(raw: Json) -> str:
    parent = raw.get("parent")
    return str(parent.get(str(parent.get("type"))) or "") if isinstance(parent, dict) else ""


def _digest(raw: Json) -> bytes:
    kept = {name: value for name, value in raw.items() if name not in FLEETING}
    return blake2b(orjson.dumps(kept, option=orjson.OPT_SORT_KEYS), digest_size=16).digest()


def _counted(found: PageDifference, read: int) -> BlockCounts:
    counts = BlockCounts(found.before.total, found.after.total, same=found.after.total - read)
    for step in found.steps:
        marks = step.marks
        for mark in marks:
            setattr(counts, mark, getattr(counts, mark) + 1)
        if marks:
            counts.different += 1
        elif step.after is not None:
            counts.same += 1
    return counts


def _ordinals(entries: Sequence[Entry]) -> dict[Key, int]:
    places: dict[Key, int] = {}
    siblings: dict[str, int] = {}
    for entry in entries:
        siblings[entry.parent] = places[entry.key] = siblings.get(entry.parent, 0) + 1
    return places


def runs(found: PageDifference, context: int = 0, *, folded: bool = True) -> Iterator[Step | int | None]:
    """The steps with what is the same folded: a number of blocks, None where only the sum over all is known.

    ``context`` blocks that are the same stay beside each difference.
    """
    held: list[Step] = []
    head = 0
    for step in found.steps:
        if not (step.unread or step.marks):
            held.append(step)
            continue
        yield from _fold(held, head, 0 if step.unread else context) if folded else held
        held, head = [], 0 if step.unread else context
        yield found.unread[step.unread] if step.unread else step
    yield from _fold(held, head, 0) if folded else held


def _fold(held: list[Step], head: int, tail: int) -> Iterator[Step | int]:
    if head + tail and len(held) <= head + tail + 1:
        yield from held
    elif held:
        yield from held[:head]
        yield len(held) - head - tail
        yield from held[len(held) - tail :]
