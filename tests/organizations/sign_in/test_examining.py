"""What is believed of an issuer that a tenant names, and where it may lead us."""

from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from apps.access.roles import Role
from apps.accounts.exchange import believed
from apps.core.errors import Invalid
from apps.organizations.sign_in.examining import examine
from tests.accounts.issuer import Issuer
from tests.factories.tenants import Tenant
from tests.organizations.sign_in.conftest import Company

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:9/",
        "https://127.0.0.1/",
        "https://localhost/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://0177.0.0.1/",
        "https://169.254.169.254/",
        "https://10.0.0.1/",
        "https://user:pass@login.example.com/",
        "http://login.example.com/",
        "ftp://login.example.com/",
        "https://",
        "https://login.example.com/?a=b",
        "javascript:alert(1)",
    ],
)
def test_only_public_https_addresses_are_asked(settings: Settings, issuer: Issuer, address: str) -> None:
    settings.ISSUER_NETWORKS = []
    with pytest.raises(Invalid, match=r"Nothing was saved|An issuer is an address"):
        examine(address)
    assert issuer.asked == []


def test_a_redirect_is_held_to_the_same(settings: Settings, issuer: Issuer, acme: Tenant) -> None:
    """The networks that are allowed are those of the issuer; where it redirects to is checked anew."""
    issuer.redirect = "https://169.254.169.254/latest/meta-data"
    with pytest.raises(Invalid, match="not on the public internet"):
        examine(issuer.url)


def test_an_issuer_is_kept_as_it_calls_itself(issuer: Issuer) -> None:
    assert examine(f"{issuer.url}/") == issuer.url


@pytest.mark.parametrize(
    ("metadata", "told"),
    [
        ({"issuer": "https://accounts.google.com"}, "calls itself"),
        ({"issuer": "https://x.example/{tenantid}/v2.0"}, "calls itself"),
        ({"issuer": None}, "calls itself"),
        ({"token_endpoint": None}, "does not say its token_endpoint"),
        ({"authorization_endpoint": "javascript:alert(1)"}, "not https://"),
        ({"jwks_uri": "file:///etc/passwd"}, "not https://"),
    ],
)
def test_a_description_that_does_not_fit_is_refused(issuer: Issuer, metadata: dict[str, Any], told: str) -> None:
    issuer.metadata = metadata
    with pytest.raises(Invalid, match=told):
        examine(issuer.url)


def test_what_is_no_issuer_is_refused(issuer: Issuer) -> None:
    with pytest.raises(Invalid, match="no OpenID Connect provider"):
        examine(f"{issuer.url}/jwks-that-is-a-list")


def test_nothing_else_of_a_description_reaches_the_client(issuer: Issuer) -> None:
    """Authlib makes its session of it: a proxy named there would be used."""
    more = {"proxies": {"http": "http://10.0.0.1"}, "verify": False, "trust_env": True, "client_id": "x", "hooks": {}}
    kept = believed(issuer.answer("/.well-known/openid-configuration", "")[1] | more, issuer.provider())
    assert not more.keys() & kept.keys()


@pytest.mark.parametrize(
    ("offered", "kept"), [(["none", "HS256"], []), (["RS256", "none"], ["RS256"]), (None, ["RS256"])]
)
def test_no_algorithm_without_a_key_pair_is_taken(issuer: Issuer, offered: Any, kept: list[str]) -> None:
    told = issuer.answer("/.well-known/openid-configuration", "")[1]
    told["id_token_signing_alg_values_supported"] = offered
    assert believed(told, issuer.provider())["id_token_signing_alg_values_supported"] == kept


def test_an_issuer_that_changes_its_mind_later_signs_nobody_in(company: Company) -> None:
    company.issuer.metadata = {"proxies": {"http": "http://127.0.0.1:9"}, "issuer": "https://evil.example"}
    answer = Client().post(f"/sign-in/{company.key}/")
    assert (answer.status_code, "calls itself" in answer.content.decode()) == (400, True)


@pytest.mark.parametrize("junk", [[], "text", {"id_token": 1}, {"access_token": "a"}, {"id_token": "a.b.c"}], ids=str)
def test_junk_in_place_of_a_token_gets_a_sentence(company: Company, junk: Any) -> None:
    company.issuer.token = junk
    _, answer = company.come("v", company.tenant.member(Role.VIEWER).email)
    assert answer.status_code == 400
    assert "cannot be trusted" in answer.content.decode()
