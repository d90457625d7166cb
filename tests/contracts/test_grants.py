"""Whoever holds only one of two workspaces meets nothing of the other: every page, endpoint and operation.

``billing`` with a viewer's grant sees the open workspace alone; ``viewer`` with an operator's grant sees both and may
work in the open one. Somebody else's ids are not found, whoever asks.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from django.db import transaction
from django.test import Client

from apps.access.roles import IN_WORKSPACE, ROLES, Permission, Role
from apps.core.actor import Actor
from apps.core.errors import Forbidden
from apps.core.operations import OPERATIONS
from apps.core.scopes import narrowed
from apps.core.tenancy import scope
from apps.organizations.models import Grant, Membership, Team, TeamMember
from apps.organizations.standing import standing_of
from apps.sandbox import Sandbox
from apps.workspaces.models import Workspace, WorkspaceStatus
from tests.contracts.routes import Route, endpoints, pages
from tests.contracts.workspaces import Filled, fill_workspace
from tests.factories.tenants import Tenant
from tests.organizations.test_standing import workspace
from tests.wire import fresh_base_url, serve, stop_serving

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(120)]

DENIED = (403, 404, 405, 428)
"""428: a change without ``If-Match`` is refused before anything is looked for, so it tells nothing."""
OPERATOR, VIEWER = ROLES[Role.OPERATOR], ROLES[Role.VIEWER]


@dataclass(frozen=True)
class Two:
    """A tenant with an open and a closed workspace."""

    tenant: Tenant
    open: Filled
    closed: Filled


@pytest.fixture
def two(acme: Tenant, sandbox: Sandbox) -> Iterator[Two]:
    base_url = fresh_base_url()
    other = Sandbox.generate(pages=12, seed=11, base_url=base_url)
    serve(other, base_url)
    yield Two(acme, fill_workspace(acme, sandbox, "Open house"), fill_workspace(acme, other, "Closed house"))
    stop_serving(base_url)


def grant(tenant: Tenant, member: Role, role: Role, workspace: Workspace) -> None:
    user = tenant.member(member)
    with scope(tenant.organization.pk):
        team = Team.objects.create(name=f"{role}s of {workspace}")
        TeamMember.objects.create(team=team, membership=Membership.objects.get(user=user))
        Grant.objects.create(team=team, workspace=workspace, role=role)


def read(client: Client, path: str, method: str = "GET") -> tuple[int, str, str]:
    """Status, where it leads, and the text of an answer that is read to its end."""
    answer = client.generic(method, path, b"{}" if path.startswith("/api/") else b"", content_type=_type(path))
    body = b"".join(answer) if answer.streaming else answer.content
    answer.close()
    return answer.status_code, answer.get("Location", ""), body.decode(errors="replace")


def undone(client: Client, path: str, method: str) -> int:
    """The status of a call whose writes are taken back."""
    with transaction.atomic():
        status, _, _ = read(client, path, method)
        transaction.set_rollback(True)
    return status


def _type(path: str) -> str:
    return "application/json" if path.startswith("/api/") else "application/x-www-form-urlencoded"


def methods(route: Route) -> list[str]:
    return sorted(route.view.view_class.permissions)  # type: ignore[attr-defined]


def below(routes: list[Route]) -> list[Route]:
    return [route for route in routes if route.is_detail]


def test_who_holds_one_workspace_meets_nothing_of_the_other(two: Two) -> None:
    grant(two.tenant, Role.BILLING, Role.VIEWER, two.open.workspace)
    with scope(two.tenant.organization.pk):
        Workspace.objects.filter(pk=two.closed.workspace.pk).update(status=WorkspaceStatus.ACCESS_LOST)
    slug, browser, api = two.tenant.slug, two.tenant.browser(Role.BILLING), two.tenant.api(Role.BILLING)
    told: dict[str, list[str]] = {}
    for client, routes in ((browser, pages()), (api, endpoints())):
        for route in routes:
            for path in two.closed.addresses(route, slug):
                for method in ("GET", "POST") if client is browser else methods(route):
                    status, _, text = read(client, path, method)
                    assert status in DENIED, (method, path)
                    told[path] = two.closed.betrayed_in(text.replace(path, ""))
            ours = two.open.addresses(route, slug) if route.is_detail else [route.path(slug)]
            for path in ours:
                _, leads, text = read(client, path)
                told[path] = two.closed.betrayed_in(text + leads)
    assert {path: found for path, found in told.items() if found} == {}
    for room in two.closed.known:
        rows = api.get(f"/api/v1/o/{slug}/{room}/").json()["results"]
        assert {row["id"] for row in rows} == set(two.open.known[room]), room
    tallies = {item.label: item.tally for item in browser.get(f"/o/{slug}/").context["nav"]}
    assert tallies["Workspaces"] == 0
    assert two.closed.workspace.name in two.tenant.browser(Role.VIEWER).get(f"/o/{slug}/workspaces/").content.decode()


def test_who_operates_one_workspace_only_looks_at_the_other(two: Two) -> None:
    grant(two.tenant, Role.VIEWER, Role.OPERATOR, two.open.workspace)
    slug, api = two.tenant.slug, two.tenant.api(Role.VIEWER)
    for route in below(endpoints()):
        for method in methods(route):
            needed = Permission(route.view.view_class.permissions[method])  # type: ignore[attr-defined]
            if needed not in IN_WORKSPACE:
                continue
            for path in two.closed.addresses(route, slug)[:1]:
                status = undone(api, path, method)  # 422: what the body lacks may be told before the right is asked for
                assert status in (*DENIED, 422) if needed not in VIEWER else status != 403, (method, path, status)
            for path in two.open.addresses(route, slug)[:1]:
                refused = undone(api, path, method) == 403
                assert refused == (needed not in OPERATOR), (method, path)


def test_pages_offer_what_may_be_done_in_the_workspace_that_they_are_about(two: Two) -> None:
    grant(two.tenant, Role.VIEWER, Role.OPERATOR, two.open.workspace)
    slug, browser = two.tenant.slug, two.tenant.browser(Role.VIEWER)
    seen: set[str] = set()
    for route in below(pages()):
        if route.permission is None or Permission(route.permission) not in VIEWER:
            continue
        for filled, held in ((two.open, VIEWER | OPERATOR), (two.closed, VIEWER)):
            for path in filled.addresses(route, slug)[:1]:
                answer = browser.get(path)
                if answer.streaming:
                    b"".join(answer)
                    continue
                can = answer.context and answer.context.get("can")
                if can is None:
                    continue
                seen.add(path)
                wrong = {p for p in IN_WORKSPACE if bool(can.get(str(p).replace(".", "_"))) != (p in held)}
                assert wrong == set(), path
    assert len(seen) > 10


@pytest.mark.parametrize("member", [Role.BILLING, Role.VIEWER])
def test_every_operation_asks_in_the_workspace_that_it_is_given(acme: Tenant, member: Role) -> None:
    ours, others = workspace(acme, "Open"), workspace(acme, "Closed")
    grant(acme, member, Role.OPERATOR, ours)
    actor = _actor(acme, member)
    guarded = [one for one in OPERATIONS.values() if one.requires in IN_WORKSPACE and "tests." not in one.event]
    assert len(guarded) > 15
    for operation in guarded:
        for each in (ours, others):
            may = operation.requires in ROLES[member] or (each is ours and operation.requires in OPERATOR)
            assert _is_refused(acme, operation.function, each, actor) is not may, operation.event


def test_nobody_finds_anything_by_the_ids_of_another_tenant(two: Two, globex: Tenant) -> None:
    clients = [(kind(role), routes) for role in Role for kind, routes in _kinds(globex)]
    for client, routes in clients:
        for route in routes:
            for path in two.closed.addresses(route, globex.slug)[:1]:
                for method in methods(route) if path.startswith("/api/") else ("GET", "POST"):
                    status, _, text = read(client, path, method)
                    assert status in DENIED, (method, path)
                    assert two.closed.betrayed_in(text.replace(path, "")) == [], path


def _kinds(tenant: Tenant) -> list[tuple[Callable[[Role], Client], list[Route]]]:
    return [(tenant.browser, below(pages())), (tenant.api, below(endpoints()))]


def _actor(tenant: Tenant, role: Role) -> Actor:
    plain = tenant.actor(role)
    with scope(tenant.organization.pk):
        standing = standing_of(Membership.objects.get(user=tenant.member(role)))
    return Actor(
        plain.kind,
        plain.id,
        plain.label,
        plain.organization_id,
        standing.permissions,
        role=role,
        grants=standing.grants,
        sees=standing.sees,
    )


def _is_refused(tenant: Tenant, function: object, workspace: Workspace, actor: Actor) -> bool:
    """Whether the right is refused; whatever the operation says to a workspace that is not what it takes is passed."""
    with scope(tenant.organization.pk), narrowed(actor.sees):
        try:
            with transaction.atomic():
                function(workspace, actor=actor)  # type: ignore[operator]
        except Forbidden:
            return True
        except Exception:
            return False
        return False
