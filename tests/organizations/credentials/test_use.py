"""What happens when a credential is used: rightly, wrongly, too late, from elsewhere."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from apps.access.roles import Permission, Role
from apps.audit.models import AuditEntry
from apps.core.tenancy import scope
from apps.organizations.credentials.limits import Limits
from apps.organizations.credentials.secrets import new_secret
from apps.organizations.credentials.services import TOKENS, create_token
from apps.organizations.models import Credential, CredentialKind, Membership
from tests.factories.credentials import bearer
from tests.factories.tenants import Tenant

pytestmark = pytest.mark.django_db
URL = "/api/v1/o/acme/actor/"
HOUR = timedelta(hours=1)


def made(acme: Tenant, role: Role = Role.OPERATOR, limits: Limits | None = None) -> tuple[Credential, str]:
    with scope(acme.organization.pk):
        return create_token("Script", acme.member(role), limits=limits, actor=acme.system)


def refusals(acme: Tenant) -> list[AuditEntry]:
    with scope(acme.organization.pk):
        return list(AuditEntry.objects.filter(event="credential.refused").order_by("id"))


def test_a_slip_of_the_hand_is_answered_without_asking_the_database(
    acme: Tenant, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    _, secret = made(acme)
    with django_assert_num_queries(0):
        answer = bearer(secret[:-1] + ("0" if secret[-1] != "0" else "1")).get(URL)
    assert answer.status_code == 401
    assert "Copy all of it" in answer.json()["detail"]


def test_a_token_is_never_more_than_its_permissions_and_never_more_than_its_owner(acme: Tenant) -> None:
    wanted = frozenset({Permission.ORGANIZATION_VIEW, Permission.SNAPSHOT_VIEW, Permission.EXPORT_CREATE})
    _, secret = made(acme, limits=Limits(wanted))
    api = bearer(secret)
    assert set(api.get(URL).json()["permissions"]) == wanted
    assert api.get("/api/v1/o/acme/members/").status_code == 403
    with scope(acme.organization.pk):
        Membership.objects.filter(role=Role.OPERATOR).update(role=Role.VIEWER)
    assert set(api.get(URL).json()["permissions"]) == wanted - {Permission.EXPORT_CREATE}


def test_whoever_is_refused_is_told_why(acme: Tenant) -> None:
    _, secret = made(acme)
    api = bearer(secret)
    changes: list[tuple[dict[str, object], str]] = [
        ({"is_on": False}, "switched off"),
        ({"expires_at": timezone.now() - HOUR}, "expired on"),
        ({"revoked_at": timezone.now()}, "was revoked on"),
    ]
    for change, why in changes:
        with scope(acme.organization.pk):
            Credential.objects.update(**change)
        answer = api.get(URL)
        assert (answer.status_code, why in answer.json()["detail"]) == (401, True), why
        assert answer["WWW-Authenticate"].endswith('error="invalid_token"')
        assert answer["Content-Type"] == "application/problem+json"
        assert secret not in answer.content.decode()


def test_refusals_are_put_on_record_once_a_minute_for_each_credential(acme: Tenant) -> None:
    token, secret = made(acme)
    _, other = made(acme, Role.VIEWER)
    with scope(acme.organization.pk):
        Credential.objects.update(is_on=False)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _ in range(5):
            assert bearer(secret).get(URL, REMOTE_ADDR="203.0.113.5").status_code == 401
        assert bearer(other).get(URL).status_code == 401
        assert len(refusals(acme)) == 2
        clock.shift(61)
        bearer(secret).get(URL)
    found = refusals(acme)
    assert len(found) == 3
    entry = found[0]
    assert (entry.outcome, entry.actor_kind, entry.ip) == ("refused", "token", "203.0.113.5")
    assert entry.subject_id == token.public_id
    assert "switched off" in entry.reason


def test_what_nobody_knows_leaves_no_entry(acme: Tenant) -> None:
    assert bearer(new_secret(CredentialKind.TOKEN)).get(URL).status_code == 401
    assert refusals(acme) == []


def test_both_secrets_work_during_the_grace_and_the_old_one_not_a_moment_longer(acme: Tenant) -> None:
    token, old = made(acme)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        with scope(acme.organization.pk):
            token, new = TOKENS.rotate(token, grace=HOUR, actor=acme.system)
        assert token.previous_expires_at == timezone.now() + HOUR
        assert [bearer(secret).get(URL).status_code for secret in (old, new)] == [200, 200]
        clock.shift(HOUR - timedelta(seconds=1))
        assert bearer(old).get(URL).status_code == 200
        clock.shift(1)
        answer = bearer(old).get(URL)
        assert (answer.status_code, "was replaced" in answer.json()["detail"]) == (401, True)
        assert bearer(new).get(URL).status_code == 200
    assert len(refusals(acme)) == 1


def test_the_grace_can_be_cut_short_and_a_second_rotation_ends_it(acme: Tenant) -> None:
    token, first = made(acme)
    with scope(acme.organization.pk):
        token, second = TOKENS.rotate(token, grace=HOUR, actor=acme.system)
        TOKENS.end_previous(token, actor=acme.system)
    assert [bearer(secret).get(URL).status_code for secret in (first, second)] == [401, 200]
    with scope(acme.organization.pk):
        token, third = TOKENS.rotate(token, grace=HOUR, actor=acme.system)
        token, fourth = TOKENS.rotate(token, grace=timedelta(), actor=acme.system)
    codes = [bearer(secret).get(URL).status_code for secret in (second, third, fourth)]
    assert codes == [401, 401, 200]


def test_the_old_secret_does_not_outlive_its_own_end(acme: Tenant) -> None:
    ends = timezone.now() + timedelta(minutes=5)
    token, _ = made(acme, limits=Limits(expires_at=ends))
    with scope(acme.organization.pk):
        token, _ = TOKENS.rotate(token, grace=HOUR, actor=acme.system)
    assert token.previous_expires_at == ends
    assert token.expires_at is not None
    assert token.expires_at > ends


def test_a_token_is_refused_from_other_networks(acme: Tenant) -> None:
    _, secret = made(acme, limits=Limits(networks=("192.0.2.0/24", "2001:db8::/32")))
    api = bearer(secret)
    for address, status in [
        ("192.0.2.77", 200),
        ("2001:db8::77", 200),
        ("::ffff:192.0.2.77", 200),
        ("198.51.100.1", 403),
        ("2001:db9::1", 403),
        ("", 403),
    ]:
        assert api.get(URL, REMOTE_ADDR=address).status_code == status, address
    assert "may not be used from 198.51.100.1" in api.get(URL, REMOTE_ADDR="198.51.100.1").json()["detail"]


@pytest.mark.parametrize(
    ("trusted", "forwarded", "status"),
    [
        (False, "192.0.2.77", 403),  # anybody can write that header
        (True, "192.0.2.77", 200),
        (True, "192.0.2.77, 198.51.100.1", 403),  # the proxy has seen the second; the first is the caller's word
        (True, "198.51.100.1, 192.0.2.77", 200),
        (True, "not an address", 403),
    ],
)
def test_a_forwarded_address_counts_only_as_the_proxy_wrote_it(
    acme: Tenant, settings: Settings, trusted: bool, forwarded: str, status: int
) -> None:
    settings.USE_X_FORWARDED_FOR = trusted
    _, secret = made(acme, limits=Limits(networks=("192.0.2.0/24",)))
    api = Client(headers={"authorization": f"Bearer {secret}", "x-forwarded-for": forwarded})
    assert api.get(URL, REMOTE_ADDR="203.0.113.1").status_code == status


def test_another_organizations_slug_is_not_there_for_a_token(acme: Tenant, globex: Tenant) -> None:
    _, secret = made(acme, Role.OWNER)
    there, nowhere = bearer(secret).get("/api/v1/o/globex/"), bearer(secret).get("/api/v1/o/nowhere/")
    assert there.status_code == nowhere.status_code == 404
    assert there.json()["detail"] == nowhere.json()["detail"]


def test_the_use_is_noted_once_a_minute(acme: Tenant) -> None:
    _, secret = made(acme)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        bearer(secret).get(URL, REMOTE_ADDR="192.0.2.1")
        bearer(secret).get(URL, REMOTE_ADDR="192.0.2.2")
        with scope(acme.organization.pk):
            assert Credential.objects.get(name="Script").last_used_ip == "192.0.2.1"
        clock.shift(61)
        bearer(secret).get(URL, REMOTE_ADDR="192.0.2.2")
    with scope(acme.organization.pk):
        assert Credential.objects.get(name="Script").last_used_ip == "192.0.2.2"


def test_whoever_lacks_a_permission_is_told_that_the_credential_or_its_owner_does(acme: Tenant) -> None:
    _, secret = made(acme, Role.OWNER, Limits(frozenset({Permission.ORGANIZATION_VIEW})))
    answer = bearer(secret).get("/api/v1/o/acme/members/")
    assert answer.status_code == 403
    assert answer.json()["detail"].startswith("This credential may not see the members")
