"""Which block of a page before is which after, and which of them moved. Blocks are known by id alone.

A page is a sequence of segments. Between two segments lie blocks that are equal on both sides and were not read.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

Key: TypeAlias = tuple[str, int]
"""A block's id, and how many blocks of this id stand before it: Notion repeats none, but nothing here relies on it."""
Known: TypeAlias = "dict[Key, tuple[int, Entry]]"
"""Where a block stood before."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A block's place: in which block or page, in which segment, and where its line is found again."""

    key: Key
    parent: str
    digest: bytes
    segment: int
    chunk: int
    row: int


@dataclass(frozen=True, slots=True)
class Step:
    """One block of the page after, in its order; or one that was removed, where it was.

    Neither ``before`` nor ``after``: the unread blocks that begin segment ``unread``.
    """

    before: Entry | None = None
    after: Entry | None = None
    is_moved: bool = False
    unread: int = 0

    @property
    def is_changed(self) -> bool:
        return self.before is not None and self.after is not None and self.before.digest != self.after.digest

    @property
    def marks(self) -> list[str]:
        """None for a block that is the same."""
        if self.before is None or self.after is None:
            return ["added"] if self.after else ["removed"] if self.before else []
        return ["moved"] * self.is_moved + ["changed"] * self.is_changed


def script(before: Sequence[Entry], after: Sequence[Entry], segments: int = 1) -> Iterator[Step]:
    """The page after, block by block, with what was removed in between.

    Of siblings that stayed together the fewest possible count as moved, and what lies in a moved block moved with it.
    """
    old = {entry.key: (at, entry) for at, entry in enumerate(before)}
    new = {entry.key for entry in after}
    moved = _moved(old, after)
    rooted = _rooted(old, after, moved)
    position = segment = 0
    for entry in after:
        known = old.get(entry.key)
        while segment < entry.segment:
            yield from _removed(before, position, _end(before, position, segment), new)
            position, segment = _end(before, position, segment), segment + 1
            yield Step(unread=segment)
        if known is not None and entry.key in rooted and known[0] >= position:
            yield from _removed(before, position, known[0], new)
            position = known[0] + 1
        yield Step(known[1] if known else None, entry, entry.key in moved)
    while segment < segments - 1:
        yield from _removed(before, position, _end(before, position, segment), new)
        position, segment = _end(before, position, segment), segment + 1
        yield Step(unread=segment)
    yield from _removed(before, position, len(before), new)


def _end(before: Sequence[Entry], position: int, segment: int) -> int:
    while position < len(before) and before[position].segment <= segment:
        position += 1
    return position


def _removed(before: Sequence[Entry], start: int, stop: int, new: set[Key]) -> Iterator[Step]:
    for entry in before[start:stop]:
        if entry.key not in new:
            yield Step(before=entry)


def _moved(old: Known, after: Sequence[Entry]) -> set[Key]:
    moved: set[Key] = set()
    crossing: set[Key] = set()
    siblings: dict[str, list[tuple[int, Key]]] = defaultdict(list)
    for entry in after:
        known = old.get(entry.key)
        if known is None:
            continue
        at, was = known
        if was.parent != entry.parent:
            moved.add(entry.key)
            continue
        if was.segment != entry.segment:
            crossing.add(entry.key)
            if (entry.parent, 0) not in crossing:
                moved.add(entry.key)
                continue
        siblings[entry.parent].append((at, entry.key))
    for group in siblings.values():
        staying = longest_increasing([at for at, _ in group])
        moved |= {key for index, (_, key) in enumerate(group) if index not in staying}
    return moved


def _rooted(old: Known, after: Sequence[Entry], moved: set[Key]) -> set[Key]:
    """Blocks that stayed inside blocks that stayed: their order is the same on both sides."""
    rooted: set[Key] = set()
    loose: set[str] = set()
    for entry in after:
        if entry.key in old and entry.key not in moved and entry.parent not in loose:
            rooted.add(entry.key)
        else:
            loose.add(entry.key[0])
    return rooted


def longest_increasing(numbers: Sequence[int]) -> set[int]:
    """The indexes of a longest strictly increasing subsequence; O(n log n)."""
    tails: list[int] = []
    ends: list[int] = []
    links: list[int] = []
    for index, number in enumerate(numbers):
        length = bisect_left(tails, number)
        links.append(ends[length - 1] if length else -1)
        if length == len(tails):
            tails.append(number)
            ends.append(index)
        else:
            tails[length], ends[length] = number, index
    kept: set[int] = set()
    index = ends[-1] if ends else -1
    while index >= 0:
        kept.add(index)
        index = links[index]
    return kept
