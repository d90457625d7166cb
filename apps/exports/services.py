"""Operations on exports."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Max

from apps.access.roles import Permission
from apps.core.actor import Actor
from apps.core.errors import Conflicting
from apps.core.fields import new_public_id
from apps.core.operations import operation
from apps.exports.formats import checked_options, format_named
from apps.exports.formats.base import Format
from apps.exports.models import Export
from apps.exports.selectors import Archive, open_archive
from apps.jobs.models import ACTIVE
from apps.jobs.services import enqueue
from apps.snapshots.models import Snapshot, SnapshotState
from apps.workspaces.models import Workspace

RENDER = "exports.render"


def create_export(snapshot: Snapshot, *, format: str, options: Mapping[str, Any] | None = None, actor: Actor) -> Export:
    """Start the making of an export; a job does it.

    Raises :class:`Invalid` for a format or option that there is not, and :class:`Conflicting` for a snapshot that is
    still being captured or holds nothing.
    """
    form = format_named(format)
    return _create_export(form, checked_options(form, options or {}), snapshot, actor=actor)


@operation("export.created", requires=Permission.EXPORT_CREATE)
def _create_export(form: Format, options: Mapping[str, bool], snapshot: Snapshot, *, actor: Actor) -> Export:
    ensure_exportable(snapshot)
    workspace = Workspace.objects.select_for_update().get(pk=snapshot.workspace_id)
    alike = Export.objects.filter(snapshot=snapshot, format=form.key, job__status__in=ACTIVE)
    if any(export.options == dict(options) for export in alike):
        raise Conflicting("The same export is on its way already. Nothing was started; wait for that one.")
    last = Export.objects.filter(workspace=workspace).aggregate(last=Max("number"))["last"]
    export = Export(
        public_id=new_public_id("exp"),
        workspace=workspace,
        snapshot=snapshot,
        snapshot_number=snapshot.number,
        number=(last or 0) + 1,
        title=f"{form.label} export of snapshot {snapshot.number} of {workspace.name}",
        format=form.key,
        format_label=form.label,
        options=dict(options),
        created_by=actor.label[:200],
    )
    export.job = enqueue(RENDER, title=export.title, params={"export": export.public_id}, subject=export, actor=actor)
    export.save()
    return export


def ensure_exportable(snapshot: Snapshot) -> None:
    """Raises :class:`Conflicting` for a snapshot that is still being captured or that was given up."""
    if snapshot.is_open:
        raise Conflicting(f"Snapshot {snapshot.number} is still being captured. Export it when it has ended.")
    if snapshot.state not in (SnapshotState.COMPLETE, SnapshotState.INCOMPLETE):
        raise Conflicting(
            f"Snapshot {snapshot.number} is {snapshot.word.lower()} and holds nothing. Choose a complete one."
        )


@operation("export.downloaded", requires=Permission.EXPORT_DOWNLOAD)
def record_download(export: Export, *, actor: Actor) -> Export:
    """Put on record that the archive leaves the house."""
    return export


@operation("export.saved", requires=Permission.EXPORT_DOWNLOAD)
def record_saved(snapshot: Snapshot, *, actor: Actor) -> Snapshot:
    """Put on record that a command has written a snapshot's content to a disk."""
    return snapshot


def download(export: Export, *, actor: Actor) -> Archive:
    """The archive, open for reading and put on record; the caller closes its file.

    Raises :class:`Forbidden`, :class:`Conflicting` while there is no archive, :class:`NotFound` when the store has
    lost it. The store is asked before the record is made, as no operation waits for a network.
    """
    archive = open_archive(export)
    try:
        record_download(export, actor=actor)
    except BaseException:
        archive.file.close()
        raise
    return archive
