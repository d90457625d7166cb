"""How recovery codes are kept."""

from hashlib import sha256

import pytest
from pytest_django import Settings

from apps.access.roles import Role
from apps.accounts.models import RecoveryCode
from apps.accounts.services.factors import make_codes, use_code
from apps.core.errors import Invalid
from tests.factories.tenants import Tenant

pytestmark = pytest.mark.django_db


def test_a_read_table_does_not_give_the_codes_away_to_whoever_guesses(acme: Tenant) -> None:
    user = acme.member(Role.OWNER)
    code = make_codes(user, "")[0]
    kept = {bytes(row.digest) for row in RecoveryCode.objects.filter(user=user)}
    guesses = {code, code.lower(), code.replace("-", ""), code.lower().replace("-", "")}
    assert not kept & {sha256(guess.encode()).digest() for guess in guesses}


def test_a_new_secret_key_lets_codes_work_while_the_old_one_is_listed(acme: Tenant, settings: Settings) -> None:
    user = acme.member(Role.OWNER)
    first, second, *_ = make_codes(user, "")
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another-key", [settings.SECRET_KEY]
    use_code(user, first, "")
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(Invalid):
        use_code(user, second, "")
