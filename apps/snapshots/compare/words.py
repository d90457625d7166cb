"""Two texts word by word. Taken together, what stayed and what was removed give the text before, and so on."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

LONGEST = 4_000
"""Words between the first and the last difference beyond which a text counts as replaced."""
MOST = 150
"""Single insertions and deletions beyond which it does."""
_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af"
_WORD = re.compile(rf"[{_CJK}]|[^\W{_CJK}]+|\s+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Piece:
    """``op`` is same, removed, added, or restyled: the words stayed, their formatting or link did not."""

    op: str
    text: str


def words(text: str) -> list[str]:
    """All of the text: words, white space and signs; writing without spaces counts by character."""
    return _WORD.findall(text)


def compared(before: str, after: str) -> list[Piece]:
    """The pieces of both texts in order."""
    if before == after:
        return [Piece("same", after)] if after else []
    old, new = words(before), words(after)
    head = _common(old, new)
    tail = _common(old[head:][::-1], new[head:][::-1])
    middle_old, middle_new = old[head : len(old) - tail], new[head : len(new) - tail]
    pieces = [Piece("same", "".join(old[:head])), *_middle(middle_old, middle_new)]
    pieces.append(Piece("same", "".join(old[len(old) - tail :])))
    return list(_joined(_bridged([piece for piece in pieces if piece.text])))


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    count = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        count += 1
    return count


def _middle(old: list[str], new: list[str]) -> list[Piece]:
    script = _shortest(old, new) if max(len(old), len(new)) <= LONGEST else None
    return script if script is not None else [Piece("removed", "".join(old)), Piece("added", "".join(new))]


def _shortest(old: list[str], new: list[str]) -> list[Piece] | None:
    """E. Myers, An O(ND) difference algorithm (1986). None when more than ``MOST`` edits would be needed."""
    reach = {1: 0}
    trail: list[dict[int, int]] = []
    for edits in range(min(MOST, len(old) + len(new)) + 1):
        trail.append(dict(reach))
        for line in range(-edits, edits + 1, 2):
            down = line == -edits or (line != edits and reach[line - 1] < reach[line + 1])
            x = reach[line + 1] if down else reach[line - 1] + 1
            while x < len(old) and x - line < len(new) and old[x] == new[x - line]:
                x += 1
            reach[line] = x
            if x >= len(old) and x - line >= len(new):
                return _retraced(old, new, trail)
    return None


def _retraced(old: list[str], new: list[str], trail: list[dict[int, int]]) -> list[Piece]:
    pieces: list[Piece] = []
    x, y = len(old), len(new)
    for edits in range(len(trail) - 1, -1, -1):
        reach, line = trail[edits], x - y
        down = line == -edits or (line != edits and reach[line - 1] < reach[line + 1])
        came = line + 1 if down else line - 1
        start_x = reach[came]
        start_y = start_x - came
        while x > start_x and y > start_y:
            x, y = x - 1, y - 1
            pieces.append(Piece("same", old[x]))
        if edits and down:
            pieces.append(Piece("added", new[start_y]))
        elif edits:
            pieces.append(Piece("removed", old[start_x]))
        x, y = start_x, start_y
    return pieces[::-1]


def _bridged(pieces: list[Piece]) -> Iterator[Piece]:
    """White space between two changed words belongs to the change; of neighbours, what was removed comes first."""
    run: list[Piece] = []
    for at, piece in enumerate(pieces):
        beside = at + 1 < len(pieces) and pieces[at + 1].op != "same"
        if piece.op != "same" or (run and beside and piece.text.isspace()):
            run.append(piece)
            continue
        yield from _settled(run)
        run = []
        yield piece
    yield from _settled(run)


def _settled(run: list[Piece]) -> Iterator[Piece]:
    removed = "".join(piece.text for piece in run if piece.op != "added")
    added = "".join(piece.text for piece in run if piece.op != "removed")
    if removed:
        yield Piece("removed", removed)
    if added:
        yield Piece("added", added)


def _joined(pieces: Iterator[Piece]) -> Iterator[Piece]:
    last: Piece | None = None
    for piece in pieces:
        if last is not None and last.op == piece.op:
            last = Piece(last.op, last.text + piece.text)
            continue
        if last is not None:
            yield last
        last = piece
    if last is not None:
        yield last
