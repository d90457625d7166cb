"""What a workspace's key is known to reach: asked for by name when a key is to be replaced by another."""

from uuid import UUID

from apps.snapshots.models import Snapshot
from apps.snapshots.selectors.history import latest_complete
from apps.snapshots.selectors.tree import roots
from apps.snapshots.store.versions import alive_at
from apps.workspaces.keys.proof import Root
from apps.workspaces.models import Workspace

AT_ONCE = 500


def expected_roots(workspace: Workspace) -> list[Root]:
    """The topmost pages and databases of the newest complete snapshot; none before the first."""
    snapshot = latest_complete(workspace)
    found: list[Root] = []
    after = ""
    while snapshot is not None:
        part = roots(snapshot, after)
        found += [Root(str(entry.id), entry.kind, entry.title) for entry in part.entries]
        after = part.next
        if not after:
            break
    return found


def objects_behind(workspace: Workspace, ids: list[str]) -> dict[str, int]:
    """How many objects the newest complete snapshot holds of each root, itself included."""
    snapshot = latest_complete(workspace)
    return {each: _count(snapshot, UUID(each)) for each in ids} if snapshot is not None else {}


def _count(snapshot: Snapshot, root: UUID) -> int:
    """Level by level, so that memory follows the widest one."""
    level, count = [root], 0
    while level:
        count += len(level)
        below: list[UUID] = []
        for start in range(0, len(level), AT_ONCE):
            inside = alive_at(snapshot.workspace_id, snapshot.number).filter(parent__in=level[start : start + AT_ONCE])
            below += inside.values_list("object", flat=True)
        level = below
    return count
