"""Rich text before and after: its words, and the words whose formatting or link alone changed."""

from collections.abc import Iterable
from itertools import groupby
from typing import Any, TypeAlias

from apps.snapshots.compare.words import Piece, compared

Json = dict[str, Any]
Style: TypeAlias = tuple[str, ...]
PLAIN_COLOR = "default"


def is_rich_text(value: Any) -> bool:
    """A list of runs; an empty list may be one."""
    return isinstance(value, list) and all(isinstance(run, dict) and "plain_text" in run for run in value)


def plain(runs: Iterable[Json]) -> str:
    return "".join(str(run.get("plain_text") or "") for run in runs)


def compared_runs(before: list[Json], after: list[Json]) -> list[Piece]:
    """The pieces of two rich texts; where the words stayed and their style did not, ``restyled``."""
    old, new = _styles(before), _styles(after)
    pieces: list[Piece] = []
    x = y = 0
    for piece in compared(plain(before), plain(after)):
        length = len(piece.text)
        if piece.op == "same":
            pieces += _by_style(piece.text, old[x : x + length], new[y : y + length])
        else:
            pieces.append(piece)
        x += 0 if piece.op == "added" else length
        y += 0 if piece.op == "removed" else length
    return pieces


def _by_style(text: str, old: list[Style], new: list[Style]) -> list[Piece]:
    ops = ["same" if one == other else "restyled" for one, other in zip(old, new, strict=True)]
    pieces, start = [], 0
    for op, group in groupby(ops):
        length = len(list(group))
        pieces.append(Piece(op, text[start : start + length]))
        start += length
    return pieces


def _styles(runs: Iterable[Json]) -> list[Style]:
    """The style of each character."""
    styles: list[Style] = []
    for run in runs:
        styles += [_style(run)] * len(str(run.get("plain_text") or ""))
    return styles


def _style(run: Json) -> Style:
    annotations = run.get("annotations") or {}
    on = sorted(name for name, value in annotations.items() if value is True)
    color = str(annotations.get("color") or PLAIN_COLOR)
    return (str(run.get("type")), *on, color, str(run.get("href") or ""))
