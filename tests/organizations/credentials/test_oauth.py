"""The authorization server, as its clients see it: RFC 6749, 7009, 7662, 8414, 9068."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from joserfc import jws, jwt
from joserfc.jwk import KeySet
from pytest_django import Settings

from apps.access.roles import ROLES, Permission, Role
from apps.audit.models import AuditEntry
from apps.core.tenancy import scope
from apps.organizations.credentials.accounts import Charter, switch_service_account
from apps.organizations.credentials.limits import Limits
from apps.organizations.credentials.services import CREDENTIALS
from apps.organizations.credentials.signing import roll_over
from apps.organizations.models import Credential, RevokedAccessToken, ServiceAccount
from tests.factories.credentials import Program, basic, make_program
from tests.factories.tenants import Tenant

pytestmark = pytest.mark.django_db
URL = "/api/v1/o/acme/actor/"


@pytest.fixture(autouse=True)
def fresh_counters() -> None:
    cache.clear()


@pytest.fixture
def program(acme: Tenant) -> Program:
    return make_program(acme)


def post(path: str, body: dict[str, str], **headers: str) -> Any:
    return Client(headers=headers).post(f"/oauth/{path}", body)


def test_a_client_fetches_an_access_token_and_calls_the_api_with_it(program: Program) -> None:
    answer = program.ask()
    body = answer.json()
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    assert (body["token_type"], body["expires_in"]) == ("Bearer", 600)
    assert set(body["scope"].split()) == ROLES[Role.OPERATOR]
    actor = program.api(body["access_token"]).get(URL).json()
    assert (actor["kind"], actor["name"]) == ("service", "Warehouse (service account)")
    assert set(actor["permissions"]) == ROLES[Role.OPERATOR]


def test_client_secret_post_works_as_well_and_both_at_once_do_not(program: Program) -> None:
    body = {
        "grant_type": "client_credentials",
        "client_id": program.client.public_id,
        "client_secret": program.secret,
    }
    assert post("token", body).status_code == 200
    both = post("token", body, authorization=program.basic)
    assert (both.status_code, both.json()["error"]) == (400, "invalid_request")


def test_the_token_is_in_the_profile_of_rfc_9068_and_the_published_keys_verify_it(
    program: Program, settings: Settings
) -> None:
    text = program.access_token(scope="snapshot.view job.view")
    published = KeySet.import_key_set(Client().get("/oauth/keys").json())
    token = jwt.decode(text, published, algorithms=["ES256"])
    assert token.header["typ"] == "at+jwt"
    claims = token.claims
    assert claims["iss"] == settings.BASE_URL
    assert claims["aud"] == f"{settings.BASE_URL}/api/v1"
    assert claims["org"] == program.tenant.organization.public_id
    assert claims["sub"] == program.account.public_id
    assert claims["client_id"] == program.client.public_id
    assert claims["scope"] == "job.view snapshot.view"
    assert claims["exp"] - claims["iat"] == 600
    assert len(claims["jti"]) >= 22


def test_the_metadata_lead_to_everything(program: Program, settings: Settings) -> None:
    found = Client().get("/.well-known/oauth-authorization-server").json()
    assert found["issuer"] == settings.BASE_URL
    paths = {
        name: found[name].removeprefix(settings.BASE_URL) for name in found if str(name).endswith(("endpoint", "uri"))
    }
    answer = Client(headers={"authorization": program.basic}).post(
        paths["token_endpoint"], {"grant_type": found["grant_types_supported"][0]}
    )
    assert answer.status_code == 200
    keys = Client().get(paths["jwks_uri"]).json()["keys"]
    assert jws.extract_compact(answer.json()["access_token"].encode()).headers()["kid"] in {key["kid"] for key in keys}
    assert all("d" not in key for key in keys)
    assert set(found["scopes_supported"]) == set(Permission)


@pytest.mark.parametrize(
    ("body", "status", "error"),
    [
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({}, 400, "unsupported_grant_type"),
        ({"grant_type": "client_credentials", "scope": "audit.view"}, 400, "invalid_scope"),
        ({"grant_type": "client_credentials", "scope": "snapshot.view audit.manage"}, 400, "invalid_scope"),
        ({"grant_type": "client_credentials", "scope": "everything"}, 400, "invalid_scope"),
    ],
)
def test_what_is_not_granted_is_refused_in_the_words_of_the_rfc(
    program: Program, body: dict[str, str], status: int, error: str
) -> None:
    answer = post("token", body, authorization=program.basic)
    assert (answer.status_code, answer.json()["error"]) == (status, error)


@pytest.mark.parametrize("header", ["Basic !!!", "Basic /////w==", "Basic bm9jb2xvbg==", "Bearer x", ""])
def test_a_broken_header_is_no_client(db: None, header: str) -> None:
    answer = post("token", {"grant_type": "client_credentials"}, authorization=header)
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")
    assert answer["WWW-Authenticate"].startswith("Basic")


def test_a_wrong_secret_an_unknown_client_and_a_foreign_secret_are_refused(program: Program, globex: Tenant) -> None:
    other = make_program(globex)
    pairs = [
        (program.client.public_id, "nhc_wrong"),
        ("cli_nobody", program.secret),
        (program.client.public_id, other.secret),
        (program.client.public_id, ""),
    ]
    for client_id, secret in pairs:
        answer = post("token", {"grant_type": "client_credentials"}, authorization=basic(client_id, secret))
        assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client"), client_id
        assert answer.content.isascii()
    with scope(program.tenant.organization.pk):
        entry = AuditEntry.objects.get(event="credential.refused")
    assert (entry.actor_kind, entry.subject_id) == ("service", program.client.public_id)


def test_a_parameter_in_the_address_or_twice_is_refused(program: Program) -> None:
    asker = Client(headers={"authorization": program.basic})
    for answer in (
        asker.post("/oauth/token?grant_type=client_credentials", {}),
        asker.post("/oauth/token", {"grant_type": ["client_credentials", "client_credentials"]}),
    ):
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")
    assert asker.get("/oauth/token").status_code == 405


def test_a_token_of_a_service_account_is_no_client_and_a_client_is_no_token(acme: Tenant, program: Program) -> None:
    assert program.api(program.secret).get(URL).status_code == 401


def test_the_scope_of_a_token_is_all_that_it_may(program: Program) -> None:
    api = program.api(program.access_token(scope="organization.view"))
    assert api.get(URL).json()["permissions"] == ["organization.view"]
    assert api.get("/api/v1/o/acme/members/").status_code == 403


def test_rights_that_the_account_has_lost_since_are_lost_to_its_tokens(program: Program) -> None:
    api = program.api()
    with scope(program.tenant.organization.pk):
        ServiceAccount.objects.update(role="", permissions=["organization.view"])
        assert api.get(URL).json()["permissions"] == ["organization.view"]
        ServiceAccount.objects.update(permissions=["organization.view", "audit.view"])
    assert api.get(URL).json()["permissions"] == ["organization.view"], "a token never gains"


@pytest.mark.parametrize("how", ["account off", "client off", "client revoked", "client expired", "account deleted"])
def test_what_ends_an_account_or_client_ends_its_tokens_at_once(program: Program, how: str) -> None:
    api, system = program.api(), program.tenant.system
    assert api.get(URL).status_code == 200
    with scope(program.tenant.organization.pk):
        if how == "account off":
            switch_service_account(program.account, False, actor=system)
        elif how == "client off":
            CREDENTIALS.switch(program.client, False, actor=system)
        elif how == "client revoked":
            CREDENTIALS.revoke(program.client, actor=system)
        elif how == "client expired":
            Credential.objects.update(expires_at=timezone.now())
        else:
            program.account.delete()
    assert api.get(URL).status_code == 401
    assert program.ask().status_code == 401


def test_a_client_is_bound_to_its_networks_when_it_asks_and_when_it_calls(acme: Tenant) -> None:
    program = make_program(acme, limits=Limits(networks=("192.0.2.0/24",)))
    asker = Client(headers={"authorization": program.basic})
    body = {"grant_type": "client_credentials"}
    assert asker.post("/oauth/token", body, REMOTE_ADDR="198.51.100.1").status_code == 401
    token = asker.post("/oauth/token", body, REMOTE_ADDR="192.0.2.1").json()["access_token"]
    assert program.api(token).get(URL, REMOTE_ADDR="192.0.2.1").status_code == 200
    assert program.api(token).get(URL, REMOTE_ADDR="198.51.100.1").status_code == 403


def test_after_a_rotation_both_secrets_fetch_tokens_until_the_end_of_the_grace(program: Program) -> None:
    body = {"grant_type": "client_credentials"}
    with time_machine.travel(timezone.now(), tick=False) as clock:
        with scope(program.tenant.organization.pk):
            client, new = CREDENTIALS.rotate(program.client, grace=timedelta(hours=1), actor=program.tenant.system)
        renewed = basic(client.public_id, new)
        assert [post("token", body, authorization=each).status_code for each in (program.basic, renewed)] == [200, 200]
        clock.shift(timedelta(hours=1))
        answer = post("token", body, authorization=program.basic)
        assert (answer.status_code, "was replaced" in answer.json()["error_description"]) == (401, True)
        assert post("token", body, authorization=renewed).status_code == 200


def test_a_revoked_token_is_refused_and_forgotten_when_it_would_have_ended(program: Program) -> None:
    text = program.access_token()
    assert program.ask("revoke", token=text).status_code == 200
    answer = program.api(text).get(URL)
    assert (answer.status_code, "revoked" in answer.json()["detail"]) == (401, True)
    assert program.ask("introspect", token=text).json() == {"active": False}
    assert program.ask("revoke", token=text).status_code == 200, "twice is no mistake"
    roll_over(timezone.now())
    with scope(program.tenant.organization.pk):
        assert RevokedAccessToken.objects.count() == 1
    roll_over(timezone.now() + timedelta(seconds=601))
    with scope(program.tenant.organization.pk):
        assert RevokedAccessToken.objects.count() == 0


def test_nobody_revokes_or_looks_into_the_tokens_of_another_organization(program: Program, globex: Tenant) -> None:
    text, other = program.access_token(), make_program(globex)
    assert other.ask("introspect", token=text).json() == {"active": False}
    assert other.ask("revoke", token=text).status_code == 400
    assert program.api(text).get(URL).status_code == 200
    assert program.api(text).get("/api/v1/o/globex/").status_code == 404


def test_introspection_tells_what_a_token_may_now(program: Program) -> None:
    text = program.access_token(scope="organization.view snapshot.view")
    shown = program.ask("introspect", token=text).json()
    assert shown["active"] is True
    assert shown["sub"] == program.account.public_id
    assert shown["scope"] == "organization.view snapshot.view"
    with scope(program.tenant.organization.pk):
        ServiceAccount.objects.update(role="", permissions=["organization.view"])
    assert program.ask("introspect", token=text).json()["scope"] == "organization.view"


@pytest.mark.parametrize("path", ["introspect", "revoke"])
def test_these_take_a_client_and_answer_rubbish_calmly(program: Program, path: str) -> None:
    assert post(path, {"token": "a.b.c"}).status_code == 401
    assert program.ask(path).status_code == 400
    for rubbish in ("a.b.c", "nh_x", "ä", "." * 5000):
        answer = program.ask(path, token=rubbish)
        assert (answer.status_code, answer.json()) == (200, {"active": False} if path == "introspect" else {})


def test_an_access_token_ends(program: Program) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        text = program.access_token()
        clock.shift(604)
        assert program.api(text).get(URL).status_code == 200, "five seconds are for clocks that differ"
        clock.shift(2)
        answer = program.api(text).get(URL)
        assert (answer.status_code, "expired" in answer.json()["detail"]) == (401, True)
        assert program.ask("introspect", token=text).json() == {"active": False}


def test_a_client_and_an_address_ask_only_so_often(program: Program, globex: Tenant, settings: Settings) -> None:
    settings.TOKEN_REQUESTS = {"client": 2, "address": 5}
    other = make_program(globex)
    with time_machine.travel(timezone.now().replace(second=10), tick=False) as clock:
        assert [program.ask().status_code for _ in range(3)] == [200, 200, 429]
        answer = program.ask()
        assert (answer.status_code, answer["Retry-After"]) == (429, "50")
        assert other.ask().status_code == 200, "another client is not held up"
        assert other.ask().status_code == 429, "the address is"
        clock.shift(50)
        assert program.ask().status_code == 200


def test_whoever_guesses_does_not_lock_the_client_out(program: Program, settings: Settings) -> None:
    settings.TOKEN_REQUESTS = {"client": 2, "address": 5}
    guess = Client(headers={"authorization": basic(program.client.public_id, "nhc_guess")})
    for _ in range(8):
        guess.post("/oauth/token", {"grant_type": "client_credentials"}, REMOTE_ADDR="198.51.100.66")
    assert program.ask().status_code == 200


def test_an_account_within_workspaces_meets_no_others(acme: Tenant) -> None:
    program = make_program(acme, Charter("Narrow", role=Role.VIEWER))
    with scope(acme.organization.pk):
        ServiceAccount.objects.update(workspace_ids=[])
    api = program.api()
    assert api.get("/api/v1/o/acme/workspaces/").status_code == 403
