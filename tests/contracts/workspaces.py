"""A workspace of a tenant with everything in it, and what gives it away."""

from dataclasses import dataclass

from pydantic import SecretStr

from apps.core.tenancy import scope
from apps.exports.models import Export
from apps.exports.services import create_export
from apps.jobs.models import Job, Schedule
from apps.jobs.schedules.services import Plan, create_schedule, run_now
from apps.sandbox import Sandbox
from apps.snapshots.models import ObjectVersion, Snapshot
from apps.snapshots.services import start_capture
from apps.workspaces.models import ConnectionKind, Workspace
from apps.workspaces.probe import probe
from apps.workspaces.services import connect_workspace
from tests.contracts.routes import Route
from tests.factories.tenants import Tenant
from tests.jobs.pending import run_pending


@dataclass(frozen=True)
class Filled:
    """Public ids of one workspace and of all that belongs to it, by the word before them in addresses."""

    workspace: Workspace
    known: dict[str, list[str]]
    file: str
    page: str

    def addresses(self, route: Route, slug: str, **more: str) -> list[str]:
        """The route with each id that fits; none for a route that takes no id, or one of another kind."""
        if not route.is_detail:
            return []
        room = route.template.split("{public_id}")[0].rstrip("/").rsplit("/", 1)[-1]
        thing = self.file if "/files/" in route.template else self.page
        return [route.path(slug, one, object_id=thing, **more) for one in self.known.get(room, [])]

    def betrayed_in(self, text: str) -> list[str]:
        """What of it stands in a text."""
        ids = [one for found in self.known.values() for one in found]
        return [one for one in [self.workspace.name, *ids] if one in text]


def fill_workspace(tenant: Tenant, sandbox: Sandbox, name: str) -> Filled:
    """Connect, capture, export, schedule: as a person would, with the same operations."""
    base_url, token = sandbox.service.settings.base_url or "", SecretStr(sandbox.token)
    with scope(tenant.organization.pk):
        workspace = connect_workspace(
            probe(token, base_url), base_url=base_url, token=token, connection=ConnectionKind.TOKEN, actor=tenant.system
        )
        Workspace.objects.filter(pk=workspace.pk).update(name=name)
        workspace.refresh_from_db()
        start_capture(workspace, actor=tenant.system)
    run_pending()
    with scope(tenant.organization.pk):
        create_export(Snapshot.objects.get(workspace=workspace), format="json", actor=tenant.system)
    run_pending()
    with scope(tenant.organization.pk):
        nightly = Plan(f"Nightly of {name}", "0 2 * * *", "Europe/Vienna")
        run_now(create_schedule("snapshots.capture", workspace, {}, nightly, actor=tenant.system), actor=tenant.system)
    run_pending()
    return _filled(tenant, workspace)


def _filled(tenant: Tenant, workspace: Workspace) -> Filled:
    with scope(tenant.organization.pk):
        found = {
            "workspaces": [workspace],
            "snapshots": list(Snapshot.objects.filter(workspace=workspace)),
            "exports": list(Export.objects.filter(workspace=workspace)),
            "jobs": list(Job.objects.filter(workspace=workspace)),
            "schedules": list(Schedule.objects.filter(workspace=workspace)),
        }
        versions = ObjectVersion.objects.filter(workspace=workspace)
        file, page = versions.filter(kind="file").first(), versions.filter(kind="page").first()
    known = {word: [str(row.public_id) for row in rows] for word, rows in found.items()}  # type: ignore[attr-defined]
    assert all(known.values())
    assert file is not None
    assert page is not None
    return Filled(workspace, known, str(file.object), str(page.object))
