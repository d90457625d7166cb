"""Sign-in through OAuth 2.0 / OpenID Connect: what a provider says about a person.

Authorization Code with PKCE (RFC 6749, RFC 7636), run by Authlib's Django client. Sources:
OpenID Connect Core 1.0 section 3.1; GitHub REST "emails for the authenticated user"; Microsoft
"ID token claims reference" (the ``xms_edov`` claim says whether the e-mail's domain is verified).
"""

from dataclasses import dataclass
from typing import Any, cast

import requests
from authlib.integrations.base_client import OAuthError
from django.conf import settings
from django.http import HttpRequest, HttpResponseRedirect
from joserfc.errors import JoseError

from apps.accounts.exchange import Misdescribed, client_of
from apps.accounts.tenants import tenants
from apps.core.errors import Invalid, NotFound, TransientError
from notionhub.settings.providers import Provider

SHARED_ISSUERS = tuple(
    f"https://login.microsoftonline.com/{tenant}/" for tenant in ("common", "organizations", "consumers")
)
UNREACHABLE = "{label} cannot be reached at the moment. Try again in a minute."
NOT_TRUSTED = "{label} sent an answer that cannot be trusted."
LONGEST_SUBJECT = 255  # OpenID Connect Core 1.0 section 2
_JUNK = (JoseError, KeyError, ValueError, TypeError, AttributeError, RuntimeError)
"""What Authlib raises over answers that are none: an organization's provider may send anything."""


@dataclass(frozen=True, slots=True)
class Claims:
    """Who the provider says this is. ``email`` is empty unless the provider has verified it.

    ``proved_at`` is when they last proved it there, in seconds since the epoch; None when it does not say.
    """

    provider: Provider
    issuer: str
    subject: str
    email: str
    name: str
    proved_at: int | None = None


def provider(key: str) -> Provider:
    """Of the installation or of an organization. Raises :class:`NotFound`."""
    found = settings.SIGN_IN_PROVIDERS.get(key) or tenants().named(key)
    if found is None:
        raise NotFound("There is no such way to sign in here.")
    return found


def begin(request: HttpRequest, chosen: Provider, callback: str, *, again: bool = False) -> HttpResponseRedirect:
    """Redirect to the provider; ``again`` asks it to have the person prove who they are now.

    Raises :class:`TransientError` when it cannot be reached, :class:`Invalid` when it describes itself wrongly.
    """
    asked: dict[str, Any] = {"prompt": "login", "max_age": 0} if again and chosen.is_oidc else {}
    client: Any = client_of(chosen)
    try:
        return cast(HttpResponseRedirect, client.authorize_redirect(request, callback, **asked))
    except requests.RequestException as error:
        raise TransientError(UNREACHABLE.format(label=chosen.label)) from error
    except Misdescribed as error:
        raise Invalid(f"{chosen.label} {error}. Ask whoever set it up.") from error
    except _JUNK as error:
        raise TransientError(UNREACHABLE.format(label=chosen.label)) from error


def complete(request: HttpRequest, chosen: Provider) -> Claims:
    """Finish the flow. Raises :class:`Invalid` when it was refused, forged or is stale."""
    client: Any = client_of(chosen)
    try:
        token = client.authorize_access_token(request, **_issuer_check(chosen))
        return _oidc(token, chosen) if chosen.is_oidc else _github(client, token, chosen)
    except requests.RequestException as error:
        raise TransientError(UNREACHABLE.format(label=chosen.label)) from error
    except OAuthError as error:
        raise Invalid(_refusal(chosen, error)) from error
    except _JUNK as error:
        raise Invalid(NOT_TRUSTED.format(label=chosen.label)) from error


def _issuer_check(chosen: Provider) -> dict[str, Any]:
    """Microsoft's shared endpoints have a template for an issuer: it must hold with the token's own tenant."""
    if chosen.key != "microsoft" or not chosen.issuer.startswith(SHARED_ISSUERS):
        return {}

    def is_its_tenants(claims: dict[str, Any], issuer: str) -> bool:
        return issuer == f"https://login.microsoftonline.com/{claims.get('tid')}/v2.0"

    return {"claims_options": {"iss": {"essential": True, "validate": is_its_tenants}}}


def _refusal(chosen: Provider, error: OAuthError) -> str:
    if error.error == "access_denied":
        return f"{chosen.label} says that access was denied. Start again to choose another account."
    return "This sign-in was started in another browser or too long ago. Start again."


def _oidc(token: dict[str, Any], chosen: Provider) -> Claims:
    claims = token["userinfo"]
    verified = claims.get("email_verified") is True or claims.get("xms_edov") in (True, "1", 1)
    email = str(claims.get("email") or "") if verified else ""
    name = str(claims.get("name") or claims.get("preferred_username") or email.partition("@")[0])
    # "common" endpoints name one issuer per tenant in the token: that one is who vouches.
    issuer = chosen.issuer if chosen.realm else str(claims.get("iss") or chosen.issuer)
    proved_at = claims.get("auth_time")
    told = proved_at if isinstance(proved_at, int) and not isinstance(proved_at, bool) else None
    subject = str(claims["sub"])
    if not 0 < len(subject) <= LONGEST_SUBJECT:
        raise ValueError("The subject is not what OpenID Connect allows.")
    return Claims(chosen, issuer, subject, email, name[:120], told)


def _github(client: Any, token: dict[str, Any], chosen: Provider) -> Claims:
    profile = client.get("user", token=token)
    profile.raise_for_status()
    emails = client.get("user/emails", token=token)
    emails.raise_for_status()
    user = profile.json()
    verified = [item["email"] for item in emails.json() if item.get("primary") and item.get("verified")]
    return Claims(
        chosen,
        chosen.issuer,
        str(user["id"]),
        verified[0] if verified else "",
        str(user.get("name") or user["login"]),
    )
