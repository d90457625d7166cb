"""What the ticker finds due with keys."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from apps.access.roles import Role
from apps.core.tenancy import scope
from apps.jobs.models import Job
from apps.keys.models import Secret
from apps.sandbox import Sandbox
from apps.workspaces.keys.chores import look_after_keys
from apps.workspaces.keys.services import promote_key, set_expiry
from apps.workspaces.models import WorkspaceKey
from tests.factories.tenants import Tenant
from tests.jobs.pending import run_pending
from tests.workspaces.keys.connected import Connected

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def studio(acme: Tenant, sandbox: Sandbox) -> Connected:
    with scope(acme.organization.pk):
        return Connected.by_token(acme, sandbox)


def test_a_key_whose_grace_is_over_is_wiped_and_one_whose_is_not_stays(studio: Connected, acme: Tenant) -> None:
    with scope(acme.organization.pk):
        promote_key(studio.add(studio.another_token()), grace_days=3, actor=acme.system)
    look_after_keys(timezone.now() + timedelta(days=2))
    with scope(acme.organization.pk):
        assert studio.key(1).word == "Retiring"
    look_after_keys(timezone.now() + timedelta(days=4))
    with scope(acme.organization.pk):
        assert (studio.key(1).word, studio.key(1).revoked_by) == ("Retired", "Key rotation")
        assert Secret.objects.count() == 1


def test_whoever_can_rotate_it_is_reminded_once_and_home_says_so(studio: Connected, acme: Tenant) -> None:
    browser = acme.browser(Role.ADMIN)
    acme.member(Role.VIEWER)
    with scope(acme.organization.pk):
        set_expiry(studio.key(1), timezone.now() + timedelta(days=9), actor=acme.system)
    for _ in range(2):
        look_after_keys(timezone.now())
    run_pending()
    assert sorted(letter.to[0] for letter in mail.outbox) == ["admin@acme.example", "owner@acme.example"]
    assert f"/workspaces/{studio.workspace.public_id}/keys/add/" in str(mail.outbox[0].body)
    assert "key 1 expires soon" in browser.get("/o/acme/").content.decode()
    assert "Expiring" in browser.get(f"/o/acme/workspaces/{studio.workspace.public_id}/?tab=keys").content.decode()


def test_a_key_without_an_end_reminds_nobody(studio: Connected) -> None:
    look_after_keys(timezone.now() + timedelta(days=900))
    assert mail.outbox == []


def test_tokens_that_are_old_are_refreshed_once(studio: Connected, acme: Tenant) -> None:
    with scope(acme.organization.pk):
        key = studio.key(1)
        WorkspaceKey.objects.update(
            refresh_at=timezone.now(), refresh_token=key.access_token, connection="oauth", expires_at=None
        )
    for _ in range(2):
        look_after_keys(timezone.now())
    with scope(acme.organization.pk):
        assert Job.objects.filter(kind="keys.refresh").count() == 1
