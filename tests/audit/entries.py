"""Entries by the dozen, written as operations write them."""

from apps.access.roles import Role
from apps.audit.recording import record
from apps.core.occurrences import Occurrence
from apps.workspaces.models import Workspace
from tests.factories.tenants import Tenant


def write(tenant: Tenant, count: int, event: str = "session.started") -> None:
    """So many entries of an owner, in the open scope."""
    actor = tenant.actor(Role.OWNER)
    for number in range(count):
        record(Occurrence(event, actor, "succeeded", tenant.organization, {}, {"number": number}))


def make_workspace(name: str) -> Workspace:
    return Workspace.objects.create(
        name=name, notion_id=name, bot_id="bot", base_url="https://notion.example", rate_limit=180, rate_window=60
    )
