"""Operations on exports."""

import logging
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Max

from apps.access.roles import Permission
from apps.core.actor import Actor
from apps.core.errors import Conflicting, Invalid, NotFound
from apps.core.fields import new_public_id
from apps.core.http import ensure
from apps.core.operations import operation
from apps.core.storage.links import Link, Offer, link_to
from apps.exports.formats import checked_options, format_named
from apps.exports.formats.base import Format
from apps.exports.models import Export
from apps.exports.selectors import archive_name, chosen_entries, ensure_ready
from apps.jobs.models import ACTIVE, Job
from apps.jobs.services import enqueue
from apps.snapshots.models import Snapshot, SnapshotState
from apps.workspaces.models import Workspace

logger = logging.getLogger(__name__)

RENDER = "exports.render"
LINKS = "exports"
"""The purpose of links to archives."""
ARCHIVE_TYPE = "application/zip"


def create_export(snapshot: Snapshot, *, format: str, options: Mapping[str, Any] | None = None, actor: Actor) -> Export:
    """Start the making of an export; a job does it.

    Raises :class:`Invalid` for a format or option that there is not, and :class:`Conflicting` for a snapshot that is
    still being captured or holds nothing.
    """
    form = format_named(format)
    return _create_export(form, checked_options(form, options or {}), snapshot, actor=actor)


@operation("export.created", requires=Permission.EXPORT_CREATE)
def _create_export(form: Format, options: Mapping[str, Any], snapshot: Snapshot, *, actor: Actor) -> Export:
    ensure_exportable(snapshot)
    ensure_held(snapshot, options["pages"])
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
        title=f"{form.label} export of {_part(options['pages'])}snapshot {snapshot.number} of {workspace.name}",
        format=form.key,
        format_label=form.label,
        options=dict(options),
        created_by=actor.label[:200],
    )
    export.job = enqueue(RENDER, title=export.title, params={"export": export.public_id}, subject=export, actor=actor)
    export.save()
    return export


def _part(pages: Sequence[str]) -> str:
    """What of a snapshot is exported, as the beginning of “snapshot 3”; empty for all of it."""
    return f"{len(pages):,} chosen page{'s' if len(pages) > 1 else ''} of " if pages else ""


def ensure_exportable(snapshot: Snapshot) -> None:
    """Raises :class:`Conflicting` for a snapshot that is still being captured or that was given up."""
    if snapshot.is_open:
        raise Conflicting(f"Snapshot {snapshot.number} is still being captured. Export it when it has ended.")
    if snapshot.state not in (SnapshotState.COMPLETE, SnapshotState.INCOMPLETE):
        raise Conflicting(
            f"Snapshot {snapshot.number} is {snapshot.word.lower()} and holds nothing. Choose a complete one."
        )


def ensure_held(snapshot: Snapshot, pages: Sequence[str]) -> None:
    """Raises :class:`Invalid` for a chosen page that the snapshot does not hold."""
    missing = sorted(set(pages) - {str(entry.id) for entry in chosen_entries(snapshot, pages)})
    if missing:
        names = ", ".join(missing[:3]) + (f" and {len(missing) - 3:,} more" if len(missing) > 3 else "")
        raise Invalid(
            f"Snapshot {snapshot.number} holds no page, row or database {names}. Nothing was started."
            " Choose among those that it holds.",
            field="options",
        )


@operation("export.deleted", requires=Permission.EXPORT_DELETE)
def delete_export(export: Export, *, because: str = "", actor: Actor) -> None:
    """Delete an export with its archive and manifest; its job and the audit log keep that there was one.

    Raises :class:`Conflicting` while it is being made.
    """
    job = Job.objects.select_for_update().get(pk=export.job_id)
    if not job.has_ended:
        raise Conflicting("This export is still being made. Nothing was deleted. Cancel its job first.")
    names = [export.storage_name, export.manifest_name] if export.is_ready else []
    export.delete()
    Job.objects.filter(pk=job.pk).update(result={}, subject_id="")
    transaction.on_commit(partial(_forget, names))


def _forget(names: Sequence[str]) -> None:
    """What the store does not let go of now costs space and nothing else: no row names it any more."""
    for name in names:
        try:
            default_storage.delete(name)
        except Exception:
            logger.exception("file of a deleted export not removed", extra={"file_name": name})


@operation("export.downloaded", requires=Permission.EXPORT_DOWNLOAD)
def record_download(export: Export, *, actor: Actor) -> Export:
    """Put on record that the archive leaves the house."""
    return export


@operation("export.saved", requires=Permission.EXPORT_DOWNLOAD)
def record_saved(snapshot: Snapshot, *, actor: Actor) -> Snapshot:
    """Put on record that a command has written a snapshot's content to a disk."""
    return snapshot


def download(export: Export, *, actor: Actor, method: str = "GET") -> Link:
    """A link to the archive, put on record: whoever has it can download for as long as it is good.

    Raises :class:`Forbidden`, :class:`Conflicting` while there is no archive, :class:`NotFound` when the store has
    lost it. The store is asked before the record is made, as no operation waits for a network.
    """
    ensure(actor, Permission.EXPORT_DOWNLOAD, export.workspace_id)
    ensure_ready(export)
    organization, filename = export.organization.public_id, archive_name(export)
    offer = Offer(LINKS, organization, [export.public_id], export.storage_name, filename, ARCHIVE_TYPE)
    try:
        link = link_to(offer, method)
    except NotFound as error:
        raise NotFound("The archive is no longer in the file store. Create the export again.") from error
    record_download(export, actor=actor)
    return link
