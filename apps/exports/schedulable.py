"""What the clock can start here: an export of the newest complete snapshot, alone or after a capture."""

from collections.abc import Mapping
from typing import Any

from apps.access.roles import Permission
from apps.core.actor import Actor
from apps.core.errors import Conflicting, Invalid
from apps.exports.formats import FORMATS, checked_options, format_named
from apps.exports.services import create_export
from apps.jobs.models import Job, Status
from apps.jobs.schedules.actions import Action, NothingToDo, Params, schedulable
from apps.snapshots.models import Snapshot
from apps.snapshots.schedulable import find_workspace
from apps.snapshots.selectors import latest_complete
from apps.snapshots.services import start_capture
from apps.workspaces.models import Workspace


def _check(given: Mapping[str, Any]) -> Params:
    """``format``: the key of a format; ``options``: those of the export, the others are at their default."""
    unknown = sorted(given.keys() - {"format", "options"})
    if unknown:
        raise Invalid(f"An export has no parameter “{unknown[0]}”.", field="params")
    form = format_named(str(given.get("format", "markdown")))
    options = given.get("options", {})
    if not isinstance(options, Mapping):
        raise Invalid("The parameter 'options' holds the options of the export by name.", field="params")
    return {"format": form.key, "options": checked_options(form, options)}


def _export(snapshot: Snapshot, params: Params, actor: Actor) -> Job:
    return create_export(snapshot, format=params["format"], options=params["options"], actor=actor).job


def _newest(workspace: Workspace, params: Params, actor: Actor) -> Job:
    snapshot = latest_complete(workspace)
    if snapshot is None:
        raise Conflicting(f"{workspace.name} has no complete snapshot yet, so there is nothing to export.")
    return _export(snapshot, params, actor)


def _capture(workspace: Workspace, params: Params, actor: Actor) -> Job:
    return start_capture(workspace, actor=actor)


def _export_of_capture(workspace: Workspace, params: Params, capture: Job, actor: Actor) -> Job:
    if capture.status != Status.SUCCEEDED:
        raise NothingToDo(
            f"The capture ended {capture.word.lower()}, so nothing was exported: a schedule exports complete snapshots."
        )
    return _export(Snapshot.objects.get(public_id=capture.params["snapshot"]), params, actor)


def _told(params: Params) -> str:
    form = FORMATS.get(params["format"])
    return form.label if form else str(params["format"])


EXPORT = schedulable(
    Action(
        name="exports.newest",
        label="Export",
        summary="Export the newest complete snapshot.",
        requires=frozenset({Permission.EXPORT_CREATE}),
        find=find_workspace,
        start=_newest,
        check=_check,
        told=_told,
    )
)
CHAIN = schedulable(
    Action(
        name="exports.after_capture",
        label="Capture, then export",
        summary="Take a snapshot and, once it is complete, export it.",
        requires=frozenset({Permission.SNAPSHOT_CAPTURE, Permission.EXPORT_CREATE}),
        find=find_workspace,
        start=_capture,
        check=_check,
        then=_export_of_capture,
        told=_told,
    )
)
