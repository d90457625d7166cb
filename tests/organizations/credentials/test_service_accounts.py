"""Service accounts, and nobody handing on more than they have."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from apps.access.roles import ROLES, Permission, Role
from apps.audit.models import AuditEntry
from apps.core.actor import Actor, ActorKind
from apps.core.errors import Conflicting, Forbidden, Invalid, SignInAgain
from apps.core.tenancy import scope
from apps.organizations.credentials.accounts import (
    Charter,
    create_service_account,
    delete_service_account,
    update_service_account,
)
from apps.organizations.credentials.limits import Limits
from apps.organizations.credentials.services import CREDENTIALS, TOKENS, add_credential, create_token
from apps.organizations.models import Credential, CredentialKind, Membership, ServiceAccount
from apps.organizations.standing import standing_of_account
from tests.factories.credentials import bearer, make_account, make_program, make_token
from tests.factories.tenants import Tenant
from tests.organizations.test_standing import workspace

pytestmark = pytest.mark.django_db
TOKEN = CredentialKind.TOKEN
P = Permission


def test_an_account_stays_when_the_person_who_made_it_leaves(acme: Tenant) -> None:
    with scope(acme.organization.pk):
        account = create_service_account(Charter("CI", role=Role.VIEWER), actor=acme.actor(Role.ADMIN))
        _, secret = add_credential(TOKEN, "Runner", account, actor=acme.actor(Role.ADMIN))
        Membership.objects.filter(role=Role.ADMIN).delete()
    actor = bearer(secret).get("/api/v1/o/acme/actor/").json()
    assert (actor["kind"], actor["role"]) == ("service", "viewer")


@pytest.mark.parametrize(
    "charter",
    [
        Charter("X"),
        Charter("X", role=Role.VIEWER, permissions=frozenset({P.AUDIT_VIEW})),
        Charter(" ", role=Role.VIEWER),
        Charter("X", role=Role.VIEWER, workspace_ids=frozenset()),
        Charter("X", role=Role.VIEWER, workspace_ids=frozenset({999_999})),
    ],
)
def test_a_charter_that_says_nothing_or_two_things_is_refused(inside_acme: Tenant, charter: Charter) -> None:
    with pytest.raises(Invalid):
        create_service_account(charter, actor=inside_acme.system)
    assert not ServiceAccount.objects.exists()


def test_two_accounts_have_two_names(inside_acme: Tenant) -> None:
    create_service_account(Charter("CI", role=Role.VIEWER), actor=inside_acme.system)
    with pytest.raises(Conflicting):
        create_service_account(Charter("CI", role=Role.VIEWER), actor=inside_acme.system)


def test_nobody_makes_an_account_that_may_do_more_than_they_may(acme: Tenant) -> None:
    admin = acme.actor(Role.ADMIN)
    with scope(acme.organization.pk):
        with pytest.raises(Forbidden):
            create_service_account(Charter("Boss", role=Role.OWNER), actor=admin)
        with pytest.raises(Forbidden):
            create_service_account(Charter("Eraser", permissions=frozenset({P.ORGANIZATION_DELETE})), actor=admin)
        account = create_service_account(Charter("Own", role=Role.ADMIN), actor=admin)
        with pytest.raises(Forbidden):
            update_service_account(account, Charter("Own", role=Role.OWNER), actor=admin)
        account.refresh_from_db()
        assert account.role == Role.ADMIN


def test_nobody_gets_a_secret_of_an_account_that_may_do_more_than_they_may(acme: Tenant) -> None:
    boss = make_account(acme, Charter("Boss", role=Role.OWNER))
    credential, _ = make_token(acme, boss)
    admin = acme.actor(Role.ADMIN)
    with scope(acme.organization.pk):
        for attempt in (
            lambda: add_credential(TOKEN, "Mine", boss, actor=admin),
            lambda: CREDENTIALS.rotate(credential, actor=admin),
            lambda: CREDENTIALS.update(credential, "Mine", Limits(), True, actor=admin),
            lambda: update_service_account(boss, Charter("Boss", role=Role.VIEWER), actor=admin),
        ):
            with pytest.raises(Forbidden):
                attempt()
        assert Credential.objects.filter(service_account=boss).count() == 1
        _, secret = add_credential(TOKEN, "Part", boss, limits=Limits(frozenset({P.SNAPSHOT_VIEW})), actor=admin)
    assert bearer(secret).get("/api/v1/o/acme/snapshots/").status_code == 200
    with scope(acme.organization.pk):
        CREDENTIALS.revoke(credential, actor=admin)
        assert Credential.objects.get(pk=credential.pk).revoked_at is not None


def test_a_person_with_one_workspace_makes_nothing_for_the_others(acme: Tenant) -> None:
    ours, others = workspace(acme, "Ours"), workspace(acme, "Others")
    held = ROLES[Role.OPERATOR] & {P.SNAPSHOT_VIEW, P.WORKSPACE_VIEW}
    partly = replace(
        acme.actor(Role.BILLING),
        permissions=frozenset({P.SERVICE_ACCOUNT_MANAGE}),
        grants={ours.pk: held},
    )
    with scope(acme.organization.pk):
        with pytest.raises(Forbidden):
            create_service_account(Charter("All", permissions=held), actor=partly)
        with pytest.raises(Forbidden):
            create_service_account(
                Charter("Others", permissions=held, workspace_ids=frozenset({others.pk})), actor=partly
            )
        account = create_service_account(
            Charter("Ours", permissions=held, workspace_ids=frozenset({ours.pk})), actor=partly
        )
        standing = standing_of_account(account)
    assert standing.permissions == frozenset()
    assert standing.grants == {ours.pk: held}


def test_an_account_meets_only_its_workspaces_and_a_credential_of_it_no_others(acme: Tenant) -> None:
    one, two, three = (workspace(acme, name) for name in ("One", "Two", "Three"))
    charter = Charter("Reader", role=Role.VIEWER, workspace_ids=frozenset({one.pk, two.pk}))
    account = make_account(acme, charter)
    _, wide = make_token(acme, account)
    _, narrow = make_token(acme, account, Limits(workspace_ids=frozenset({two.pk})))
    _, elsewhere = make_token(acme, account, Limits(workspace_ids=frozenset({two.pk, three.pk})))
    names = [
        {row["name"] for row in bearer(secret).get("/api/v1/o/acme/workspaces/").json()["results"]}
        for secret in (wide, narrow, elsewhere)
    ]
    assert names == [{"One", "Two"}, {"Two"}, {"Two"}]
    api = bearer(narrow)
    assert api.get(f"/api/v1/o/acme/workspaces/{one.public_id}/").status_code == 404
    assert api.post(f"/api/v1/o/acme/workspaces/{two.public_id}/captures/", {}).status_code == 403


def test_a_workspace_that_is_gone_does_not_become_all(acme: Tenant) -> None:
    gone = workspace(acme, "Gone")
    workspace(acme, "Other")
    account = make_account(acme, Charter("Reader", role=Role.VIEWER))
    _, secret = make_token(acme, account, Limits(workspace_ids=frozenset({gone.pk})))
    with scope(acme.organization.pk):
        gone.delete()
    assert bearer(secret).get("/api/v1/o/acme/workspaces/").json()["results"] == []


def test_the_log_tells_limits_in_words_of_the_outside(acme: Tenant) -> None:
    one = workspace(acme, "One")
    account = make_account(acme, Charter("Reader", role=Role.VIEWER))
    credential, _ = make_token(acme, account, Limits(networks=("10.0.0.0/8",)))
    with scope(acme.organization.pk):
        limits = Limits(frozenset({P.SNAPSHOT_VIEW}), frozenset({one.pk}))
        CREDENTIALS.update(credential, "Other", limits, False, actor=acme.actor(Role.OWNER))
        entry = AuditEntry.objects.get(event="credential.updated")
    told = {name: (before, after) for name, before, after in entry.changes}
    assert told == {
        "name": ("Nightly", "Other"),
        "permissions": (None, ["snapshot.view"]),
        "workspaces": (None, [one.public_id]),
        "networks": (["10.0.0.0/8"], []),
        "is_on": (True, False),
    }


def test_deleting_takes_a_fresh_sign_in_and_its_credentials_with_it(acme: Tenant) -> None:
    program = make_program(acme)
    _, secret = make_token(acme, program.account)
    stale = replace(acme.actor(Role.OWNER), fresh=False)
    with scope(acme.organization.pk):
        with pytest.raises(SignInAgain):
            delete_service_account(program.account, actor=stale)
        delete_service_account(program.account, actor=acme.actor(Role.OWNER))
        assert not Credential.objects.exists()
    assert bearer(secret).get("/api/v1/o/acme/actor/").status_code == 401


def test_only_its_owner_changes_or_rotates_a_token_and_others_can_end_it(acme: Tenant) -> None:
    owner, operator = acme.actor(Role.OWNER), acme.actor(Role.OPERATOR)
    with scope(acme.organization.pk):
        token, _ = create_token("Mine", acme.member(Role.OPERATOR), actor=operator)
        with pytest.raises(Forbidden):
            TOKENS.rotate(token, actor=owner)
        with pytest.raises(Forbidden):
            TOKENS.update(token, "Yours", Limits(), True, actor=owner)
        with pytest.raises(Forbidden):
            create_token("For you", acme.member(Role.OPERATOR), actor=owner)
        TOKENS.switch(token, False, actor=owner)
        TOKENS.revoke(token, actor=owner)
        with pytest.raises(Conflicting):
            TOKENS.switch(token, True, actor=operator)
        with pytest.raises(Conflicting):
            TOKENS.rotate(token, actor=operator)


def by(credential: Credential, acme: Tenant, role: Role = Role.OPERATOR) -> Actor:
    """The actor that comes with a credential and everything that it holds."""
    actor = acme.actor(role)
    return replace(actor, kind=ActorKind.TOKEN, id=credential.pk, credential=credential.public_id)


@pytest.mark.parametrize(
    ("asking", "wanted", "field"),
    [
        (Limits(frozenset({P.TOKEN_CREATE})), Limits(frozenset({P.SNAPSHOT_VIEW})), "permissions"),
        (Limits(networks=("10.0.0.0/8",)), Limits(networks=("0.0.0.0/0",)), "networks"),
        (Limits(networks=("10.0.0.0/8",)), Limits(networks=("10.0.0.0/8", "::/0")), "networks"),
        (Limits(), Limits(frozenset({P.ORGANIZATION_DELETE})), "permissions"),
        (Limits(), Limits(frozenset()), "permissions"),
    ],
)
def test_a_token_makes_none_that_reaches_further(acme: Tenant, asking: Limits, wanted: Limits, field: str) -> None:
    user = acme.member(Role.OPERATOR)
    with scope(acme.organization.pk):
        token, _ = create_token("Asking", user, limits=asking, actor=acme.system)
        with pytest.raises(Invalid) as refused:
            create_token("Made", user, limits=wanted, actor=by(token, acme))
        assert refused.value.field == field
        made, _ = create_token("Made", user, actor=by(token, acme))
        assert made.permissions == (None if asking.permissions is None else sorted(asking.permissions))
        assert tuple(made.networks) == asking.networks
        assert made.expires_at == token.expires_at


def test_a_narrow_token_gets_no_secret_of_a_wider_one_and_does_not_prolong_itself(acme: Tenant) -> None:
    user, ends = acme.member(Role.OPERATOR), timezone.now() + timedelta(hours=1)
    with scope(acme.organization.pk):
        wide, _ = create_token("Wide", user, actor=acme.system)
        for limits in (
            Limits(frozenset({P.TOKEN_CREATE}), expires_at=ends),
            Limits(networks=("10.0.0.0/8",), expires_at=ends),
        ):
            narrow, _ = create_token("Narrow", user, limits=limits, actor=acme.system)
            with pytest.raises(Forbidden):
                TOKENS.rotate(wide, actor=by(narrow, acme))
            with pytest.raises(Invalid):
                TOKENS.rotate(narrow, expires_at=ends + timedelta(seconds=1), actor=by(narrow, acme))
            narrow, _ = TOKENS.rotate(narrow, actor=by(narrow, acme))
            assert narrow.expires_at == ends
            with pytest.raises(Invalid):
                TOKENS.update(narrow, "Narrow", Limits(frozenset(P), networks=("::/0",)), True, actor=by(narrow, acme))


def test_a_revocation_that_came_in_between_stands(acme: Tenant) -> None:
    user = acme.member(Role.OWNER)
    with scope(acme.organization.pk):
        token, _ = create_token("X", user, actor=acme.system)
        seen_before = Credential.objects.get(pk=token.pk)
        TOKENS.revoke(token, actor=acme.system)
        _, secret = TOKENS.rotate(seen_before, actor=acme.system)
    assert bearer(secret).get("/api/v1/o/acme/actor/").status_code == 401


def test_lifetimes_are_what_this_installation_allows(acme: Tenant, settings: Settings) -> None:
    user = acme.member(Role.OWNER)
    settings.TOKEN_DAYS, settings.TOKEN_MAX_DAYS = 30, 60
    now = timezone.now()
    with scope(acme.organization.pk):
        usual, _ = create_token("Usual", user, actor=acme.system)
        assert usual.expires_at is not None
        assert timedelta(days=30) <= usual.expires_at - now < timedelta(days=30, minutes=1)
        for days in (61, -1):
            with pytest.raises(Invalid) as refused:
                create_token("X", user, limits=Limits(expires_at=now + timedelta(days=days)), actor=acme.system)
            assert refused.value.field == "expires_at"
        settings.TOKEN_MAX_DAYS = 7
        short, _ = create_token("Short", user, actor=acme.system)
        assert short.expires_at is not None
        assert short.expires_at - now < timedelta(days=7, minutes=1), "the usual lifetime is cut to the longest"


@pytest.mark.parametrize("grace", [timedelta(days=8), timedelta(seconds=-1)])
def test_a_grace_is_at_most_a_week(acme: Tenant, grace: timedelta) -> None:
    with scope(acme.organization.pk):
        token, _ = create_token("X", acme.member(Role.OWNER), actor=acme.system)
        with pytest.raises(Invalid, match="168 hours"):
            TOKENS.rotate(token, grace=grace, actor=acme.system)


def test_the_families_of_operations_do_not_mix(acme: Tenant) -> None:
    """Whoever may end tokens of people must not reach a service account's credential by that way."""
    credential, _ = make_token(acme, make_account(acme))
    api = acme.api(Role.OPERATOR)
    for method in (api.delete, api.get):
        assert method(f"/api/v1/o/acme/tokens/{credential.public_id}/").status_code == 404
    browser = acme.browser(Role.OPERATOR)
    assert browser.post(f"/o/acme/settings/tokens/{credential.public_id}/revoke/").status_code == 404
    with scope(acme.organization.pk), pytest.raises(TypeError):
        TOKENS.revoke(credential, actor=acme.actor(Role.OPERATOR))
