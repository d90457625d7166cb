"""A comparison as JSON. The API and the download write the same shapes; serializers.py describes them."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from apps.snapshots.compare.blocks import BlockChange, FieldChange, block_change
from apps.snapshots.compare.listing import Entry
from apps.snapshots.compare.marks import ALL, Mark, words_of
from apps.snapshots.compare.matching import Step
from apps.snapshots.compare.objects import Difference, Side
from apps.snapshots.compare.pages import PageDifference, runs
from apps.snapshots.compare.pair import Pair
from apps.snapshots.compare.properties import PropertyChange
from apps.snapshots.compare.schema import ColumnChange
from apps.snapshots.compare.survey import Survey
from apps.snapshots.compare.words import Piece
from apps.snapshots.models import Snapshot

Json = dict[str, Any]


def write_pair(pair: Pair) -> Json:
    """What every answer says of the two snapshots."""
    return {
        "before": _snapshot(pair.before),
        "after": _snapshot(pair.after),
        "incomplete": pair.incomplete,
        "caveats": [
            {"code": caveat.code, "number": caveat.number, "sentence": caveat.sentence} for caveat in pair.caveats()
        ],
    }


def _snapshot(snapshot: Snapshot) -> Json:
    return {"id": snapshot.public_id, "number": snapshot.number, "taken_at": snapshot.taken_at.isoformat()}


def write_counts(tally: Survey) -> Json:
    """Changed objects by mark and by kind; one with several marks counts under each, and once in the total."""
    kinds = sorted({kind for _, kind in tally.counts})
    return {
        "total": tally.total,
        "by_change": {mark.word: tally.marked(mark) for mark in ALL},
        "changed_at_most": not tally.is_exact,
        "by_kind": {kind: tally.of_kind(kind) for kind in kinds},
    }


def write_entry(entry: Entry) -> Json:
    change = entry.change
    moved, renamed = change.weight & Mark.MOVED, change.weight & Mark.RENAMED
    return {
        "id": str(change.object),
        "kind": change.kind,
        "changes": words_of(change.weight),
        "title": change.title,
        "title_before": entry.title_before if renamed else None,
        "parent": str(change.parent) if change.parent else None,
        "parent_before": str(entry.parent_before) if moved and entry.parent_before else None,
        "place": entry.place,
        "place_before": entry.place_before if moved else None,
    }


def write_difference(found: Difference, content: Json) -> Json:
    """``content`` is what :func:`write_content` gives of some or all of the blocks."""
    return {
        "id": str(found.object),
        "kind": found.kind,
        "changes": words_of(found.weight),
        "title": found.title,
        "only_touched": found.is_only_touched,
        "before": _side(found.before),
        "after": _side(found.after),
        "properties": [_property(change) for change in found.properties],
        "columns": [_column(change) for change in found.columns],
        "fields": [_field(change) for change in found.fields],
        "content": content,
    }


def _side(side: Side | None) -> Json | None:
    if side is None:
        return None
    return {
        "title": side.title,
        "parent": str(side.parent) if side.parent else None,
        "place": side.place,
        "blocks": side.lines,
        "since": side.since,
        "edited": side.edited,
    }


def write_pieces(pieces: Iterable[Piece]) -> list[Json]:
    return [{"op": piece.op, "text": piece.text} for piece in pieces]


def _property(change: PropertyChange) -> Json:
    return {
        "id": change.id,
        "name": change.name,
        "type": change.type,
        "change": change.change,
        "before": change.before,
        "after": change.after,
    }


def _field(change: FieldChange) -> Json:
    return {"name": change.name, "before": change.before, "after": change.after}


def _column(change: ColumnChange) -> Json:
    return {
        "id": change.id,
        "changes": change.marks,
        "before": change.before,
        "after": change.after,
        "options": [
            {"among": option.among, "changes": option.marks, "before": option.before, "after": option.after}
            for option in change.options
        ],
        "fields": [_field(each) for each in change.fields],
    }


def write_content(page: PageDifference, start: int = 0, limit: int | None = None) -> Json:
    """The page after with what is the same folded: ``limit`` items from ``start``, and where to go on."""
    stop = None if limit is None else start + limit
    items = list(islice(write_items(page), start, stop if stop is None else stop + 1))
    more = limit is not None and len(items) > limit
    return {"counts": write_block_counts(page), "next": str(stop) if more else "", "items": items[:limit]}


def write_block_counts(page: PageDifference) -> Json:
    counts = page.counts
    return {
        "before": counts.before,
        "after": counts.after,
        "added": counts.added,
        "removed": counts.removed,
        "moved": counts.moved,
        "changed": counts.changed,
        "same": counts.same,
    }


def write_items(page: PageDifference) -> Iterator[Json]:
    for item in runs(page):
        yield _block(block_change(page, item)) if isinstance(item, Step) else {"same": item}


def _block(change: BlockChange) -> Json:
    return {
        "id": change.id,
        "type": change.type,
        "changes": change.marks,
        "text": write_pieces(change.pieces),
        "fields": [_field(each) for each in change.fields],
        "place_before": change.place_before,
        "place_after": change.place_after,
        "parent_before": change.parent_before or None,
        "parent_after": change.parent_after or None,
    }
