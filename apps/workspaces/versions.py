"""Which version of Notion's API a workspace is read with."""

from apps.core.errors import Conflicting, Invalid
from apps.jobs.models import ACTIVE, Job
from apps.notion.versions import CURRENT, VERSIONS, no_such_version
from apps.workspaces.models import Workspace

CHOICES = [(date, f"{date} (newest)" if date == CURRENT else date) for date in VERSIONS]


def existing(api_version: str) -> str:
    """Raises :class:`Invalid`, with the versions there are, for any other."""
    if api_version not in VERSIONS:
        raise Invalid(no_such_version(api_version), field="api_version")
    return api_version


def choose_version(workspace: Workspace, api_version: str) -> None:
    """Read the workspace with this version from its next job on; saving is the caller's.

    A job that is under way was begun with the old version, and what its snapshot says of it must stay true. Raises
    :class:`Invalid`, :class:`Conflicting`.
    """
    if workspace.api_version == existing(api_version):
        return
    if Job.objects.filter(lane__key=workspace.lane_key, status__in=ACTIVE).exists():
        raise Conflicting(
            "A job of this workspace is still active, so its API version was not changed. Cancel the job or let it "
            "end, then choose the version."
        )
    workspace.api_version = api_version
