"""What a batch of steps does to the nodes: moves through their states, new ones, and sights of known ones."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from apps.snapshots.capture.frontier import pack_raw
from apps.snapshots.capture.steps import Found, Step
from apps.snapshots.capture.tally import Tally
from apps.snapshots.models import CaptureNode, Kind, NodeState, Snapshot, Turn

_WRITTEN = ("snapshot", "object", "kind", "state", "turn", "parent", "place", "title", "weight", "partial")
_COLUMNS = ("id", "kind", "state", "turn", "parent", "place", "title", "weight", "cursor")


@dataclass(slots=True)
class Sight:
    """A node as it stands while a batch is put together. ``id`` is None while only this batch knows of it."""

    id: int | None
    kind: str
    state: str
    turn: int | None
    parent: UUID | None
    place: UUID | None
    title: str
    weight: int
    cursor: str = ""
    raw: dict[str, Any] | None = None

    @classmethod
    def of(cls, found: Found) -> "Sight":
        return cls(
            id=None,
            kind=found.kind,
            state=found.state,
            turn=found.turn,
            parent=found.parent,
            place=found.place,
            title=found.title,
            weight=found.weight,
            raw=found.raw,
        )

    @property
    def number(self) -> int:
        """The row's number. Readers may hold an older one: a row that learnt much is written anew."""
        if self.id is None:
            raise LookupError("This node is not written yet.")
        return self.id

    @property
    def counted(self) -> tuple[str, str, int]:
        return self.kind, self.state, self.weight


@dataclass(slots=True)
class Sightings:
    """The nodes that a batch touches. ``held`` are those that readers work on at this moment."""

    snapshot: Snapshot
    tally: Tally
    held: frozenset[int]
    known: dict[UUID, Sight] = field(default_factory=dict)
    added: dict[UUID, Sight] = field(default_factory=dict)
    replaced: dict[UUID, Sight] = field(default_factory=dict)
    updated: dict[UUID, Sight] = field(default_factory=dict)

    def load(self, objects: Iterable[UUID]) -> None:
        rows = CaptureNode.objects.filter(snapshot=self.snapshot, object__in=list(objects))
        for object_id, *columns in rows.values_list("object", *_COLUMNS):
            self.known[object_id] = Sight(*columns)

    def step(self, step: Step) -> None:
        """A reader has worked on a node."""
        sight = self.known[step.node.object]
        before = sight.counted
        if step.kind:
            sight.kind = step.kind
        if step.state is not None:
            sight.state, sight.turn = step.state, None
        elif sight.state == NodeState.HINTED:
            sight.state = NodeState.PENDING
        sight.title = step.title or sight.title
        self.tally.move(before, sight.counted)

    def meet(self, found: Found) -> bool:
        """Something was named or shown; whether that is the first time."""
        sight = self.known.get(found.object)
        if sight is None:
            self.known[found.object] = self.added[found.object] = Sight.of(found)
            self.tally.add(found.kind, found.state, found.weight)
            return True
        before = sight.counted
        first = sight.state == NodeState.OUTSIDE and found.state != NodeState.HINTED
        if first:
            self._begin_anew(found, sight)
        elif sight.turn is not None and found.state == NodeState.PENDING:
            self._see_again(found, sight)
        self.tally.move(before, self.known[found.object].counted)
        return first

    def _begin_anew(self, found: Found, sight: Sight) -> None:
        """A reference had led to it in vain, and now a listing shows it."""
        fresh = Sight.of(found)
        fresh.id = sight.id
        self.known[found.object] = self.replaced[found.object] = fresh

    def _see_again(self, found: Found, sight: Sight) -> None:
        """It waits already. What is learnt: that it exists, where it lies, or the object itself."""
        was_hinted, waited = sight.state == NodeState.HINTED, sight.turn == Turn.LAST
        sight.state = NodeState.PENDING
        if sight.id in self.held:  # its reader reads what it needs; only the state is news
            learnt = was_hinted
        elif found.raw is not None and (waited or sight.turn == Turn.KNOWN) and not sight.cursor:
            self._take_over(found, sight)
            return
        else:
            learnt = was_hinted or (waited and found.place is not None)
            if learnt:
                self._learn(found, sight)
        if learnt and sight.id is not None:
            self.updated[found.object] = sight

    def _learn(self, found: Found, sight: Sight) -> None:
        """It was named again, without being shown: by whom says more than the reference that led here."""
        sight.kind, sight.turn = found.kind, found.turn
        sight.parent, sight.place = found.parent or sight.parent, found.place or sight.place
        sight.title = sight.title or found.title

    def _take_over(self, found: Found, sight: Sight) -> None:
        """The object itself is shown; where it lies may be known better from before."""
        shown = Sight.of(found)
        shown.id, shown.place = sight.id, found.place or sight.place
        if shown.parent is None:
            shown.parent = sight.parent
        if shown.turn == Turn.LAST and shown.place is not None:
            shown.turn = Turn.FRESH
        self.known[found.object] = shown
        (self.replaced if sight.id is not None else self.added)[found.object] = shown

    def write(self) -> None:
        """The new, replaced and updated rows. Steps write their own."""
        replaced = [sight.number for sight in self.replaced.values()]
        if replaced:
            CaptureNode.objects.filter(pk__in=replaced).delete()
        rows = [self._row(object_id, sight) for object_id, sight in (self.added | self.replaced).items()]
        CaptureNode.objects.insert(_WRITTEN, rows)
        for sight in self.updated.values():
            CaptureNode.objects.filter(pk=sight.number).update(
                kind=sight.kind,
                state=sight.state,
                turn=sight.turn,
                parent=sight.parent,
                place=sight.place,
                title=sight.title,
            )

    def _row(self, object_id: UUID, sight: Sight) -> tuple[Any, ...]:
        """The values of ``_WRITTEN``."""
        partial = pack_raw(sight.raw) if sight.turn is not None else None
        return (
            self.snapshot.pk,
            object_id,
            sight.kind,
            sight.state,
            sight.turn,
            sight.parent,
            sight.place,
            sight.title,
            sight.weight,
            partial,
        )


def resting_turn(kind: str) -> Turn:
    """When a node comes up again that is not finished: rows at hand go before the listing that brings more."""
    if kind == Kind.FILE:
        return Turn.FILE
    return Turn.KNOWN if kind == Kind.DATA_SOURCE else Turn.FRESH
