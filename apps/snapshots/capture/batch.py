"""A batch of steps as one transaction: object versions, nodes, gaps and counts, all or nothing."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import F

from apps.snapshots.capture.frontier import pack_raw
from apps.snapshots.capture.seeds import SEEDS, listing_id
from apps.snapshots.capture.sightings import Sightings, resting_turn
from apps.snapshots.capture.steps import Gap, Step
from apps.snapshots.capture.tally import BLOCKS, Tally, word_of
from apps.snapshots.models import CaptureNode, CapturePart, Kind, NodeKind, NodeState, Snapshot, Unmet
from apps.snapshots.store.versions import Changes, close_objects, compare


class Batch:
    """Made by :meth:`prepare`, which reads; written by :meth:`write`, which only writes and may be called twice."""

    def __init__(self, snapshot: Snapshot, steps: Sequence[Step], sightings: Sightings, changes: Changes) -> None:
        self._snapshot = snapshot
        self._steps = steps
        self._sightings = sightings
        self._changes = changes
        self._gaps: dict[tuple[UUID, str], Gap] = {}

    @classmethod
    def prepare(cls, snapshot: Snapshot, tally: Tally, steps: Sequence[Step], held: frozenset[int]) -> "Batch":
        """Compare the steps with what is stored. Nobody else writes to an open snapshot, so it stays true."""
        sightings = Sightings(snapshot, tally.copy(), held)
        found = {found.object for step in steps for found in step.found}
        sightings.load(found | {step.node.object for step in steps})
        drafts = [draft for step in steps for draft in step.drafts]
        batch = cls(snapshot, steps, sightings, compare(snapshot.workspace_id, snapshot.number, drafts))
        for step in steps:
            batch._add(step)
        batch._leave_out_known_gaps()
        return batch

    @property
    def tally(self) -> Tally:
        """The counts when this batch is written."""
        return self._sightings.tally

    def _add(self, step: Step) -> None:
        self._sightings.step(step)
        node = step.node
        if step.reason:
            kind = word_of(step.kind or node.kind)
            title = step.title or node.title
            self._gap(Gap(kind, node.object, step.reason, node.parent, title, step.detail))
        for found in step.found:
            if self._sightings.meet(found) and found.reason:
                self._gap(Gap(word_of(found.kind), found.object, found.reason, found.parent, found.title))
        for gap in step.gaps:
            self._gap(gap)

    def _gap(self, gap: Gap) -> None:
        self._gaps.setdefault((gap.object, gap.reason), gap)

    def _leave_out_known_gaps(self) -> None:
        objects = {object_id for object_id, _ in self._gaps}
        for known in Unmet.objects.filter(snapshot=self._snapshot, object__in=objects).values_list("object", "reason"):
            self._gaps.pop(known, None)
        self.tally.skip_blocks(sum(gap.kind == BLOCKS for gap in self._gaps.values()))

    def write(self) -> None:
        self._changes.write()
        gone = [step.node.object for step in self._steps if step.gone]
        if gone:
            close_objects(self._snapshot.workspace_id, self._snapshot.number, gone)
        self._sightings.write()
        self._end_nodes()
        self._keep_going()
        self._write_gaps()
        if self._changes.size:
            Snapshot.objects.filter(pk=self._snapshot.pk).update(new_size=F("new_size") + self._changes.size)

    def _end_nodes(self) -> None:
        ended = [step for step in self._steps if step.state is not None]
        alike: dict[tuple[str, str, bool], list[int]] = {}
        for step in ended:
            sight = self._sightings.known[step.node.object]
            alike.setdefault((sight.state, sight.kind, step.kept), []).append(sight.number)
        for (state, kind, kept), numbers in alike.items():
            nodes = CaptureNode.objects.filter(pk__in=numbers)
            columns = {"state": state, "kind": kind, "kept": kept, "turn": None, "attempts": F("attempts") + 1}
            if state != NodeState.FAILED:  # what failed may be tried again from where it stood
                columns |= {"partial": None, "cursor": ""}
            nodes.update(**columns)
        pages = [step.node.object for step in ended if step.node.kind in (Kind.PAGE, Kind.ROW, Kind.TEMPLATE)]
        if pages:
            CapturePart.objects.filter(snapshot=self._snapshot, page__in=pages).delete()

    def _keep_going(self) -> None:
        parts: list[CapturePart] = []
        for step in self._steps:
            if step.state is not None:
                continue
            sight = self._sightings.known[step.node.object]
            if sight.turn is None:  # the step that ends it is in this batch, too
                continue
            columns = {"state": sight.state, "kind": sight.kind, "title": sight.title, "turn": resting_turn(sight.kind)}
            if step.part is not None:
                parts.append(CapturePart(snapshot=self._snapshot, page=step.node.object, body=step.part))
                columns["partial"] = pack_raw(step.raw)
            else:
                columns["cursor"] = step.cursor
                if step.node.kind == Kind.DATA_SOURCE:
                    columns["partial"] = None
            CaptureNode.objects.filter(pk=sight.number).update(**columns)
        CapturePart.objects.bulk_create(parts)

    def _write_gaps(self) -> None:
        retried = [step.node.object for step in self._steps if step.state is not None and step.node.attempts]
        if retried:
            Unmet.objects.filter(snapshot=self._snapshot, object__in=retried).exclude(outcome="skipped").delete()
        Unmet.objects.bulk_create(
            Unmet(
                snapshot=self._snapshot,
                kind=gap.kind,
                object=gap.object,
                parent=gap.parent,
                title=gap.title,
                outcome=gap.outcome,
                reason=gap.reason,
                detail=gap.detail[:300],
            )
            for gap in self._gaps.values()
        )


def carry_refusals(snapshot: Snapshot) -> None:
    """An incremental capture may ask for no comment at all, so what its base was refused is said again."""
    if snapshot.base_no is None:
        return
    base = Snapshot.objects.filter(workspace=snapshot.workspace_id, number=snapshot.base_no)
    refused = Unmet.objects.filter(snapshot__in=base, object=listing_id(NodeKind.COMMENTS)).first()
    if refused is None:
        return
    CaptureNode.objects.bulk_create(
        [
            CaptureNode(
                snapshot=snapshot,
                object=refused.object,
                kind=NodeKind.COMMENTS,
                title=refused.title,
                state=NodeState.SKIPPED,
            )
        ],
        ignore_conflicts=True,
    )
    refused.pk, refused.snapshot = None, snapshot
    Unmet.objects.bulk_create([refused], ignore_conflicts=True)


def add_seeds(snapshot: Snapshot) -> None:
    """Put the listings that a capture begins with into the frontier; those that are there stay as they are."""
    rows = [
        CaptureNode(snapshot=snapshot, object=seed.object, kind=seed.kind, title=seed.title, turn=seed.turn)
        for seed in SEEDS
    ]
    CaptureNode.objects.bulk_create(rows, ignore_conflicts=True)
