"""Which ID tokens count: signed tokens of an issuer of our own, checked by Authlib as in the product."""

import time
from typing import Any

import pytest
from authlib.integrations.django_client import OAuth
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey
from pydantic import SecretStr

from apps.accounts.oauth import _issuer_check
from notionhub.settings.providers import Provider

KEY = RSAKey.generate_key(2048, {"kid": "k1"})
TENANT = "3b1f2c1e-0000-4000-8000-000000000001"


def microsoft(tenant: str) -> Provider:
    issuer = f"https://login.microsoftonline.com/{tenant}/v2.0"
    return Provider("microsoft", "Microsoft", issuer, "id", SecretStr("secret"), metadata_url="unused")


def accepted(provider: Provider, **claims: Any) -> bool:
    """Whether Authlib takes the token, told of the issuer what we tell it."""
    now = int(time.time())
    whole = {"sub": "1", "aud": "id", "iat": now, "exp": now + 60, "nonce": "n"} | claims
    token = {"id_token": jwt.encode({"alg": "RS256", "kid": "k1"}, whole, KEY)}
    client = OAuth().register("p", client_id="id", client_secret="s", issuer=provider.issuer)
    client.server_metadata = {
        "issuer": provider.issuer.replace("organizations", "{tenantid}"),
        "jwks": {"keys": [KEY.as_dict(private=False)]},
        "_loaded_at": now,
    }
    try:
        return client.parse_id_token(token, "n", **_issuer_check(provider)) is not None
    except JoseError:
        return False


def test_a_shared_microsoft_endpoint_takes_the_token_of_its_own_tenant_only() -> None:
    ours = f"https://login.microsoftonline.com/{TENANT}/v2.0"
    assert accepted(microsoft("organizations"), iss=ours, tid=TENANT)
    assert not accepted(microsoft("organizations"), iss=ours, tid="another")
    assert not accepted(microsoft("organizations"), iss="https://evil.example/v2.0", tid=TENANT)
    assert not accepted(microsoft("organizations"), iss=ours)


def test_a_microsoft_tenant_of_ones_own_takes_its_own_tokens_only() -> None:
    own = microsoft(TENANT)
    assert accepted(own, iss=own.issuer, tid=TENANT)
    other = "https://login.microsoftonline.com/other/v2.0"
    assert not accepted(own, iss=other, tid="other")


@pytest.mark.parametrize("claims", [{"aud": "another"}, {"nonce": "x"}, {"exp": 1}, {"iss": "https://evil.example"}])
def test_a_token_that_is_not_for_us_is_refused(claims: dict[str, Any]) -> None:
    own = microsoft(TENANT)
    assert not accepted(own, **({"iss": own.issuer, "tid": TENANT} | claims))
