"""When an object counts as unchanged without being read, and what the store holds inside it.

An incremental capture builds on a *base*: the newest snapshot whose walk came to its end. Notion floors the time of the
last edit to the minute, and an edit is later than any reading before it. What the base met was read, or was proven
unchanged, after the base had begun; so an object whose last edit is older than that, and is the one that was read, is
what was read. Whatever the base did not get whole is ``doubted`` and proves nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import F, Q

from apps.snapshots.capture.anatomy import edited_of
from apps.snapshots.capture.files_in import unpacked_ids
from apps.snapshots.capture.options import Options
from apps.snapshots.capture.steps import Found, Gap, Node
from apps.snapshots.capture.tally import BLOCKS, LISTINGS
from apps.snapshots.models import Kind, NodeKind, NodeState, Snapshot, Turn, Unmet
from apps.snapshots.store import versions

Json = dict[str, Any]
KEPT = (Kind.PAGE, Kind.ROW, Kind.TEMPLATE, Kind.DATABASE)
MARGIN = timedelta(minutes=10)
"""How far ours may be ahead of Notion's clock. It costs reading again what was edited that shortly before the base."""
MOST_AHEAD = MARGIN - timedelta(minutes=1)
"""Nothing builds on a capture during which it was further ahead, as Notion's answers are dated."""
_WORDS = {str(kind.label): kind for kind in (Kind.PAGE, Kind.DATABASE, Kind.FILE)}
_ASKED_AGAIN = ("trashed", "not_shared")
"""Why a page in a page was left out, which may have changed without an edit of either."""


@dataclass(frozen=True, slots=True)
class Base:
    """The snapshot that an incremental capture builds on. ``said`` are the kinds of discussions that it looked for."""

    snapshot: Snapshot
    watermark: datetime
    said: tuple[str, ...]

    @classmethod
    def of(cls, snapshot: Snapshot) -> "Base | None":
        """None for a full sweep, and when the base is no longer there: then everything is read."""
        if snapshot.base_no is None:
            return None
        base = Snapshot.objects.filter(workspace=snapshot.workspace_id, number=snapshot.base_no, swept=True).first()
        if base is None or base.started_at is None:
            return None
        watermark = base.started_at.replace(second=0, microsecond=0) - MARGIN
        said = {"none": (), "pages": (Kind.DISCUSSION,), "blocks": (Kind.DISCUSSION, Kind.BLOCK_DISCUSSION)}
        return cls(base, watermark, said[Options.read(snapshot.options).comments])


@dataclass(slots=True)
class Known:
    """What the store knows of an object: its living ``version``, and what lies ``inside`` and would go with it."""

    version: int
    kind: str
    parent: UUID | None
    edited: str
    listed: bytes
    attached: bytes
    lines: int
    size: int
    watermark: datetime
    inside: list[Found] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)

    def proves(self, raw: Json) -> bool:
        """Whether the object, as Notion shows it now, still holds what was read: nobody has edited it since."""
        edited = edited_of(raw)
        if not edited or edited != self.edited:
            return False
        try:
            moment = datetime.fromisoformat(edited)
        except ValueError:
            return False
        return moment.tzinfo is not None and moment < self.watermark


_COLUMNS = ("version", "kind", "parent", "edited", "listed", "attached", "lines", "size")


def known_of(base: Base, nodes: Sequence[Node]) -> dict[UUID, Known]:
    """What is known of those nodes that may be taken over unread. A handful of queries, however many nodes.

    What was worked on before is read: it failed, or it was sent back to be read.
    """
    asked = {node.object: node for node in nodes if node.kind in KEPT and not (node.attempts or node.parts)}
    living = versions.living(base.snapshot.workspace_id)
    rows = living.filter(object__in=list(asked), from_no__lte=base.snapshot.number, kind__in=KEPT, doubted=False)
    found: dict[UUID, Known] = {}
    proving = rows.exclude(listed=b"").annotate(version=F("pk"))
    for row in proving.values("object", *_COLUMNS):
        object_id, listed, attached = row.pop("object"), bytes(row.pop("listed")), bytes(row.pop("attached"))
        known = Known(**row, listed=listed, attached=attached, watermark=base.watermark)
        raw = asked[object_id].raw
        if raw is None or known.proves(raw):
            found[object_id] = known
    return _filled(base, found) if found else found


def _filled(base: Base, found: dict[UUID, Known]) -> dict[UUID, Known]:
    """Those of whose content the store can account for each thing."""
    wanted = {object_id: unpacked_ids(known.attached) for object_id, known in found.items()}
    living = versions.living(base.snapshot.workspace_id)
    inside = living.filter(parent__in=list(found), kind__in=[*base.said, Kind.VIEW])
    columns = ("object", "parent", "kind", "title", "lines", "attached")
    for object_id, parent, kind, title, lines, attached in inside.values_list(*columns):
        weight = lines if kind in base.said else 1
        found[parent].inside.append(_met(object_id, kind, parent, title, weight))
        wanted[parent] += unpacked_ids(bytes(attached))
    files = {file for ids in wanted.values() for file in ids}
    stored = living.filter(object__in=files, kind=Kind.FILE)
    titles = dict(stored.values_list("object", "title"))
    left_out = {gap.object: gap for gap in _left_out(base, Q(object__in=files)) if gap.object not in titles}
    for object_id, ids in wanted.items():
        known = found[object_id]
        known.inside += [_met(file, Kind.FILE, object_id, titles[file]) for file in ids if file in titles]
        _take_gaps(known, object_id, [left_out[file] for file in ids if file in left_out])
    for gap in _left_out(base, Q(parent__in=list(found))):
        if gap.kind != Kind.FILE.label and gap.parent is not None:
            _take_gaps(found[gap.parent], gap.parent, [gap])
    accounted = titles.keys() | left_out.keys()
    return {object_id: known for object_id, known in found.items() if accounted.issuperset(wanted[object_id])}


def _left_out(base: Base, which: Q) -> Iterable[Unmet]:
    return Unmet.objects.filter(which, snapshot=base.snapshot, outcome="skipped")


def _met(object_id: UUID, kind: str, parent: UUID, title: str, weight: int = 1) -> Found:
    return Found(object_id, kind, parent, title=title, state=NodeState.DONE, turn=None, weight=weight)


def _take_gaps(known: Known, parent: UUID, gaps: Iterable[Unmet]) -> None:
    """What the base left out inside an object is left out again, unless that may have changed without an edit."""
    for gap in gaps:
        if gap.kind == BLOCKS:
            known.gaps.append(Gap(BLOCKS, gap.object, gap.reason, parent, gap.title, gap.detail))
        elif gap.reason in _ASKED_AGAIN and gap.kind in _WORDS:
            known.inside.append(Found(gap.object, _WORDS[gap.kind], parent, parent, gap.title, turn=Turn.LAST))
        elif gap.kind == LISTINGS or gap.kind == Kind.FILE.label or gap.reason == "linked_database":
            kind = NodeKind.COMMENTS if gap.kind == LISTINGS else _WORDS[gap.kind]
            known.inside.append(
                Found(
                    gap.object,
                    kind,
                    parent,
                    title=gap.title,
                    state=NodeState.SKIPPED,
                    turn=None,
                    reason=gap.reason,
                )
            )
