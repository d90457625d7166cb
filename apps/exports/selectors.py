"""Reading exports: the rows, what their manifests list, and their archives."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import IO, Any, overload
from uuid import UUID

from django.core.files.storage import default_storage
from django.db.models import QuerySet

from apps.core.errors import Conflicting, NotFound
from apps.core.storage.links import unreadable
from apps.exports.ledger import WrittenFile
from apps.exports.manifest import file_on, manifest_lists
from apps.exports.models import STATE_OF_JOB, Export
from apps.exports.naming import safe
from apps.snapshots.models import Snapshot, SnapshotState
from apps.snapshots.selectors.tree import Entry, entries_of
from apps.snapshots.store.roots import TREE
from apps.snapshots.store.versions import alive_at
from apps.workspaces.models import Workspace

NAMED = 20


def exports(*, workspace: str = "", snapshot: str = "", format: str = "", state: str = "") -> QuerySet[Export]:
    """The organization's exports, newest first; filters by public id, by format and by state."""
    rows = Export.objects.select_related("workspace", "snapshot", "job").order_by("-id")
    if workspace:
        rows = rows.filter(workspace__public_id=workspace)
    if snapshot:
        rows = rows.filter(snapshot__public_id=snapshot)
    if format:
        rows = rows.filter(format=format)
    if state:
        rows = rows.filter(job__status__in=[status for status, named in STATE_OF_JOB.items() if named == state])
    return rows


def export_named(public_id: str) -> Export:
    """Raises :class:`NotFound`."""
    found = exports().filter(public_id=public_id).first()
    if found is None:
        raise NotFound("There is no such export here.")
    return found


def exportable_snapshots(workspace: Workspace | None = None) -> QuerySet[Snapshot]:
    """The snapshots that can be exported, newest first: those that hold what their capture found."""
    rows = Snapshot.objects.select_related("workspace").filter(
        state__in=[SnapshotState.COMPLETE, SnapshotState.INCOMPLETE]
    )
    return (rows.filter(workspace=workspace) if workspace else rows).order_by("-finished_at", "-id")


@dataclass(frozen=True, slots=True)
class Archive:
    """An archive, open for reading. ``etag`` names its bytes for ever (RFC 9110, section 8.8.3)."""

    file: IO[bytes]
    name: str
    size: int
    etag: str


def archive_name(export: Export) -> str:
    """What the browser saves, another name for each export: ``acme-export-12-snapshot-3-markdown.zip``."""
    workspace = safe(export.workspace.name, 60).lower().replace(" ", "-") or "workspace"
    return f"{workspace}-export-{export.number}-snapshot-{export.snapshot_number}-{export.format}.zip"


def etag_of(export: Export) -> str:
    return f'"{export.sha256}"'


def ensure_ready(export: Export) -> None:
    """Raises :class:`Conflicting` while there is no archive."""
    if not export.is_ready:
        raise Conflicting(f"This export cannot be downloaded: it is {export.word.lower()}, and there is no archive.")


def open_archive(export: Export) -> Archive:
    """Raises :class:`Conflicting` while there is none, :class:`NotFound` when the store has lost it."""
    ensure_ready(export)
    try:
        opened = default_storage.open(export.storage_name, "rb")
    except FileNotFoundError as error:
        raise NotFound("The archive is no longer in the file store. Create the export again.") from error
    except OSError as error:
        raise unreadable(error) from error
    return Archive(opened, archive_name(export), export.size or 0, etag_of(export))


def chosen_entries(snapshot: Snapshot, pages: Sequence[str]) -> list[Entry]:
    """Those of the chosen pages, rows and databases that the snapshot holds, by title."""
    alive = alive_at(snapshot.workspace_id, snapshot.number).filter(kind__in=TREE, object__in=[*map(UUID, pages)])
    return sorted(entries_of(snapshot, alive), key=lambda entry: (entry.title, entry.id))


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What a manifest says is not in an export: ``skipped`` (kind, count, reason), ``lost`` (what, count, reason)."""

    skipped: list[dict[str, Any]]
    lost: list[dict[str, Any]]
    not_in_snapshot: list[dict[str, Any]]
    """The first :data:`NAMED` objects that the snapshot lacks: kind, id, title, outcome, reason."""


def left_out(export: Export) -> LeftOut:
    """Raises :class:`NotFound` when the store has lost the manifest."""
    found: dict[str, list[dict[str, Any]]] = {"skipped": [], "lost": [], "not_in_snapshot": []}
    if export.is_ready:
        found |= manifest_lists(_manifest_lines(export), found.keys(), NAMED)
    return LeftOut(**found)


class ListedFiles(Sequence[WrittenFile]):
    """The files of an export as its manifest lists them, sorted by path; read from the store where they are wanted.

    A slice reads the manifest up to its end, never the whole into memory.
    """

    def __init__(self, export: Export) -> None:
        self._export = export

    def __len__(self) -> int:
        return (self._export.file_count or 0) if self._export.is_ready else 0

    @overload
    def __getitem__(self, wanted: int) -> WrittenFile: ...
    @overload
    def __getitem__(self, wanted: slice) -> list[WrittenFile]: ...
    def __getitem__(self, wanted: int | slice) -> WrittenFile | list[WrittenFile]:
        if isinstance(wanted, int):
            return self[wanted : wanted + 1][0]
        start, stop, step = wanted.indices(len(self))
        return list(islice(self, start, stop, step))

    def __iter__(self) -> Iterator[WrittenFile]:
        lines = _manifest_lines(self._export)
        return islice((file for line in lines if (file := file_on(line))), len(self))


def _manifest_lines(export: Export) -> Iterator[str]:
    """Raises :class:`NotFound` when the store has lost it."""
    try:
        with default_storage.open(export.manifest_name, "rb") as opened:
            for line in opened:
                yield line.decode()
    except FileNotFoundError as error:
        raise NotFound("The manifest is no longer in the file store. Create the export again.") from error
    except OSError as error:
        raise unreadable(error) from error
