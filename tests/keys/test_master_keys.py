"""A master key takes over from another, while everybody goes on reading."""

import base64
import io
import os
from collections.abc import Callable

import pytest
from django.core.management import CommandError, call_command
from django.db import connections
from django.utils import timezone
from pydantic import SecretBytes, SecretStr
from pytest_django import Settings

from apps.core.tenancy import scope
from apps.jobs.models import Job
from apps.keys.envelope import CannotOpen
from apps.keys.jobs import rewrap_due
from apps.keys.keyring import Keyring
from apps.keys.models import Secret, TenantKey
from apps.keys.providers.provider import Bound
from apps.keys.rewrapping import in_use, renew_data_key, reseal, rewrap
from apps.keys.services import keep, reveal, tenant_key
from tests.factories.tenants import Tenant
from tests.jobs.pending import run_pending

pytestmark = pytest.mark.django_db(transaction=True)
VALUE = SecretStr("ntn_a-token-that-nobody-uses-1234")


def fresh(name: str) -> str:
    return f"{name}:{base64.b64encode(os.urandom(32)).decode()}"


@pytest.fixture
def list_first(settings: Settings) -> Callable[[str], None]:
    """Put a new master key at the head of the list."""

    def do(name: str) -> None:
        settings.MASTER_KEYS = SecretStr(f"{fresh(name)},{settings.MASTER_KEYS.get_secret_value()}")

    return do


def only_the_first(settings: Settings) -> None:
    settings.MASTER_KEYS = SecretStr(settings.MASTER_KEYS.get_secret_value().split(",")[0])


def command(**options: bool) -> str:
    out = io.StringIO()
    call_command("master_keys", stdout=out, stderr=out, **options)
    return out.getvalue()


def test_the_ticker_has_every_organization_rewrapped_and_the_old_key_can_go(
    acme: Tenant, globex: Tenant, settings: Settings, list_first: Callable[[str], None]
) -> None:
    kept: dict[int, Secret] = {}
    for tenant in (acme, globex):
        with scope(tenant.organization.pk):
            kept[tenant.organization.pk] = keep(VALUE, purpose="a")
    list_first("next")
    assert in_use() == {"next": 0, "test": 2}
    for _ in range(2):
        rewrap_due(timezone.now())
    run_pending()
    assert in_use() == {"next": 2, "test": 0}
    assert "it can be taken off the list" in command()
    only_the_first(settings)
    for organization_id, secret in kept.items():
        with scope(organization_id):
            assert Job.objects.filter(kind="keys.rewrap").count() == 1
            assert reveal(Secret.objects.get(pk=secret.pk)).get_secret_value() == VALUE.get_secret_value()


def test_the_command_does_all_at_once_and_twice_changes_nothing(
    acme: Tenant, globex: Tenant, list_first: Callable[[str], None]
) -> None:
    for tenant in (acme, globex):
        with scope(tenant.organization.pk):
            keep(VALUE, purpose="a")
    list_first("next")
    assert "next: 2 data keys (in use)" in command(rewrap=True)
    before = list(TenantKey.unscoped.order_by("pk").values_list("wrapped", flat=True))
    command(rewrap=True)
    assert list(TenantKey.unscoped.order_by("pk").values_list("wrapped", flat=True)) == before


def test_a_master_key_that_is_gone_too_early_is_named_and_nothing_is_lost(
    inside_acme: Tenant, settings: Settings, list_first: Callable[[str], None]
) -> None:
    secret = keep(VALUE, purpose="a")
    old = settings.MASTER_KEYS
    list_first("next")
    only_the_first(settings)
    assert in_use() == {"next": 0, "test": 1}
    with pytest.raises(CannotOpen, match="“test” is not configured"):
        rewrap()
    settings.MASTER_KEYS = SecretStr(f"{settings.MASTER_KEYS.get_secret_value()},{old.get_secret_value()}")
    assert rewrap() == 1
    assert reveal(Secret.objects.get(pk=secret.pk)).get_secret_value() == VALUE.get_secret_value()


def test_the_command_names_what_it_could_not_do(
    acme: Tenant, settings: Settings, list_first: Callable[[str], None]
) -> None:
    with scope(acme.organization.pk):
        keep(VALUE, purpose="a")
    list_first("next")
    only_the_first(settings)
    with pytest.raises(CommandError, match="1 data keys"):
        command(rewrap=True)
    assert "test: 1 data key (NOT CONFIGURED)" in command()


def test_whoever_read_the_row_before_it_was_rewrapped_still_opens_it(
    inside_acme: Tenant, list_first: Callable[[str], None]
) -> None:
    keep(VALUE, purpose="a")
    read_before = Secret.objects.select_related("key").get()
    list_first("next")
    rewrap()
    assert reveal(read_before).get_secret_value() == VALUE.get_secret_value()


def test_a_new_data_key_seals_all_secrets_anew_however_often_it_is_interrupted(inside_acme: Tenant) -> None:
    kept = [keep(SecretStr(f"ntn_secret-number-{number:05}"), purpose="a") for number in range(120)]
    old = tenant_key()
    renew_data_key(old, actor=inside_acme.system)
    assert tenant_key().pk != old.pk
    assert reseal() == 100  # and the process dies here
    for secret in kept:
        assert reveal(Secret.objects.get(pk=secret.pk)).get_secret_value().startswith("ntn_secret-number-")
    run_the_job(inside_acme)
    assert list(TenantKey.objects.values_list("pk", flat=True)) == [tenant_key().pk]
    plain = [reveal(Secret.objects.get(pk=secret.pk)).get_secret_value() for secret in kept]
    assert plain == [f"ntn_secret-number-{number:05}" for number in range(120)]


def run_the_job(tenant: Tenant) -> None:
    from concurrent.futures import ThreadPoolExecutor

    def tick() -> None:
        try:
            rewrap_due(timezone.now())
        finally:
            connections.close_all()

    with ThreadPoolExecutor(max_workers=1) as thread:  # the ticker has no scope open
        thread.submit(tick).result()
    run_pending()


class CountingProvider:
    """A provider elsewhere: each unwrap is a call that costs."""

    def __init__(self) -> None:
        self.unwraps = 0

    def ids(self) -> tuple[str, ...]:
        return ("far",)

    def wrap(self, master_id: str, data_key: SecretBytes, bound: Bound) -> bytes:
        return data_key.get_secret_value()[::-1]

    def unwrap(self, master_id: str, wrapped: bytes, bound: Bound) -> SecretBytes:
        self.unwraps += 1
        return SecretBytes(wrapped[::-1])


@pytest.mark.parametrize(("seconds", "asked"), [(300, 1), (0, 3)])
def test_an_opened_data_key_is_remembered_for_a_bounded_time(settings: Settings, seconds: int, asked: int) -> None:
    settings.DATA_KEY_SECONDS = seconds
    provider = CountingProvider()
    ring, bound = Keyring([provider]), Bound(1, "dek_x")
    master_id, wrapped = ring.wrap(SecretBytes(b"x" * 16 + b"y" * 16), bound)
    opened = {ring.open(master_id, wrapped, bound).get_secret_value() for _ in range(3)}
    assert opened == {b"x" * 16 + b"y" * 16}
    assert provider.unwraps == asked
