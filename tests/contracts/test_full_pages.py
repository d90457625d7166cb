"""Every page with something in it: a captured sandbox workspace, exports, jobs, an audit log."""

import pytest
from django.test import Client
from pydantic import SecretStr

from apps.access.roles import ROLES, Permission, Role
from apps.audit.forwarding.services import create_destination
from apps.audit.models import AuditEntry, Destination, LogFile
from apps.audit.selectors import EntryFilter
from apps.audit.services import export_log
from apps.core.tenancy import scope
from apps.exports.models import Export
from apps.exports.services import create_export
from apps.jobs.models import Job, Schedule
from apps.jobs.schedules.services import Plan, create_schedule, run_now
from apps.organizations.models import (
    Credential,
    EmailDomain,
    Invitation,
    Membership,
    OrganizationProvider,
    ServiceAccount,
    Team,
)
from apps.organizations.services import add_to_team, create_team, invite, set_grant
from apps.organizations.sign_in.domains import claim_domain
from apps.organizations.sign_in.services import add_provider
from apps.sandbox import Sandbox
from apps.snapshots.models import ObjectVersion, Snapshot
from apps.snapshots.services import start_capture
from apps.workspaces.models import ConnectionKind, Rotation, Workspace
from apps.workspaces.probe import probe
from apps.workspaces.rotations.services import NewKey, start_rotation
from apps.workspaces.services import connect_workspace
from apps.workspaces.webhooks.services import open_webhook
from tests.contracts.routes import Route, endpoints, pages
from tests.factories.credentials import make_program
from tests.factories.tenants import Tenant
from tests.jobs.pending import run_pending

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(120)]


ELSEWHERE = {
    "workspaces:key_prove": (302,),
    "workspaces:key_promote": (302,),
    "workspaces:oauth_finish": (422,),
}
"""Pages that a bare GET does not show: an answer of Notion that was not asked for, the target of a form."""


def fill(tenant: Tenant, sandbox: Sandbox) -> None:
    """Connect, capture, export: as a person would, with the same operations."""
    base_url, token = sandbox.service.settings.base_url or "", SecretStr(sandbox.token)
    with scope(tenant.organization.pk):
        workspace = connect_workspace(
            probe(token, base_url), base_url=base_url, token=token, connection=ConnectionKind.TOKEN, actor=tenant.system
        )
        start_capture(workspace, actor=tenant.system)
        start_rotation([NewKey(token)], actor=tenant.system)
    run_pending()
    with scope(tenant.organization.pk):
        snapshot = Snapshot.objects.get()
        assert snapshot.word == "Complete"
        for form in ("json", "markdown"):
            create_export(snapshot, format=form, actor=tenant.system)
    run_pending()
    with scope(tenant.organization.pk):
        open_webhook(workspace, actor=tenant.system)
        nightly = Plan("Nightly", "0 2 * * *", "Europe/Vienna")
        schedule = create_schedule("exports.newest", workspace, {"format": "json"}, nightly, actor=tenant.system)
        run_now(schedule, actor=tenant.system)
        team = create_team("Clients", actor=tenant.system)
        set_grant(team, workspace, Role.VIEWER, actor=tenant.system)
        add_to_team(team, Membership.objects.get(user=tenant.member(Role.OPERATOR)), actor=tenant.system)
        invite("guest@elsewhere.example", role=Role.VIEWER, teams=[team], actor=tenant.system)
        export_log("jsonl", EntryFilter(), at_once=0, actor=tenant.system)
        add_provider("Login", "https://login.example", "id", SecretStr("secret"), actor=tenant.system)
        claim_domain(f"{tenant.slug}.example", actor=tenant.system)
        create_destination("SIEM", "https", "https://siem.example/", actor=tenant.system)
    run_pending()


def ids(tenant: Tenant) -> dict[str, str]:
    """A public id for each room, by the word that stands before it in the address."""
    with scope(tenant.organization.pk):
        first = {
            "workspaces": Workspace.objects.first(),
            "rotations": Rotation.objects.first(),
            "snapshots": Snapshot.objects.first(),
            "exports": Export.objects.first(),
            "jobs": Job.objects.first(),
            "schedules": Schedule.objects.first(),
            "audit": AuditEntry.objects.first(),
            "files": LogFile.objects.first(),
            "destinations": Destination.objects.first(),
            "tokens": Credential.objects.filter(service_account=None).first(),
            "service-accounts": ServiceAccount.objects.first(),
            "credential": Credential.objects.exclude(service_account=None).first(),
            "providers": OrganizationProvider.objects.first(),
            "domains": EmailDomain.objects.first(),
            "members": tenant.member(Role.OPERATOR),
            "teams": Team.objects.first(),
            "invitations": Invitation.objects.first(),
        }
        found = {word: str(row.public_id) for word, row in first.items() if row is not None}
        file = ObjectVersion.objects.filter(kind="file").first()
        page = ObjectVersion.objects.filter(kind="page").first()
    assert file is not None
    assert page is not None
    return found | {"file": str(file.object), "page": str(page.object)}


def address(route: Route, slug: str, known: dict[str, str]) -> str:
    room = route.template.split("{public_id}")[0].rstrip("/").rsplit("/", 1)[-1]
    thing = known["file"] if "/files/" in route.template else known["page"]
    public_id = known.get(room, "nothing_0000")
    other = known["credential"] if "/credentials/{other}/" in route.template else public_id
    return route.path(slug, public_id, object_id=thing, other=other)


def status(browser: Client, path: str, method: str = "GET") -> int:
    """The status of an answer that is read to its end; 286 is htmx's 200 that ends a poll. A download is its link's."""
    answer = browser.generic(method, path)
    if answer.get("Location", "").startswith("/links/"):
        return status(browser, answer["Location"], method)
    if answer.streaming:
        b"".join(answer)
    answer.close()
    return 200 if answer.status_code == 286 else answer.status_code


def test_every_page_and_endpoint_answers_and_tells_strangers_nothing(
    acme: Tenant, globex: Tenant, sandbox: Sandbox
) -> None:
    acme.api(Role.OWNER)
    fill(acme, sandbox)
    make_program(acme)
    known = ids(acme)
    owner, viewer, stranger = acme.browser(Role.OWNER), acme.browser(Role.VIEWER), globex.browser(Role.OWNER)
    for route in pages():
        path = address(route, acme.slug, known)
        allowed = ELSEWHERE.get(route.name, (200, 405))
        assert status(owner, path) in allowed, path
        if route.permission:
            may = Permission(route.permission) in ROLES[Role.VIEWER]
            assert status(viewer, path) in ((*allowed, 405) if may else (403, 405)), path
        foreign = address(route, globex.slug, known)
        if route.is_detail:
            assert status(stranger, foreign) in (404, 405), foreign
            assert status(stranger, foreign, "POST") in (404, 405), foreign
    api, outside = acme.api(Role.OWNER), globex.api(Role.OWNER)
    for route in endpoints():
        if "GET" in route.view.view_class.permissions:  # type: ignore[attr-defined]
            path = address(route, acme.slug, known)
            assert status(api, path) == 200, path
            if route.is_detail:
                assert status(outside, address(route, globex.slug, known)) == 404, path


def test_reading_needs_the_same_few_queries_however_much_there_is(
    acme: Tenant, sandbox: Sandbox, django_assert_max_num_queries: object
) -> None:
    fill(acme, sandbox)
    browser = acme.browser(Role.OWNER)
    lists = [route for route in pages() if not route.is_detail and "connect" not in route.template]
    for path in (route.path(acme.slug) for route in lists):
        with django_assert_max_num_queries(30):  # type: ignore[operator]
            assert status(browser, path) in (200, 302, 405)
