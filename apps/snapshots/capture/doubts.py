"""Which stored objects prove nothing, because the newest finished sweep did not get all of them."""

from django.db.models import Exists, OuterRef

from apps.snapshots.capture.trust import KEPT
from apps.snapshots.models import CaptureNode, NodeState, ObjectVersion, Snapshot
from apps.snapshots.store import versions
from apps.snapshots.store.roots import TREE


def settle(snapshot: Snapshot) -> None:
    """At the end of a sweep, complete or not: doubt what it did not meet, or of which it lacks something."""
    nodes = CaptureNode.objects.filter(snapshot=snapshot)
    ObjectVersion.objects.filter(workspace=snapshot.workspace_id, doubted=True).update(doubted=False)
    bad = [NodeState.CAPPED, NodeState.FAILED]
    if not nodes.filter(state__in=bad).exists():
        return
    whole = nodes.filter(object=OuterRef("object"), state=NodeState.DONE)
    lacking = nodes.filter(parent=OuterRef("object"), state__in=bad).exclude(kind__in=TREE)
    living = versions.living(snapshot.workspace_id).filter(kind__in=KEPT)
    living.filter(~Exists(whole) | Exists(lacking)).update(doubted=True)


def reopen(snapshot: Snapshot) -> None:
    """Before a snapshot is taken back: doubt the objects of which it alone had got something."""
    taken = ObjectVersion.objects.filter(workspace=snapshot.workspace_id, from_no=snapshot.number)
    parents = taken.filter(parent__isnull=False).values("parent")
    versions.living(snapshot.workspace_id).filter(object__in=parents, kind__in=KEPT).update(doubted=True)
