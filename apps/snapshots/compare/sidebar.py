"""The left side of a comparison's page: sums, filters and the changed objects."""

from dataclasses import dataclass
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.http import QueryDict

from apps.snapshots.compare import changes
from apps.snapshots.compare.address import KIND_WORDS, START, Address
from apps.snapshots.compare.changes import Changed, Filters
from apps.snapshots.compare.listing import Entry, entries
from apps.snapshots.compare.marks import ALL, BY_WORD, Mark
from apps.snapshots.compare.pair import Pair
from apps.snapshots.compare.quiet import refined
from apps.snapshots.compare.survey import Survey, survey
from apps.snapshots.models import Kind
from apps.snapshots.selectors import titles

PAGE = 200


def filters_of(asked: QueryDict) -> Filters:
    """What the address asks for; a word that we do not know filters nothing."""
    kind = asked.get("kind", "")
    return Filters(
        BY_WORD.get(asked.get("change", "")),
        kind if kind in Kind.values else "",
        _as_id(asked.get("parent", "")),
        asked.get("q", "").strip()[:120],
    )


def _as_id(given: str) -> UUID | None:
    try:
        return UUID(given) if given else None
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class Sum:
    """One link of the line of sums. ``at_most``: some of them were only moved or renamed."""

    mark: Mark
    count: int
    href: str
    active: bool
    at_most: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One changed object in the list."""

    entry: Entry
    href: str
    active: bool
    kind: str
    note: str


@dataclass(frozen=True, slots=True)
class Listing:
    sums: list[Sum]
    kinds: list[tuple[str, int, str, bool]]
    """(word, count, address, is chosen), first all kinds."""
    page: Page[Changed]
    lines: list[Line]
    hidden: int
    """Changes that pass the filters and are too many to be listed."""
    total: int
    """Objects that changed, of the chosen kind if one is chosen."""
    all_href: str
    is_filtered: bool
    everything: int
    under: str
    """The title of the object to whose children the list is narrowed, ""."""
    everywhere_href: str
    kept: list[tuple[str, str]]
    """The parameters that a search keeps."""

    @property
    def chosen(self) -> bool:
        return any(each.active for each in self.sums)


def listing(pair: Pair, asked: QueryDict, address: Address, chosen: UUID | None) -> Listing:
    filters = filters_of(asked)
    tally = survey(pair, filters)
    page = Paginator(tally.found, PAGE).get_page(asked.get("page"))
    found = list(page.object_list) if tally.is_exact else refined(pair, list(page.object_list))
    return Listing(
        sums=[
            Sum(
                mark,
                tally.marked(mark, filters.kind),
                address.but(**START | {"change": mark.word}),
                filters.mark is mark,
                at_most=mark is Mark.CHANGED and not tally.is_exact,
            )
            for mark in ALL
        ],
        kinds=_kinds(filters, tally, address),
        page=page,
        lines=[_line(entry, address, chosen) for entry in entries(pair, found)],
        hidden=tally.passing(filters) - len(tally.found) if tally.is_cut else 0,
        total=tally.of_kind(filters.kind) if filters.kind else tally.total,
        all_href=address.but(**START | {"change": ""}),
        is_filtered=filters.narrows,
        everything=tally.total if not (filters.words or filters.parent) else _everything(pair),
        under=_title(pair, filters.parent) if filters.parent else "",
        everywhere_href=address.but(**START | {"parent": ""}),
        kept=[(name, str(asked[name])) for name in ("change", "kind", "parent", "as") if asked.get(name)],
    )


def _everything(pair: Pair) -> int:
    return sum(changes.counts(pair).values())


def _title(pair: Pair, object_id: UUID) -> str:
    for snapshot in (pair.after, pair.before):
        if known := titles(snapshot, [object_id]).get(object_id):
            return known[1] or "Untitled"
    return str(object_id)


def _kinds(filters: Filters, tally: Survey, address: Address) -> list[tuple[str, int, str, bool]]:
    found = [("All kinds", tally.passing(Filters(filters.mark)), address.but(**START | {"kind": ""}), not filters.kind)]
    for kind, word in KIND_WORDS.items():
        count = tally.passing(Filters(filters.mark, kind))
        if count or filters.kind == kind:
            found.append((word.capitalize(), count, address.but(**START | {"kind": kind}), filters.kind == kind))
    return found


def _line(entry: Entry, address: Address, chosen: UUID | None) -> Line:
    change = entry.change
    href = address.but(object=str(change.object), all="")
    return Line(entry, href, change.object == chosen, KIND_WORDS[Kind(change.kind)], _note(entry))


def _note(entry: Entry) -> str:
    """How much is in it, for what came or went; how many blocks more or fewer, for what changed."""
    change, before = entry.change, entry.lines_before
    if change.kind not in (Kind.PAGE, Kind.ROW, Kind.TEMPLATE):
        return ""
    if before is None:
        return _blocks(change.lines) if change.lines else ""
    more = change.lines - before
    return f"{'+' if more > 0 else '−'}{_blocks(abs(more))}" if more else ""


def _blocks(count: int) -> str:
    return f"{count:,} block{'' if count == 1 else 's'}"
