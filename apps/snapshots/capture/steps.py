"""What goes in and out of the readers: a node to work on, and the step that one piece of work amounts to."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

from apps.snapshots.models import NodeState, Turn
from apps.snapshots.reasons import REASONS
from apps.snapshots.store.versions import Draft

if TYPE_CHECKING:
    from apps.snapshots.capture.trust import Known

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that is missing, and why (a code of ``REASONS``). ``kind`` is a word of the reconciliation."""

    kind: str
    object: UUID
    reason: str
    parent: UUID | None = None
    title: str = ""
    detail: str = ""

    @property
    def outcome(self) -> str:
        return REASONS[self.reason].outcome


@dataclass(frozen=True, slots=True)
class Found:
    """An object that Notion named or showed. ``raw`` is the object itself, when it was shown.

    ``reason`` ends it at once: it was seen, and this is why it is not captured.
    """

    object: UUID
    kind: str
    parent: UUID | None = None
    place: UUID | None = None
    title: str = ""
    state: NodeState = NodeState.PENDING
    turn: Turn | None = Turn.KNOWN
    raw: Json | None = None
    weight: int = 1
    reason: str = ""


@dataclass(slots=True)
class Node:
    """A node of the frontier in a reader's hands. ``stored`` says that its file is in the store already.

    ``known`` is what may be taken over of it, ``missed`` that no listing showed it.
    """

    id: int
    object: UUID
    kind: str
    state: str
    parent: UUID | None
    place: UUID | None
    title: str
    attempts: int
    cursor: str
    missed: bool = False
    stored: bool = False
    raw: Json | None = None
    known: "Known | None" = None
    parts: list[bytes] = field(default_factory=list)

    @property
    def notion_id(self) -> str:
        return str(self.object)

    @property
    def hinted(self) -> bool:
        """Only referred to so far: if Notion does not show it, nothing is missing."""
        return self.state == NodeState.HINTED


@dataclass(frozen=True, slots=True)
class Told:
    """A line for the job's log."""

    level: str
    message: str


@dataclass(slots=True)
class Step:
    """What working on a node gave.

    ``state`` None: the node is not finished. A listing goes on at ``cursor``; a long page hands over a ``part`` of
    its listings and the page's own ``raw``, and is still being read. ``reason`` (a code of ``REASONS``) says why it
    was not captured, ``detail`` what Notion said, ``gone`` that its last version is to be closed, ``kept`` that it was
    taken over from the store.
    """

    node: Node
    state: NodeState | None = NodeState.DONE
    kind: str = ""
    title: str = ""
    cursor: str = ""
    reason: str = ""
    detail: str = ""
    gone: bool = False
    kept: bool = False
    drafts: list[Draft] = field(default_factory=list)
    found: list[Found] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)
    raw: Json | None = None
    part: bytes | None = None

    def cap(self, reason: str, detail: str = "") -> None:
        """It was captured in part only."""
        self.state, self.reason, self.detail = NodeState.CAPPED, reason, detail[:300]

    @property
    def size(self) -> int:
        """About how many bytes wait for the next checkpoint."""
        return sum(draft.packed.size for draft in self.drafts) + len(self.part or b"")


def ended(node: Node, reason: str, detail: str = "", *, gone: bool = False) -> Step:
    """The step of a node that could not be captured. ``gone``: its last version is closed, too."""
    if node.hinted and REASONS[reason].outcome != "failed":
        return outside(node)
    return Step(node, NodeState(REASONS[reason].outcome), reason=reason, detail=detail[:300], gone=gone)


def hint(object_id: UUID, kind: str, turn: Turn = Turn.KNOWN) -> Found:
    """Something refers to this object; if Notion shows it, it is captured."""
    return Found(object_id, kind, state=NodeState.HINTED, turn=turn)


def outside(node: Node) -> Step:
    """Only a reference led here, and Notion does not show it to us: it belongs to nobody's capture."""
    return Step(node, NodeState.OUTSIDE)
