"""The topmost objects of a snapshot."""

from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from apps.core.ordering import Bytewise
from apps.snapshots.models import Kind, Snapshot
from apps.snapshots.store.versions import alive_at

TREE = (Kind.PAGE, Kind.DATABASE, Kind.DATA_SOURCE, Kind.ROW, Kind.TEMPLATE)


def find_roots(snapshot: Snapshot) -> list[UUID]:
    """Pages and databases without a captured parent, by title: at the top of the workspace, or shared alone."""
    above = alive_at(snapshot.workspace_id, snapshot.number).filter(object=OuterRef("parent"), kind__in=TREE)
    alive = alive_at(snapshot.workspace_id, snapshot.number).filter(kind__in=TREE)
    roots = alive.filter(Q(parent__isnull=True) | ~Exists(above))
    return list(roots.order_by(Bytewise("title"), "object").values_list("object", flat=True))
