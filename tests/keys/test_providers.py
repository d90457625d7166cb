"""Where master keys may be: each provider wraps and opens, and the next one takes over from it."""

import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from django.core.exceptions import ImproperlyConfigured
from moto.server import ThreadedMotoServer
from pydantic import SecretStr
from pytest_django import Settings

from apps.core.errors import TransientError
from apps.core.tenancy import scope
from apps.keys.envelope import CannotOpen
from apps.keys.keyring import keyring
from apps.keys.models import Secret, TenantKey
from apps.keys.rewrapping import in_use, rewrap
from apps.keys.services import keep, reveal
from tests.factories.tenants import Tenant

pytestmark = pytest.mark.django_db
VALUE = SecretStr("ntn_a-token-that-nobody-uses-1234")
NEW = "new:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="


@pytest.fixture(scope="module")
def kms() -> Iterator[Any]:
    """A client of a key management service on this machine."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    with pytest.MonkeyPatch.context() as patch:
        for name, value in (("ACCESS_KEY_ID", "x"), ("SECRET_ACCESS_KEY", "x"), ("EC2_METADATA_DISABLED", "true")):
            patch.setenv(f"AWS_{name}", value)
        yield boto3.client("kms", region_name="eu-central-1", endpoint_url=f"http://{host}:{port}")
    server.stop()


def use(settings: Settings, kms: Any, *arns: str, then: tuple[str, ...] = ()) -> None:
    settings.KEY_PROVIDERS = ["aws-kms", *then]
    settings.KMS_KEYS = list(arns)
    settings.KMS_ENDPOINT_URL = kms.meta.endpoint_url


def make(kms: Any) -> str:
    return str(kms.create_key()["KeyMetadata"]["Arn"])


def value_of(secret: Secret) -> str:
    return reveal(Secret.objects.select_related("key").get(pk=secret.pk)).get_secret_value()


def test_a_local_key_is_made_once_and_only_its_owner_reads_it(
    inside_acme: Tenant, settings: Settings, tmp_path: Path
) -> None:
    settings.VAR_DIR, settings.KEY_PROVIDERS = tmp_path / "state", ["local"]
    secret = keep(VALUE, purpose="a")
    made = tmp_path / "state" / "master_keys"
    assert stat.S_IMODE(made.stat().st_mode) == 0o600
    assert keyring().ids == ("local",)
    assert value_of(secret) == VALUE.get_secret_value()


def test_a_key_that_is_added_to_a_file_counts_without_a_restart(
    inside_acme: Tenant, settings: Settings, tmp_path: Path
) -> None:
    path = tmp_path / "keys"
    old = settings.MASTER_KEYS.get_secret_value()
    path.write_text(old)
    settings.KEY_PROVIDERS, settings.MASTER_KEYS_PATH = ["file"], str(path)
    secret = keep(VALUE, purpose="a")
    path.write_text(f"{NEW}\n{old}\n")
    assert (keyring().current, rewrap()) == ("new", 1)
    path.write_text(NEW)
    assert value_of(secret) == VALUE.get_secret_value()


def test_a_file_that_is_not_there_stops_with_a_sentence(settings: Settings, tmp_path: Path) -> None:
    settings.KEY_PROVIDERS, settings.MASTER_KEYS_PATH = ["file"], str(tmp_path / "nothing")
    with pytest.raises(ImproperlyConfigured, match="cannot be read"):
        keyring()


def test_from_the_environment_into_the_service_and_on_to_its_next_key(
    inside_acme: Tenant, settings: Settings, kms: Any
) -> None:
    secret = keep(VALUE, purpose="a")
    first, second = make(kms), make(kms)
    use(settings, kms, first, then=("environment",))
    assert rewrap() == 1
    assert in_use() == {first: 1, "test": 0}
    use(settings, kms, second, first)
    assert rewrap() == 1
    use(settings, kms, second)
    assert value_of(secret) == VALUE.get_secret_value()
    assert TenantKey.objects.get().master_key_id == second


def test_a_wrapped_key_of_one_organization_does_not_open_for_another(
    acme: Tenant, globex: Tenant, settings: Settings, kms: Any
) -> None:
    use(settings, kms, make(kms))
    with scope(acme.organization.pk):
        keep(VALUE, purpose="a")
        theirs = TenantKey.objects.get()
    with scope(globex.organization.pk):
        stolen = keep(VALUE, purpose="a")
        TenantKey.objects.update(wrapped=theirs.wrapped)
        keyring().forget_opened()
        with pytest.raises(CannotOpen, match="InvalidCiphertext"):
            value_of(stolen)


def test_an_absent_service_is_tried_again(inside_acme: Tenant, settings: Settings, kms: Any) -> None:
    arn = make(kms)
    use(settings, kms, arn)
    secret = keep(VALUE, purpose="a")
    keyring().forget_opened()
    settings.KMS_ENDPOINT_URL = "http://127.0.0.1:9"
    with pytest.raises(TransientError, match="cannot be asked"):
        value_of(secret)


def test_in_an_outage_what_was_opened_lately_still_opens(inside_acme: Tenant, settings: Settings, kms: Any) -> None:
    use(settings, kms, make(kms))
    secret = keep(VALUE, purpose="a")
    assert value_of(secret) == VALUE.get_secret_value()
    ring = keyring()
    key = TenantKey.objects.get()
    kms.disable_key(KeyId=key.master_key_id.rpartition("/")[2])
    assert value_of(secret) == VALUE.get_secret_value()
    ring.forget_opened()
