"""Invited, sent, accepted by the person who is meant, once."""

import re
from datetime import timedelta
from hashlib import sha256

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from apps.access.roles import Role
from apps.accounts.models import Identity, User
from apps.core.errors import Conflicting, Forbidden, Invalid
from apps.core.tenancy import scope
from apps.jobs.models import Job
from apps.organizations.models import Invitation, Membership, Team
from apps.organizations.services import invite, resend_invitation, withdraw_invitation
from tests.factories.browsers import browser_of
from tests.factories.tenants import Tenant
from tests.jobs.pending import run_pending

pytestmark = pytest.mark.django_db(transaction=True)

SOMEBODY = "ada@elsewhere.example"


def link() -> str:
    """The path of the link in the newest letter."""
    found = re.search(r"https?://[^/\s]+(/invitations/[\w-]+/)", str(mail.outbox[-1].body))
    assert found
    return found[1]


def invited(tenant: Tenant, role: Role = Role.VIEWER, *teams: Team) -> str:
    with scope(tenant.organization.pk):
        invite(SOMEBODY, role=role, teams=teams, actor=tenant.actor(Role.ADMIN))
    run_pending()
    return link()


def signed_in(email: str) -> Client:
    return browser_of(User.objects.filter(email=email).first() or User.objects.create_user(email))


def only() -> Invitation:
    return Invitation.unscoped.get()


def test_the_person_who_is_meant_joins_once_and_into_the_teams(acme: Tenant) -> None:
    with scope(acme.organization.pk):
        team = Team.objects.create(name="Clients")
    path = invited(acme, Role.OPERATOR, team)
    letter = mail.outbox[0]
    assert letter.to == [SOMEBODY]
    assert letter.subject == "You are invited to Acme on NotionHub"
    assert path in letter.alternatives[0][0]  # type: ignore[attr-defined]

    stranger = Client().get(path).content.decode()
    assert f"/sign-in/?next={path}" in stranger
    browser = signed_in(SOMEBODY)
    assert "Join as operator" in browser.get(path).content.decode()
    assert browser.post(path)["Location"] == "/o/acme/"
    with scope(acme.organization.pk):
        member = Membership.objects.get(user__email=SOMEBODY)
        assert (member.role, [one.name for one in member.teams.all()]) == ("operator", ["Clients"])
    assert browser.get("/o/acme/").status_code == 200
    assert browser.get(path).status_code == browser.post(path).status_code == 404


def test_the_link_is_stored_nowhere_but_as_a_hash(acme: Tenant) -> None:
    secret = invited(acme).split("/")[2]
    assert bytes(only().digest or b"") == sha256(secret.encode()).digest()
    everything = [*Invitation.unscoped.values_list(), *Job.unscoped.values_list()]
    assert not any(secret in str(row) for row in everything)


def test_signed_in_as_somebody_else_one_is_told_so_and_does_not_join(acme: Tenant) -> None:
    path = invited(acme)
    other = signed_in("eve@elsewhere.example")
    for answer in (other.get(path), other.post(path)):
        assert answer.status_code == 403
        assert "You are signed in as eve@elsewhere.example" in answer.content.decode()
    assert not Membership.unscoped.filter(user__email="eve@elsewhere.example").exists()


def test_a_verified_address_of_another_identity_will_do(acme: Tenant) -> None:
    path = invited(acme)
    user = User.objects.create_user("ada@private.example")
    Identity.objects.create(user=user, issuer="https://issuer.example", subject="1", email=SOMEBODY.upper())
    assert signed_in("ada@private.example").post(path).status_code == 302


@pytest.mark.parametrize("how", ["expired", "withdrawn", "resent", "invented"])
def test_a_link_that_has_ended_lets_nobody_in(acme: Tenant, how: str) -> None:
    path = invited(acme)
    with scope(acme.organization.pk):
        found = Invitation.objects.get()
        if how == "expired":
            Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
        elif how == "withdrawn":
            withdraw_invitation(found, actor=acme.actor(Role.ADMIN))
        elif how == "resent":
            resend_invitation(found, actor=acme.actor(Role.ADMIN))
    path = "/invitations/invented/" if how == "invented" else path
    answer = signed_in(SOMEBODY).post(path)
    assert answer.status_code == (410 if how == "expired" else 404)
    assert not Membership.unscoped.filter(user__email=SOMEBODY).exists()


def test_sending_again_gives_a_new_link_and_the_whole_time(acme: Tenant) -> None:
    old = invited(acme)
    with scope(acme.organization.pk):
        Invitation.objects.update(expires_at=timezone.now() - timedelta(days=1))
        resend_invitation(Invitation.objects.get(), actor=acme.actor(Role.ADMIN))
    run_pending()
    assert link() != old
    assert only().expires_at > timezone.now() + timedelta(days=6)
    assert signed_in(SOMEBODY).post(link()).status_code == 302


def test_who_is_a_member_or_invited_is_not_invited_again(acme: Tenant) -> None:
    actor = acme.actor(Role.ADMIN)
    invited(acme)
    with scope(acme.organization.pk):
        with pytest.raises(Conflicting, match="invited already"):
            invite(SOMEBODY.upper(), role=Role.VIEWER, actor=actor)
        with pytest.raises(Conflicting, match="member already"):
            invite("owner@acme.example", role=Role.VIEWER, actor=actor)
        with pytest.raises(Invalid):
            invite("nobody", role=Role.VIEWER, actor=actor)
        with pytest.raises(Forbidden):
            invite("new@elsewhere.example", role=Role.OWNER, actor=actor)


def test_what_the_mail_server_refuses_is_seen_and_sent_again_later(acme: Tenant, settings: object) -> None:
    settings.EMAIL_BACKEND = "tests.organizations.refusing.Refusing"  # type: ignore[attr-defined]
    with scope(acme.organization.pk):
        invite(SOMEBODY, role=Role.VIEWER, actor=acme.actor(Role.ADMIN))
    run_pending()
    assert "550" in only().problem
    assert Job.unscoped.get().status == "failed"
    page = acme.browser(Role.ADMIN).get("/o/acme/settings/members/").content.decode()
    assert "Not sent" in page
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"  # type: ignore[attr-defined]
    with scope(acme.organization.pk):
        resend_invitation(Invitation.objects.get(), actor=acme.actor(Role.ADMIN))
    run_pending()
    assert (only().problem, only().sent_at is not None) == ("", True)
    assert signed_in(SOMEBODY).post(link()).status_code == 302


def test_over_the_page_several_are_invited_and_each_refusal_is_named(acme: Tenant) -> None:
    browser = acme.browser(Role.ADMIN)
    form = {"emails": "a@x.example, owner@acme.example\nb@x.example", "role": "viewer"}
    answer = browser.post("/o/acme/settings/invitations/create/", form)
    assert answer.status_code == 422
    assert "owner@acme.example is a member already" in answer.content.decode()
    assert set(Invitation.unscoped.values_list("email", flat=True)) == {"a@x.example", "b@x.example"}


def test_over_the_api(acme: Tenant) -> None:
    api, at = acme.api(Role.ADMIN), "/api/v1/o/acme/invitations/"
    made = api.post(at, {"email": SOMEBODY, "role": "viewer"}, content_type="application/json")
    assert (made.status_code, made.json()["state"]) == (201, "invited")
    assert api.get(f"{at}?state=expired").json()["results"] == []
    one = f"{at}{made.json()['id']}/"
    assert api.post(f"{one}resend/", content_type="application/json").status_code == 200
    assert api.delete(one).json()["state"] == "withdrawn"
    assert api.delete(one).status_code == 409
    assert [row["state"] for row in api.get(at).json()["results"]] == ["withdrawn"]
