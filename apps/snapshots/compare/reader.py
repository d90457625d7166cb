"""The right side of a comparison's page: one object, its values, its content, and what lies directly below it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import QueryDict

from apps.snapshots.compare.address import KIND_WORDS, Address
from apps.snapshots.compare.below import Below, Child, below
from apps.snapshots.compare.blocks import BlockChange, block_change
from apps.snapshots.compare.marks import Mark, marks_of, words_of
from apps.snapshots.compare.matching import Step
from apps.snapshots.compare.objects import Contexts, Difference, difference
from apps.snapshots.compare.pages import runs
from apps.snapshots.compare.pair import Pair
from apps.snapshots.compare.properties import PropertyChange
from apps.snapshots.models import Kind

BLOCKS = 300
"""Lines of content that are shown at once; the download has them all."""
WHOLE = 2_000
"""The same when nothing is folded."""
INSIDE: dict[str, tuple[str, str]] = {
    Kind.DISCUSSION: ("Comments", "comment"),
    Kind.BLOCK_DISCUSSION: ("Comments", "comment"),
    Kind.DATA_SOURCE: ("Templates", "template"),
}
"""What lies in an object, where that is no blocks."""
TONES = {"": "same", "added": "add", "removed": "del", "moved": "mov", "changed": "mod"}


@dataclass(frozen=True, slots=True)
class Item:
    """A line of the content: a block, or ``same`` blocks that are folded (None: how many is not known)."""

    block: BlockChange | None = None
    same: int | None = None

    @property
    def mark(self) -> str:
        """The one that gives the line its colour."""
        return self.block.marks[0] if self.block and self.block.marks else ""

    @property
    def tone(self) -> str:
        """The class of the line."""
        return TONES[self.mark]

    @property
    def type(self) -> str:
        """``numbered list item``; of a comment or template nothing."""
        return self.block.type.replace("_", " ") if self.block else ""

    @property
    def place(self) -> str:
        """Where a moved block came from: ``up, from 9th to 4th``."""
        block = self.block
        if block is None or "moved" not in block.marks:
            return ""
        if block.changed_parent:
            return "moved into another block"
        if block.place_before is None or block.place_after is None:
            return "moved"
        way = "up" if block.place_after < block.place_before else "down"
        return f"moved {way}, from {_nth(block.place_before)} to {_nth(block.place_after)}"


def _nth(number: int) -> str:
    ending = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number:,}{ending}"


@dataclass(frozen=True, slots=True)
class ChildLine:
    """One object below the one that is shown."""

    title: str
    href: str
    marks: list[Mark]
    words: str
    properties: list[PropertyChange]


@dataclass(frozen=True, slots=True)
class Reader:
    """One object as the right-hand side shows it. ``hidden``: blocks that changed and are not among ``items``."""

    difference: Difference
    items: list[Item]
    hidden: int
    below: Below
    children: list[ChildLine]
    side_by_side: bool
    is_whole: bool
    inline_href: str
    side_href: str
    whole_href: str
    below_href: str

    @property
    def kind(self) -> str:
        return KIND_WORDS[Kind(self.difference.kind)]

    @property
    def marks(self) -> list[Mark]:
        return marks_of(self.difference.weight)

    @property
    def edited_at(self) -> datetime | None:
        side = self.difference.after
        try:
            moment = datetime.fromisoformat(side.edited) if side else None
        except ValueError:
            return None
        return moment if moment is not None and moment.tzinfo is not None else None

    @property
    def values_count(self) -> int:
        return len(self.difference.properties) + len(self.difference.fields)

    @property
    def different(self) -> int:
        return self.difference.page.counts.different

    @property
    def of(self) -> int:
        """Blocks on both sides together, each once."""
        counts = self.difference.page.counts
        return counts.after + counts.removed

    @property
    def noun(self) -> str:
        return INSIDE.get(self.difference.kind, ("Content", "block"))[1]

    @property
    def inside(self) -> str:
        return INSIDE.get(self.difference.kind, ("Content", "block"))[0]

    @property
    def below_title(self) -> str:
        return "Rows" if self.difference.kind == Kind.DATA_SOURCE else "Directly below"


def reader(pair: Pair, object_id: UUID, asked: QueryDict, address: Address) -> Reader:
    """Raises ``NotFound`` when neither snapshot holds the object."""
    contexts = Contexts(pair)
    found = difference(pair, object_id, contexts)
    whole = asked.get("all") == "1"
    items, hidden = _items(found, whole)
    under = below(pair, object_id, contexts)
    return Reader(
        difference=found,
        items=items,
        hidden=hidden,
        below=under,
        children=[_child(child, address) for child in under.entries],
        side_by_side=asked.get("as") == "side",
        is_whole=whole,
        inline_href=address.but(**{"as": ""}),
        side_href=address.but(**{"as": "side"}),
        whole_href=address.but(all="" if whole else "1"),
        below_href=address.but(change="", kind="", q="", page="", parent=str(object_id)),
    )


def _child(child: Child, address: Address) -> ChildLine:
    change = child.change
    words = ", ".join(words_of(change.weight)).capitalize()
    if change.kind != Kind.ROW:
        words = f"{KIND_WORDS[Kind(change.kind)].capitalize()}: {words.lower()}"
    href = address.but(object=str(change.object), all="")
    return ChildLine(change.title or "Untitled", href, marks_of(change.weight), words, child.properties)


def _items(found: Difference, whole: bool) -> tuple[list[Item], int]:
    """The first items, and how many blocks that changed are not among them."""
    most = WHOLE if whole else BLOCKS
    items: list[Item] = []
    shown = 0
    if not found.page.counts.different and not whole:
        return [], 0
    for item in runs(found.page, 1, folded=not whole):
        if len(items) >= most:
            break
        shown += bool(isinstance(item, Step) and item.marks)
        items.append(Item(block_change(found.page, item)) if isinstance(item, Step) else Item(same=item))
    return items, found.page.counts.different - shown
