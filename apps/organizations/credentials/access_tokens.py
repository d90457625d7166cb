"""Short-lived access tokens: JWTs in the profile of RFC 9068, checked as RFC 8725 advises.

``iss`` is this site, ``aud`` its API, ``org`` the organization's public id, ``sub`` the service account, ``client_id``
the OAuth client, ``scope`` permissions. Nothing is believed of a token but what we have signed ourselves, and what it
allows is checked against the service account at each use.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from joserfc import jws, jwt
from joserfc.errors import ExpiredTokenError, JoseError

from apps.access.roles import Permission
from apps.organizations.credentials.signing import ALGORITHM, verifier
from apps.organizations.models.credentials import known

HEADERS = {"alg", "typ", "kid"}
LONGEST = 4_096
SKEW = 5
"""Seconds by which the clocks of our own machines may differ."""


class NotAccepted(Exception):
    """This is no access token that counts here, and why."""


@dataclass(frozen=True, slots=True)
class Claims:
    """What an access token says. ``organization``, ``client_id`` and ``subject`` are public ids."""

    jti: str
    organization: str
    client_id: str
    subject: str
    scopes: frozenset[Permission]
    expires_at: datetime
    raw: dict[str, Any]


def issuer() -> str:
    return str(settings.BASE_URL)


def audience() -> str:
    return f"{settings.BASE_URL}/api/v1"


def read(text: str) -> Claims:
    """The claims of a token that we signed, for us, and that has not ended. Raises :class:`NotAccepted`."""
    try:
        claims = _verified(text)
        _registry().validate(claims)
        if not all(isinstance(claims[name], str) for name in ("org", "client_id", "scope")):
            raise ValueError("not as we write it")
    except ExpiredTokenError:
        raise NotAccepted("This access token has expired. Ask for a new one.") from None
    except (JoseError, ValueError):
        raise NotAccepted("This access token is not one of ours, or was changed. Ask for a new one.") from None
    return Claims(
        jti=claims["jti"],
        organization=claims["org"],
        client_id=claims["client_id"],
        subject=claims["sub"],
        scopes=known(claims["scope"].split()),
        expires_at=datetime.fromtimestamp(claims["exp"], tz=UTC),
        raw=claims,
    )


def _verified(text: str) -> dict[str, Any]:
    """Raises ``ValueError`` or ``JoseError``. The algorithm is ours to name, never the token's."""
    if len(text) > LONGEST or not text.isascii():
        raise ValueError("not a token")
    header = jws.extract_compact(text.encode()).headers()
    if header.keys() != HEADERS or header["alg"] != ALGORITHM or header["typ"] != "at+jwt":
        raise ValueError("not an access token")
    key = verifier(header["kid"]) if isinstance(header["kid"], str) else None
    if key is None:
        raise ValueError("not signed with a key of ours")
    return jwt.decode(text, key, algorithms=[ALGORITHM]).claims


def _registry() -> jwt.JWTClaimsRegistry:
    return jwt.JWTClaimsRegistry(
        leeway=SKEW,
        iss={"essential": True, "value": issuer()},
        aud={"essential": True, "value": audience()},
        exp={"essential": True},
        iat={"essential": True},
        sub={"essential": True},
        jti={"essential": True},
        org={"essential": True},
        client_id={"essential": True},
        scope={"essential": True},
    )
