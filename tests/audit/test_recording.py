"""What an entry says: who, by which right, with which key, from where; and refusals wherever they happen."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from django.db import transaction
from pydantic import SecretStr

from apps.access.roles import Permission, Role
from apps.audit.models import AuditEntry
from apps.core.actor import Actor
from apps.core.enclosing import enclosed
from apps.core.errors import Forbidden
from apps.core.occurrences import record_event
from apps.core.operations import OPERATIONS, operation
from apps.core.tenancy import scope
from apps.organizations.models import Credential, Grant, Membership, Team, TeamMember
from tests.audit.entries import make_workspace
from tests.factories.tenants import Tenant

pytestmark = pytest.mark.django_db


@pytest.fixture
def nested() -> Iterator[None]:
    """An operation that calls another one, which takes more."""

    @operation("tests.inner", requires=Permission.WORKSPACE_DISCONNECT)
    def inner(*, actor: Actor) -> None:
        return None

    @operation("tests.looked", requires=Permission.WORKSPACE_VIEW)
    def looked(*, actor: Actor) -> None:
        return None

    @operation("tests.outer", requires=Permission.WORKSPACE_VIEW)
    def outer(*, actor: Actor) -> None:
        inner(actor=actor)

    yield
    for event in ("tests.inner", "tests.looked", "tests.outer"):
        del OPERATIONS[event]


def test_a_refusal_inside_another_operation_outlives_its_rollback(inside_acme: Tenant, nested: None) -> None:
    viewer = inside_acme.actor(Role.VIEWER)
    with pytest.raises(Forbidden), transaction.atomic():
        OPERATIONS["tests.outer"].function(actor=viewer)
    with pytest.raises(Forbidden):
        OPERATIONS["tests.outer"].function(actor=viewer)
    entries = AuditEntry.objects.filter(event__startswith="tests.").values_list("event", "outcome")
    assert list(entries) == [("tests.inner", "refused")]


def test_a_refusal_in_the_middle_of_a_call_outlives_the_call(inside_acme: Tenant, nested: None) -> None:
    """All that a call of the API does is one transaction; what it had done before it was refused is undone with it."""

    def call(actor: Actor) -> None:
        with enclosed():
            OPERATIONS["tests.looked"].function(actor=actor)
            OPERATIONS["tests.outer"].function(actor=actor)

    with pytest.raises(Forbidden):
        call(inside_acme.actor(Role.VIEWER))
    entries = AuditEntry.objects.filter(event__startswith="tests.").values_list("event", "outcome")
    assert list(entries) == [("tests.inner", "refused")]


def test_a_page_that_is_refused_is_on_record_with_who_and_where(acme: Tenant) -> None:
    browser = acme.browser(Role.VIEWER)
    assert browser.get(f"/o/{acme.slug}/audit/", headers={"x-request-id": "req_12345678"}).status_code == 403
    with scope(acme.organization.pk):
        entry = AuditEntry.objects.latest("id")
    assert (entry.event, entry.outcome) == ("access.refused", "refused")
    assert (entry.actor_label, entry.role, entry.ip) == (str(acme.member(Role.VIEWER)), "viewer", "127.0.0.1")
    assert entry.actor_ref == acme.member(Role.VIEWER).public_id
    assert entry.after == {"method": "GET", "path": f"/o/{acme.slug}/audit/"}
    assert entry.request_id == "req_12345678"
    assert "may not see the audit log" in entry.reason


def test_an_endpoint_that_is_refused_is_on_record_once_with_its_credential(acme: Tenant) -> None:
    assert acme.api(Role.VIEWER).get(f"/api/v1/o/{acme.slug}/audit/").status_code == 403
    with scope(acme.organization.pk):
        entry = AuditEntry.objects.get(event="access.refused")
        assert entry.credential == Credential.objects.latest("id").public_id
    assert entry.actor_ref == acme.member(Role.VIEWER).public_id


def test_what_an_operation_has_refused_is_not_told_twice(acme: Tenant) -> None:
    answer = acme.api(Role.AUDITOR).patch(
        f"/api/v1/o/{acme.slug}/audit/retention/", {"keep_days": 90}, content_type="application/json"
    )
    assert answer.status_code == 403
    with scope(acme.organization.pk):
        assert AuditEntry.objects.filter(outcome="refused").count() == 1


def test_the_team_that_gave_the_right_is_named(inside_acme: Tenant) -> None:
    viewer = inside_acme.member(Role.BILLING)
    workspace = make_workspace("Tidewell")
    team = Team.objects.create(name="Clients A")
    membership = Membership.objects.get(user=viewer)
    TeamMember.objects.create(team=team, membership=membership)
    Grant.objects.create(team=team, workspace=workspace, role=Role.ADMIN)
    url = f"/api/v1/o/{inside_acme.slug}/workspaces/{workspace.public_id}/"
    answer = inside_acme.api(Role.BILLING).patch(url, {"rate_limit": 60}, content_type="application/json")
    assert answer.status_code == 200, answer.content
    entry = AuditEntry.objects.latest("id")
    assert (entry.event, entry.teams, entry.workspace) == ("workspace.updated", ["Clients A"], workspace.public_id)


def test_an_event_that_nobody_declared_is_a_mistake(inside_acme: Tenant) -> None:
    with pytest.raises(LookupError):
        record_event("tests.undeclared", inside_acme.system)


def test_secrets_do_not_come_in_by_any_column(inside_acme: Tenant) -> None:
    secret = "ntn_" + "A1b2C3d4E5" * 4
    actor = replace(inside_acme.system, label=f"x {secret}", user_agent=f"curl {secret}")
    details = {"a": {"b": [SecretStr(secret), secret.encode(), {"note": f"see {secret}."}]}}
    record_event("access.refused", actor, reason=f"because {secret}", details=details)
    entry = AuditEntry.objects.latest("id")
    assert secret not in str(AuditEntry.objects.filter(pk=entry.pk).values_list())
    assert entry.after == {"a": {"b": ["[secret]", "[44 bytes]", {"note": "see [secret]."}]}}
