"""A role in the organization, more in single workspaces through teams, less through the limits of a key."""

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client, RequestFactory

from apps.access.roles import IN_WORKSPACE, ROLES, Permission, Role
from apps.core.errors import Forbidden
from apps.core.tenancy import scope
from apps.exports.models import Export
from apps.jobs.models import Job
from apps.jobs.services import cancel_job
from apps.organizations.door import actor_of
from apps.organizations.models import Grant, Membership, Team, TeamMember
from apps.organizations.standing import Standing
from apps.snapshots.models import Snapshot
from apps.snapshots.services import start_capture
from apps.workspaces.models import Workspace
from tests.factories.tenants import Tenant

VIEW, CAPTURE = Permission.SNAPSHOT_VIEW, Permission.SNAPSHOT_CAPTURE
AUDIT = Permission.AUDIT_VIEW


def workspace(tenant: Tenant, name: str) -> Workspace:
    with scope(tenant.organization.pk):
        return Workspace.objects.create(
            name=name,
            notion_id=name,
            bot_id="bot",
            base_url="https://notion.example",
            rate_limit=180,
            rate_window=60,
        )


def grant(tenant: Tenant, member: Role, role: Role, *workspaces: Workspace) -> None:
    user = tenant.member(member)
    with scope(tenant.organization.pk):
        team, _ = Team.objects.get_or_create(name=f"{role} team")
        TeamMember.objects.get_or_create(team=team, membership=Membership.objects.get(user=user))
        for each in workspaces:
            Grant.objects.create(team=team, workspace=each, role=role)


@pytest.fixture
def two(acme: Tenant) -> tuple[Workspace, Workspace]:
    return workspace(acme, "Open"), workspace(acme, "Closed")


def test_limits_only_take_away() -> None:
    held = Standing(frozenset({VIEW, CAPTURE, AUDIT}), {7: frozenset({Permission.EXPORT_VIEW})})
    assert held.sees is None
    narrow = held.limited({VIEW, AUDIT, Permission.KEY_REVOKE})
    assert narrow == Standing(frozenset({VIEW, AUDIT}), {})
    within = held.limited(set(Permission), {7, 8})
    assert within.permissions == {AUDIT}
    assert within.grants == {7: {VIEW, CAPTURE, Permission.EXPORT_VIEW}, 8: {VIEW, CAPTURE}}
    assert within.sees == frozenset({7, 8})
    assert Standing(frozenset({AUDIT}), {}).limited({VIEW}, {7}).sees == frozenset()


@pytest.mark.django_db
def test_a_viewer_may_operate_the_workspaces_of_their_teams(acme: Tenant, two: tuple[Workspace, Workspace]) -> None:
    ours, others = two
    grant(acme, Role.VIEWER, Role.OPERATOR, ours)
    membership = Membership.unscoped.get(user=acme.member(Role.VIEWER))
    request = RequestFactory().get("/")
    request.session = SessionStore()
    actor = actor_of(membership, request)
    assert actor.can(CAPTURE, ours.pk)
    assert not actor.can(CAPTURE, others.pk)
    assert not actor.can(CAPTURE)
    assert actor.where(CAPTURE) == frozenset({ours.pk})
    assert actor.where(VIEW) is None
    assert actor.grants[ours.pk] == ROLES[Role.OPERATOR] & IN_WORKSPACE
    with scope(acme.organization.pk):
        job = start_capture(ours, actor=actor)
        assert job.workspace_id == ours.pk
        with pytest.raises(Forbidden):
            start_capture(others, actor=actor)
        cancel_job(job, actor=actor)


@pytest.mark.django_db
def test_whoever_has_only_grants_meets_nothing_of_the_other_workspaces(
    acme: Tenant, two: tuple[Workspace, Workspace]
) -> None:
    ours, others = two
    with scope(acme.organization.pk):
        for each in two:
            start_capture(each, actor=acme.system)
        hidden = [
            *(f"/o/acme/workspaces/{others.public_id}/", f"/api/v1/o/acme/workspaces/{others.public_id}/"),
            *(f"/o/acme/snapshots/{one.public_id}/" for one in Snapshot.objects.filter(workspace=others)),
            *(f"/api/v1/o/acme/snapshots/{one.public_id}/" for one in Snapshot.objects.filter(workspace=others)),
            *(f"/o/acme/jobs/{one.public_id}/" for one in Job.objects.filter(workspace=others)),
            *(f"/api/v1/o/acme/jobs/{one.public_id}/" for one in Job.objects.filter(workspace=others)),
        ]
    browser, api = acme.browser(Role.BILLING), acme.api(Role.BILLING)
    assert browser.get("/o/acme/workspaces/").status_code == 403
    grant(acme, Role.BILLING, Role.VIEWER, ours)
    for address in hidden:
        client: Client = api if address.startswith("/api/") else browser
        assert client.get(address).status_code == 404, address
    for page in ("", "workspaces/", "jobs/", "exports/"):
        shown = browser.get(f"/o/acme/{page}").content.decode()
        assert "Closed" not in shown, page
    assert "Open" in browser.get("/o/acme/workspaces/").content.decode()
    for room in ("workspaces", "jobs", "snapshots"):
        rows = api.get(f"/api/v1/o/acme/{room}/").json()["results"]
        assert len(rows) == 1, room
    assert api.post(f"/api/v1/o/acme/workspaces/{ours.public_id}/captures/", {}).status_code == 403
    with scope(acme.organization.pk):
        assert Export.objects.count() == 0
