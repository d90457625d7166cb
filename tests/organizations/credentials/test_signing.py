"""The keys that sign access tokens, and one taking over from another."""

import base64
from datetime import datetime, timedelta

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from pydantic import SecretStr
from pytest_django import Settings

from apps.organizations.credentials import signing
from apps.organizations.models import SigningKey, SigningState
from tests.factories.credentials import Program, make_program
from tests.factories.tenants import Tenant

pytestmark = pytest.mark.django_db
URL = "/api/v1/o/acme/actor/"
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def states() -> dict[str, str]:
    return dict(SigningKey.objects.order_by("id").values_list("kid", "state"))


def published() -> set[str]:
    return {key["kid"] for key in Client().get("/oauth/keys").json()["keys"]}


def works(program: Program, text: str) -> bool:
    return bool(program.api(text).get(URL).status_code == 200)


def test_the_first_key_is_made_when_it_is_needed(acme: Tenant) -> None:
    assert published() == set()
    signing.roll_over(timezone.now())
    assert states() == {}
    make_program(acme).access_token()
    assert list(states().values()) == ["active"]


def test_one_key_takes_over_from_another_and_no_token_notices(acme: Tenant, settings: Settings) -> None:
    program = make_program(acme)
    begin = timezone.now()
    with time_machine.travel(begin, tick=False) as clock:
        program.access_token()
        first = SigningKey.objects.get()
        seen: list[tuple[datetime, list[str]]] = []
        for hour in range(24 * (settings.SIGNING_KEY_DAYS + 2)):
            clock.move_to(begin + hour * HOUR)
            before = sorted(states().values())
            text = program.access_token() if before == ["active", "pending"] else ""
            signing.roll_over(timezone.now())
            after = sorted(states().values())
            if after != before:
                seen.append((timezone.now(), after))
            if text:
                assert works(program, text), "a token that was just made works, whatever took over since"
        taken_over_at = begin + timedelta(days=settings.SIGNING_KEY_DAYS)
        assert seen == [
            (taken_over_at - DAY, ["active", "pending"]),
            (taken_over_at, ["active", "retiring"]),
            (taken_over_at + HOUR, ["active", "revoked"]),
        ]
        first.refresh_from_db()
        assert (first.state, bytes(first.sealed)) == (SigningState.REVOKED, b"")
        assert first.kid not in published()


def test_a_retiring_key_verifies_until_its_last_token_has_ended_and_signs_no_more(acme: Tenant) -> None:
    program = make_program(acme)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        old = program.access_token()
        first = SigningKey.objects.get()
        signing.activate(signing.publish_next(timezone.now()), timezone.now())
        new = program.access_token()
        first.refresh_from_db()
        assert (first.state, bytes(first.sealed)) == (SigningState.RETIRING, b"")
        assert works(program, old)
        assert works(program, new)
        assert len(published()) == 2
        clock.shift(first.retires_at - timezone.now())  # type: ignore[operator]
        assert not works(program, old)


def test_what_waits_is_published_but_nothing_counts_that_it_signs(acme: Tenant) -> None:
    make_program(acme).access_token()
    pending = signing.publish_next(timezone.now())
    assert pending.kid in published()
    assert signing.verifier(pending.kid) is None
    assert signing.publish_next(timezone.now()) == pending, "only one waits"


def test_a_key_that_is_revoked_takes_its_tokens_with_it_and_another_is_made(acme: Tenant) -> None:
    program = make_program(acme)
    text = program.access_token()
    kid = SigningKey.objects.get().kid
    call_command("signing_keys", "revoke", kid)
    assert not works(program, text)
    assert kid not in published()
    assert works(program, program.access_token())
    with pytest.raises(CommandError, match="no living key"):
        call_command("signing_keys", "revoke", kid)


def test_the_command_rolls_over_at_once(acme: Tenant, capsys: pytest.CaptureFixture[str]) -> None:
    program = make_program(acme)
    text = program.access_token()
    call_command("signing_keys", "roll")
    assert sorted(states().values()) == ["active", "retiring"]
    assert works(program, text)
    assert works(program, program.access_token())
    capsys.readouterr()
    call_command("signing_keys", "list")
    shown = capsys.readouterr().out
    assert all(kid in shown for kid in states())
    assert "Retiring" in shown


def test_a_private_key_is_stored_sealed_only(acme: Tenant) -> None:
    make_program(acme).access_token()
    key = SigningKey.objects.get()
    assert "d" not in key.public
    assert b'"d"' not in bytes(key.sealed)


def test_a_key_whose_master_key_is_gone_is_replaced_and_goes_on_to_verify(acme: Tenant, settings: Settings) -> None:
    program = make_program(acme)
    old = program.access_token()
    settings.MASTER_KEYS = SecretStr(f"other:{base64.b64encode(bytes(32)).decode()}")
    new = program.access_token()
    assert sorted(states().values()) == ["active", "retiring"]
    assert works(program, old)
    assert works(program, new)


def test_two_who_roll_over_at_once_leave_one_active_key(acme: Tenant) -> None:
    make_program(acme).access_token()
    pending = signing.publish_next(timezone.now())
    signing.activate(pending, timezone.now())
    signing.activate(pending, timezone.now())
    assert sorted(states().values()) == ["active", "retiring"]
