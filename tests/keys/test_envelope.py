"""Secrets at rest."""

import base64
import os

import pytest
from django.core.exceptions import ImproperlyConfigured
from pydantic import SecretStr
from pytest_django import Settings

from apps.core.tenancy import scope
from apps.keys.envelope import CannotOpen
from apps.keys.keyring import keyring
from apps.keys.models import Secret, TenantKey
from apps.keys.services import forget, keep, reveal
from tests.factories.tenants import Tenant

TOKEN = SecretStr("ntn_a-token-that-nobody-uses-1234")


def test_a_secret_comes_back_and_is_nowhere_in_the_row(inside_acme: Tenant) -> None:
    secret = keep(TOKEN, purpose="notion.access_token")
    stored = Secret.objects.get(pk=secret.pk)
    assert reveal(stored).get_secret_value() == TOKEN.get_secret_value()
    plain = TOKEN.get_secret_value()
    assert plain.encode() not in bytes(stored.sealed)
    assert plain not in repr(stored) + str(stored) + repr(reveal(stored))
    assert stored.hint == plain[-4:]


def test_a_sealed_value_copied_to_another_row_or_purpose_does_not_open(inside_acme: Tenant) -> None:
    first, second = keep(TOKEN, purpose="a"), keep(SecretStr("other-secret-value"), purpose="a")
    second.sealed = first.sealed
    with pytest.raises(CannotOpen):
        reveal(second)
    first.purpose = "b"
    with pytest.raises(CannotOpen):
        reveal(first)


def test_a_sealed_value_copied_to_another_tenant_does_not_open(acme: Tenant, globex: Tenant) -> None:
    with scope(acme.organization.pk):
        secret = keep(TOKEN, purpose="a")
        key = TenantKey.objects.get()
    with scope(globex.organization.pk):
        keep(SecretStr("their own secret value"), purpose="a")
        stolen = Secret(public_id=secret.public_id, purpose="a", key=TenantKey.objects.get(), sealed=secret.sealed)
        with pytest.raises(CannotOpen):
            reveal(stolen)
        stolen.key = key
        with pytest.raises(CannotOpen):
            reveal(stolen)


def test_a_changed_byte_is_noticed(inside_acme: Tenant) -> None:
    secret = keep(TOKEN, purpose="a")
    secret.sealed = bytes(secret.sealed[:-1]) + bytes([secret.sealed[-1] ^ 1])
    with pytest.raises(CannotOpen):
        reveal(secret)


def test_each_tenant_has_its_own_key_and_two_sealings_differ(acme: Tenant, globex: Tenant) -> None:
    wrapped = set()
    for tenant in (acme, globex):
        with scope(tenant.organization.pk):
            one, two = keep(TOKEN, purpose="a"), keep(TOKEN, purpose="a")
            assert bytes(one.sealed) != bytes(two.sealed)
            wrapped.add(bytes(TenantKey.objects.get().wrapped))
    assert len(wrapped) == 2


def test_an_older_master_key_still_opens_and_a_missing_one_says_so(inside_acme: Tenant, settings: Settings) -> None:
    secret = keep(TOKEN, purpose="a")
    old = settings.MASTER_KEYS.get_secret_value()
    fresh = f"next:{base64.b64encode(os.urandom(32)).decode()}"
    settings.MASTER_KEYS = SecretStr(f"{fresh},{old}")
    assert reveal(secret).get_secret_value() == TOKEN.get_secret_value()
    settings.MASTER_KEYS = SecretStr(fresh)
    with pytest.raises(CannotOpen, match=r"“test” is not configured"):
        reveal(secret)


@pytest.mark.parametrize("configured", ["", "only-an-id", "id:not base64!", "id:c2hvcnQ="])
def test_a_malformed_master_key_stops_the_start_without_repeating_it(settings: Settings, configured: str) -> None:
    settings.MASTER_KEYS = SecretStr(configured)
    with pytest.raises(ImproperlyConfigured) as caught:
        keyring()
    assert not configured or configured not in str(caught.value)


def test_a_forgotten_secret_is_gone(inside_acme: Tenant) -> None:
    forget(keep(TOKEN, purpose="a"))
    assert not Secret.objects.exists()
