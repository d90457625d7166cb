"""Loss of access: what a capture could no longer reach although an earlier snapshot holds it."""

from itertools import islice
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from apps.snapshots.models import CaptureNode, LostObject, NodeState, ObjectVersion, Snapshot, SnapshotState, Unmet
from apps.snapshots.store.roots import TREE
from apps.workspaces.services import reach_changed

REASONS = ("no_longer_reachable", "not_shared")
SLICE = 1_000
_HOLDING = (SnapshotState.COMPLETE, SnapshotState.INCOMPLETE)


def lost(snapshot: Snapshot) -> QuerySet[LostObject]:
    """What this snapshot found to be lost, and nobody has accepted or met again."""
    return LostObject.objects.filter(workspace=snapshot.workspace_id, number=snapshot.number)


def note(snapshot: Snapshot) -> int:
    """Write down the topmost objects that are lost, and strike out what was met again; how many are lost here."""
    met = CaptureNode.objects.filter(snapshot=snapshot, object=OuterRef("object"), state=NodeState.DONE)
    LostObject.objects.filter(Exists(met), workspace=snapshot.workspace_id).delete()
    held_no = _before(snapshot)
    if held_no is None:
        return 0
    held = _held_before(snapshot).filter(object=OuterRef("object"))
    gaps = Unmet.objects.filter(Exists(held), snapshot=snapshot, reason__in=REASONS).values_list("object", "title")
    kinds = CaptureNode.objects.filter(snapshot=snapshot)
    rows = iter(gaps.order_by("pk").iterator(chunk_size=SLICE))
    while some := dict(islice(rows, SLICE)):
        nodes = kinds.filter(object__in=list(some)).values_list("object", "kind")
        LostObject.objects.bulk_create(
            [
                LostObject(
                    workspace_id=snapshot.workspace_id,
                    object=object_id,
                    kind=kind,
                    title=some[object_id],
                    number=snapshot.number,
                    held_no=held_no,
                )
                for object_id, kind in nodes
            ],
            ignore_conflicts=True,
        )
    return lost(snapshot).count()


def _before(snapshot: Snapshot) -> int | None:
    earlier = Snapshot.objects.filter(workspace=snapshot.workspace_id, number__lt=snapshot.number, state__in=_HOLDING)
    return earlier.order_by("-number").values_list("number", flat=True).first()


def _held_before(snapshot: Snapshot) -> QuerySet[ObjectVersion]:
    """What was there when this capture began, whether it has closed it or not."""
    here = {"workspace": snapshot.workspace_id, "kind__in": TREE}
    return ObjectVersion.objects.filter(from_no__lt=snapshot.number, until_no__gte=snapshot.number, **here)


def mark_below(snapshot: Snapshot) -> int:
    """Mark the next objects below what is lost, a level or a slice at a time; how many. ``place`` is what is lost."""
    nodes = CaptureNode.objects.filter(snapshot=snapshot)
    marked = nodes.filter(state=NodeState.OUTSIDE, missed=True)
    above = Exists(lost(snapshot).filter(object=OuterRef("parent"))) | Exists(marked.filter(object=OuterRef("parent")))
    accounted = nodes.filter(~Q(state__in=[NodeState.HINTED, NodeState.OUTSIDE]) | Q(missed=True))
    below = _held_before(snapshot).filter(above).filter(~Exists(accounted.filter(object=OuterRef("object"))))
    rows = list(below.order_by("pk").values_list("object", "kind", "parent")[:SLICE])
    roots: dict[UUID | None, UUID | None] = dict(
        marked.filter(object__in=[parent for _, _, parent in rows]).values_list("object", "place")
    )
    nodes.filter(object__in=[object_id for object_id, _, _ in rows]).delete()  # what was only referred to
    CaptureNode.objects.bulk_create(
        CaptureNode(
            snapshot=snapshot,
            object=object_id,
            kind=kind,
            state=NodeState.OUTSIDE,
            parent=parent,
            place=roots.get(parent) or parent,
            missed=True,
        )
        for object_id, kind, parent in rows
    )
    return len(rows)


def sum_up(snapshot: Snapshot) -> str:
    """Count what lay below, and tell the workspace how it stands; what this snapshot found, in a sentence."""
    marked = CaptureNode.objects.filter(snapshot=snapshot, state=NodeState.OUTSIDE, missed=True, place__isnull=False)
    for root, below in marked.order_by().values_list("place").annotate(count=Count("pk")).iterator():
        lost(snapshot).filter(object=root).update(below=below)
    reach_changed(snapshot.workspace, sentence(LostObject.objects.filter(workspace=snapshot.workspace_id)))
    return sentence(lost(snapshot))


def sentence(rows: QuerySet[LostObject]) -> str:
    """“2 pages or databases and 12 below them that snapshot 6 held are no longer reachable: …”. Empty without any."""
    found = rows.aggregate(count=Count("pk"), below=Sum("below"))
    if not found["count"]:
        return ""
    one, below = found["count"] == 1, found["below"] or 0
    named = rows.order_by("pk").first()
    held = f"snapshot {named.held_no}" if named is not None else "an earlier snapshot"
    what = "1 page or database" if one else f"{found['count']:,} pages or databases"
    more = f" and {below:,} below {'it' if one else 'them'}" if below else ""
    are = "is" if one and not below else "are"
    return (
        f"{what}{more} that {held} held {are} no longer reachable: unshared in Notion, or deleted for good. "
        "Share them again, or accept it."
    )
