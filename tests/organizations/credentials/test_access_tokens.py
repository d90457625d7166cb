"""Access tokens that somebody has made, changed or taken from elsewhere (RFC 8725)."""

import base64
import hmac
import json
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from joserfc import jws, jwt
from joserfc.jwk import ECKey

from apps.access.roles import Role
from apps.audit.models import AuditEntry
from apps.core.tenancy import scope
from apps.organizations.credentials.accounts import Charter
from apps.organizations.credentials.signing import signer
from apps.organizations.models import SigningKey
from tests.factories.credentials import Program, make_program
from tests.factories.tenants import Tenant

pytestmark = pytest.mark.django_db
URL = "/api/v1/o/acme/actor/"
Claims = dict[str, Any]


@pytest.fixture
def program(acme: Tenant) -> Program:
    return make_program(acme)


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def parts(text: str) -> tuple[dict[str, Any], Claims, str]:
    head, body, signature = text.split(".")
    return *(json.loads(base64.urlsafe_b64decode(part + "===")) for part in (head, body)), signature


def signed(claims: Claims, header: dict[str, Any] | None = None, key: ECKey | None = None) -> str:
    """With our own key, unless another is given."""
    own = signer()
    registry = jws.JWSRegistry(strict_check_header=False)
    return jwt.encode(
        {"alg": "ES256", "typ": "at+jwt", "kid": str(own.kid)} | (header or {}), claims, key or own, registry=registry
    )


def status(program: Program, text: str) -> int:
    return int(program.api(text).get(URL).status_code)


def test_what_we_sign_ourselves_in_this_way_is_accepted(program: Program) -> None:
    """Otherwise every refusal below would prove nothing."""
    header, claims, _ = parts(program.access_token())
    assert header == {"alg": "ES256", "typ": "at+jwt", "kid": signer().kid}
    assert status(program, signed(claims)) == 200


def unsigned(claims: Claims, alg: str) -> str:
    head = {"alg": alg, "typ": "at+jwt", "kid": str(signer().kid)}
    return f"{b64(json.dumps(head).encode())}.{b64(json.dumps(claims).encode())}."


def with_public_key_as_secret(claims: Claims) -> str:
    """The classic confusion: HS256 with what everybody can read of our key."""
    public = ECKey.import_key(SigningKey.objects.get().public).as_pem(private=False)
    text = unsigned(claims, "HS256").rstrip(".")
    return f"{text}.{b64(hmac.digest(public, text.encode(), 'sha256'))}"


def stranger() -> ECKey:
    return ECKey.generate_key("P-256", {"kid": str(signer().kid)})


FORGERIES: dict[str, Callable[[Claims], str]] = {
    "alg none": lambda claims: unsigned(claims, "none"),
    "alg None": lambda claims: unsigned(claims, "None"),
    "alg ES256 without a signature": lambda claims: unsigned(claims, "ES256"),
    "a signature of zeros": lambda claims: unsigned(claims, "ES256") + b64(bytes(64)),
    "HS256 with the public key": with_public_key_as_secret,
    "another key under our id": lambda claims: signed(claims, key=stranger()),
    "a key of its own in the header": lambda claims: signed(
        claims, {"jwk": stranger().as_dict(private=False)}, stranger()
    ),
    "an address for the key": lambda claims: signed(claims, {"jku": "https://attacker.example/keys"}),
    "an unknown key": lambda claims: signed(claims, {"kid": "a" * 43}, ECKey.generate_key("P-256")),
    "a path for the key": lambda claims: signed(claims, {"kid": "../../dev/null"}, ECKey.generate_key("P-256")),
    "another type": lambda claims: signed(claims, {"typ": "JWT"}),
    "no type": lambda claims: signed(claims, {"typ": ""}),
    "something critical": lambda claims: signed(claims, {"crit": ["b64"], "b64": True}),
}


@pytest.mark.parametrize("how", FORGERIES)
def test_a_forgery_is_refused(program: Program, how: str) -> None:
    _, claims, _ = parts(program.access_token())
    assert status(program, FORGERIES[how](claims)) == 401


@pytest.mark.parametrize(
    "change",
    [
        {"aud": "https://elsewhere.example"},
        {"aud": None},
        {"iss": "https://elsewhere.example"},
        {"iss": f"{settings.BASE_URL}/"},
        {"exp": timedelta(seconds=-60)},
        {"exp": None},
        {"exp": "tomorrow"},
        {"iat": timedelta(seconds=600)},
        {"nbf": timedelta(seconds=600)},
        {"jti": None},
        {"org": None},
        {"scope": None},
        {"client_id": "cli_nobody"},
        {"client_id": None},
        {"org": ["a"]},
        {"scope": 7},
        {"jti": {"a": 1}},
        {"client_id": 7},
    ],
    ids=str,
)
def test_a_claim_that_is_wrong_or_missing_is_refused_even_under_our_signature(
    program: Program, change: dict[str, Any]
) -> None:
    _, claims, _ = parts(program.access_token())
    told = {
        name: int(time.time() + value.total_seconds()) if isinstance(value, timedelta) else value
        for name, value in change.items()
    }
    changed = {name: value for name, value in (claims | told).items() if value is not None}
    assert status(program, signed(changed)) == 401


def test_one_changed_character_is_found_out(program: Program) -> None:
    head, body, signature = program.access_token().split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "==="))
    wider = b64(json.dumps(claims | {"scope": claims["scope"] + " audit.view"}).encode())
    assert status(program, f"{head}.{wider}.{signature}") == 401


def test_a_token_of_one_organization_does_not_become_one_of_another(program: Program, globex: Tenant) -> None:
    other = make_program(globex)
    _, claims, _ = parts(program.access_token())
    crossed = signed(claims | {"org": globex.organization.public_id})
    assert program.api(crossed).get("/api/v1/o/globex/").status_code == 401
    assert other.api(program.access_token()).get("/api/v1/o/globex/").status_code == 404


def test_a_scope_gives_nothing_that_the_account_does_not_hold(program: Program) -> None:
    _, claims, _ = parts(program.access_token())
    api = program.api(signed(claims | {"scope": "organization.view audit.view organization.delete"}))
    assert api.get(URL).json()["permissions"] == ["organization.view"]


@pytest.mark.parametrize(
    "text", ["..", "a.b.c", "é.é.é", "." * 2 + "a" * 20_000, "e30.e30.e30", "bnVsbA.bnVsbA.x", "W10.W10.W10"]
)
def test_rubbish_is_refused_calmly(program: Program, text: str) -> None:
    answer = program.api(text).get(URL)
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"


def test_the_log_names_the_account_and_the_client(acme: Tenant) -> None:
    made = make_program(acme, Charter("Owner", role=Role.OWNER))
    answer = made.api().post("/api/v1/o/acme/service-accounts/", {"name": "Made", "role": "viewer"}, "application/json")
    assert answer.status_code == 201, answer.content
    with scope(acme.organization.pk):
        entry = AuditEntry.objects.filter(event="service_account.created").latest("id")
    assert (entry.actor_kind, entry.actor_label) == ("service", "Owner (service account)")
    assert entry.actor_ref == made.account.public_id
    assert entry.credential == made.client.public_id
