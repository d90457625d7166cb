"""Looking for what earlier snapshots hold and no listing has shown: each topmost such object is asked for by its id.

Search lags and leaves out; what it does not show may have moved, lie in the trash, be unshared, or be there all the
same. What lies below something that is gone is gone with it, and is not asked for.
"""

from django.db.models import Exists, OuterRef, Q, QuerySet

from apps.snapshots.models import CaptureNode, Kind, NodeState, ObjectVersion, Snapshot, Turn
from apps.snapshots.store import versions
from apps.snapshots.store.roots import TREE

SLICE = 500
_UNSHOWN = (NodeState.HINTED, NodeState.OUTSIDE)
_SHOWN_IN = (Kind.PAGE, Kind.DATABASE)
"""What stands among the blocks of a page, with its title and the time of its last edit."""


def put_missing(snapshot: Snapshot) -> int:
    """Put the next topmost missing objects into the frontier; how many."""
    rows = list(_missing(snapshot).values_list("object", "kind", "title")[:SLICE])
    objects = [object_id for object_id, _, _ in rows]
    CaptureNode.objects.filter(snapshot=snapshot, object__in=objects).delete()  # what was only referred to
    CaptureNode.objects.bulk_create(
        CaptureNode(snapshot=snapshot, object=object_id, kind=kind, title=title, turn=Turn.KNOWN, missed=True)
        for object_id, kind, title in rows
    )
    return len(rows)


def _missing(snapshot: Snapshot) -> QuerySet[ObjectVersion]:
    nodes = CaptureNode.objects.filter(snapshot=snapshot)
    met = nodes.filter(Q(missed=True) | ~Q(state__in=_UNSHOWN), object=OuterRef("object"))
    above = nodes.filter(object=OuterRef("parent"))
    held = versions.living(snapshot.workspace_id).filter(object=OuterRef("parent"), kind__in=TREE)
    topmost = Q(parent__isnull=True) | Exists(above.filter(state=NodeState.DONE))
    alone = ~Exists(held) & ~Exists(above.exclude(state__in=_UNSHOWN))
    living = versions.living(snapshot.workspace_id).filter(kind__in=TREE, from_no__lt=snapshot.number)
    return living.filter(~Exists(met)).filter(topmost | alone).order_by("id")


def put_outdated(snapshot: Snapshot) -> int:
    """Send kept pages back to be read that show a child which has changed: its title and last edit stand in their text.

    How many there were.
    """
    shown = ObjectVersion.objects.filter(workspace=snapshot.workspace_id, kind__in=_SHOWN_IN)
    new = shown.filter(from_no=snapshot.number, parent__isnull=False)
    old = shown.filter(versions.CLOSED, until_no=snapshot.number, parent__isnull=False)
    alike = {name: OuterRef(name) for name in ("object", "title", "edited", "parent")}
    come = new.filter(~Exists(old.filter(**alike))).values("parent")
    left = old.filter(Exists(new.filter(object=OuterRef("object")).exclude(parent=OuterRef("parent")))).values("parent")
    kept = CaptureNode.objects.filter(snapshot=snapshot, kept=True, kind__in=[Kind.PAGE, Kind.ROW, Kind.TEMPLATE])
    outdated = kept.filter(Q(object__in=come) | Q(object__in=left))
    rows = list(outdated.order_by("id").values_list("pk", flat=True)[:SLICE])
    CaptureNode.objects.filter(pk__in=rows).update(state=NodeState.PENDING, turn=Turn.KNOWN, kept=False)
    return len(rows)
