"""Giving back room: versions that no snapshot shows, pages of the database file, files that nothing refers to."""

from collections.abc import Iterator, Sequence

from django.core.files.storage import default_storage
from django.db import connection

from apps.snapshots.models import StoredFile
from apps.snapshots.retention.selectors import gaps
from apps.snapshots.store.files import folder_of
from apps.snapshots.store.versions import dead_between, drop
from apps.workspaces.models import Workspace

AT_ONCE = 2_000
"""Versions that one transaction deletes: a write lock of a fraction of a second."""
PAGES_AT_ONCE = 1_000
"""Pages that the database file gives back in one go."""
FULL_OR_INCREMENTAL = 2


def sweep(workspace_id: int) -> None:
    """Delete some of the versions that no snapshot shows.

    Belongs inside a transaction, and in the workspace's lane: a capture beside it may refer to what goes.
    """
    gap = first_gap(workspace_id)
    if gap is not None:
        drop(workspace_id, *gap, AT_ONCE)


def first_gap(workspace_id: int) -> tuple[int, int] | None:
    """``(previous, following)`` between which something lies that no snapshot shows; None when all is swept."""
    return next((gap for gap in gaps(workspace_id) if dead_between(workspace_id, *gap).exists()), None)


def shrink() -> int:
    """Give free pages of SQLite's file back to the disk; how many there are still. Outside of a transaction."""
    if connection.vendor != "sqlite":
        return 0
    with connection.cursor() as cursor:
        if cursor.execute("PRAGMA auto_vacuum").fetchone()[0] != FULL_OR_INCREMENTAL:
            return 0
        cursor.execute(f"PRAGMA incremental_vacuum({PAGES_AT_ONCE})").fetchall()  # each step frees one page
        return int(cursor.execute("PRAGMA freelist_count").fetchone()[0])


def kept_files(organization: str, workspace: Workspace) -> Iterator[list[str]]:
    """The names of all files that the storage keeps for a workspace, a folder at a time."""
    base = folder_of(organization, workspace.public_id)
    try:
        folders, _ = default_storage.listdir(base)
    except FileNotFoundError:
        return
    for folder in sorted(folders):
        _, names = default_storage.listdir(f"{base}/{folder}")
        yield [f"{base}/{folder}/{name}" for name in names]


def unreferenced(workspace_id: int, names: Sequence[str]) -> list[str]:
    """Those of the names that no row refers to: left by a deletion, or by a capture that was cut off."""
    known = set(StoredFile.objects.filter(workspace=workspace_id, name__in=names).values_list("name", flat=True))
    return [name for name in names if name not in known]
