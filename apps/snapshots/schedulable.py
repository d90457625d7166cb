"""What the clock can start here: a capture, and the rules of what is kept."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from apps.access.roles import Permission
from apps.core.actor import Actor
from apps.core.errors import Invalid, NotFound
from apps.jobs.models import Job
from apps.jobs.schedules.actions import Action, Params, no_params, schedulable
from apps.snapshots.capture.options import Options
from apps.snapshots.retention.services import PRUNE, apply_retention
from apps.snapshots.services import start_capture
from apps.workspaces.models import Workspace


def find_workspace(public_id: str) -> Workspace:
    """Raises :class:`NotFound`."""
    found = Workspace.objects.filter(public_id=public_id).first()
    if found is None:
        raise NotFound("The workspace of this schedule does not exist any more. Delete the schedule.")
    return found


def _check(given: Mapping[str, Any]) -> Params:
    unknown = sorted(given.keys() - {field.name for field in fields(Options)})
    if unknown:
        raise Invalid(f"A capture has no option “{unknown[0]}”.", field="params")
    return Options(**given).stored()


def _start(workspace: Workspace, params: Params, actor: Actor) -> Job:
    return start_capture(workspace, options=Options.read(params), actor=actor)


CAPTURE = schedulable(
    Action(
        name="snapshots.capture",
        label="Capture",
        summary="Take a snapshot of the workspace.",
        requires=frozenset({Permission.SNAPSHOT_CAPTURE}),
        find=find_workspace,
        start=_start,
        check=_check,
    )
)


def _apply(workspace: Workspace, params: Params, actor: Actor) -> Job:
    return apply_retention(workspace, actor=actor)


RETENTION = schedulable(
    Action(
        name=PRUNE,
        label="Retention",
        summary="Delete the snapshots that the rules of the workspace do not keep.",
        requires=frozenset({Permission.SNAPSHOT_DELETE}),
        find=find_workspace,
        start=_apply,
        check=no_params,
    )
)
