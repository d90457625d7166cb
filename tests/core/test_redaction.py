"""What the log shows of a value: its type decides, then its looks, then its name."""

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from pydantic import SecretBytes, SecretStr

from apps.access.roles import Role
from apps.core.redaction import HIDDEN, plain, scrubbed


class Odd:
    def __str__(self) -> str:
        return "the secret itself"


VALUES: list[tuple[Any, Any]] = [
    (None, None),
    (True, True),
    (7, 7),
    (2**63, str(2**63)),
    (0.5, 0.5),
    (1e22, "1e+22"),
    (float("nan"), "nan"),
    (float("-inf"), "-inf"),
    (Role.OWNER, "owner"),
    (datetime(2026, 11, 20, 9, tzinfo=UTC), "2026-11-20T09:00:00+00:00"),
    (date(2026, 11, 20), "2026-11-20"),
    (timedelta(seconds=90), "0:01:30"),
    (Decimal("1.10"), "1.10"),
    (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
    ({"b": (1, 2), "a": {3, 4}}, {"b": [1, 2], "a": [3, 4]}),
    (SecretStr("x"), HIDDEN),
    (SecretStr(""), ""),
    (SecretBytes(b"x"), HIDDEN),
    (b"key material", "[12 bytes]"),
    (memoryview(b"key"), "[3 bytes]"),
    (bytearray(b"key"), "[3 bytes]"),
    (Odd(), "[Odd]"),
    ({"password": "hunter2", "client_secret": "s", "secret": "", "has_secret": True}, None),
    ({"deep": [{"refresh_token": "abc"}]}, {"deep": [{"refresh_token": HIDDEN}]}),
    ("a\0b", "a�b"),
    ("half \ud800 a pair", "half ? a pair"),
]


@pytest.mark.parametrize(("value", "shown"), VALUES)
def test_the_type_decides(value: Any, shown: Any) -> None:
    if shown is None and value is not None:
        shown = {"password": HIDDEN, "client_secret": HIDDEN, "secret": "", "has_secret": True}
    assert plain(value) == shown
    assert json.loads(json.dumps(plain(value), allow_nan=False)) == plain(value)


SECRETS = {
    "ours": "nh_" + "aZ9_-" * 8,
    "of a service account": "nhs_" + "aZ9" * 12,
    "Notion's": "ntn_" + "0123456789ABCDEF" * 3,
    "Notion's of old": "secret_" + "abcDEF0123" * 4,
    "a refresh token": "nrt_" + "abcDEF0123" * 4,
    "a JWT": "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJl",
    "a bearer": "dGhpc2lzYXNlY3JldA==",
}
AROUND = {"a bearer": "Authorization: Bearer {}"}


@pytest.mark.parametrize(("kind", "secret"), SECRETS.items(), ids=SECRETS)
def test_what_looks_like_a_key_is_hidden_wherever_it_stands(kind: str, secret: str) -> None:
    text = AROUND.get(kind, "see {}, twice: {}").replace("{}", secret)
    assert secret not in scrubbed(text)
    assert secret not in json.dumps(plain({"a": [{"b": text}], text: 1}))


def test_a_password_in_an_address_and_a_private_key_are_hidden() -> None:
    assert scrubbed("postgres://hub:hunter2@db/name") == f"postgres://{HIDDEN}@db/name"
    key = "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----"
    assert scrubbed(f"x {key} y") == f"x {HIDDEN} y"


@pytest.mark.parametrize(
    "text", ["nh_a1b2c3d", "token_list", "https://acme.example/a:b", "secret_santa", "eyJ", "Owner (bearer of news)"]
)
def test_what_is_none_stays(text: str) -> None:
    assert scrubbed(text) == text


def test_what_is_nested_without_end_is_cut() -> None:
    deep: Any = "x"
    for _ in range(100):
        deep = [deep]
    assert "[nested too deeply]" in json.dumps(plain(deep))
