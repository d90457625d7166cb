"""Sign-in through OAuth 2.0 / OpenID Connect: what a provider says about a person.

Authorization Code with PKCE (RFC 6749, RFC 7636), run by Authlib's Django client. Sources:
OpenID Connect Core 1.0 section 3.1; GitHub REST "emails for the authenticated user"; Microsoft
"ID token claims reference" (the ``xms_edov`` claim says whether the e-mail's domain is verified).
"""

from dataclasses import dataclass
from typing import Any

import requests
from authlib.integrations.base_client import OAuthError
from authlib.integrations.django_client import OAuth
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from joserfc.errors import JoseError

from apps.core.errors import Invalid, NotFound, TransientError
from notionhub.settings.providers import Provider, authlib_options

SHARED_ISSUERS = tuple(
    f"https://login.microsoftonline.com/{tenant}/" for tenant in ("common", "organizations", "consumers")
)
UNREACHABLE = "{label} cannot be reached at the moment. You are not signed in. Try again in a minute."


@dataclass(frozen=True, slots=True)
class Claims:
    """Who the provider says this is. ``email`` is empty unless the provider has verified it."""

    issuer: str
    subject: str
    email: str
    name: str


def provider(key: str) -> Provider:
    try:
        return settings.SIGN_IN_PROVIDERS[key]
    except KeyError:
        raise NotFound("There is no such way to sign in here.") from None


def begin(request: HttpRequest, key: str, callback: str) -> HttpResponseBase:
    """Redirect to the provider. Raises :class:`TransientError` when it cannot be reached."""
    chosen = provider(key)
    try:
        response: HttpResponseBase = _client(chosen).authorize_redirect(request, callback)
    except (requests.RequestException, ValueError) as error:
        raise TransientError(UNREACHABLE.format(label=chosen.label)) from error
    return response


def complete(request: HttpRequest, key: str) -> Claims:
    """Finish the flow. Raises :class:`Invalid` when it was refused, forged or is stale."""
    chosen = provider(key)
    client = _client(chosen)
    try:
        token = client.authorize_access_token(request, **_issuer_check(chosen))
        return _oidc(token, chosen) if chosen.is_oidc else _github(client, token, chosen)
    except requests.RequestException as error:
        raise TransientError(UNREACHABLE.format(label=chosen.label)) from error
    except OAuthError as error:
        raise Invalid(_refusal(chosen, error)) from error
    except (JoseError, KeyError, ValueError) as error:
        raise Invalid(f"{chosen.label} sent an answer that cannot be trusted. You are not signed in.") from error


def _issuer_check(chosen: Provider) -> dict[str, Any]:
    """Microsoft's shared endpoints have a template for an issuer: it must hold with the token's own tenant."""
    if chosen.key != "microsoft" or not chosen.issuer.startswith(SHARED_ISSUERS):
        return {}

    def is_its_tenants(claims: dict[str, Any], issuer: str) -> bool:
        return issuer == f"https://login.microsoftonline.com/{claims.get('tid')}/v2.0"

    return {"claims_options": {"iss": {"essential": True, "validate": is_its_tenants}}}


def _client(chosen: Provider) -> Any:
    # The provider table is data of the settings, so the registry is made from it and not kept beside it.
    oauth = OAuth()
    return oauth.register(chosen.key, **authlib_options(chosen))


def _refusal(chosen: Provider, error: OAuthError) -> str:
    if error.error == "access_denied":
        return (
            f"{chosen.label} says that access was denied. You are not signed in. Start again to choose another account."
        )
    return "This sign-in was started in another browser or too long ago. You are not signed in. Start again."


def _oidc(token: dict[str, Any], chosen: Provider) -> Claims:
    claims = token["userinfo"]
    verified = claims.get("email_verified") is True or claims.get("xms_edov") in (True, "1", 1)
    email = str(claims.get("email") or "") if verified else ""
    name = str(claims.get("name") or claims.get("preferred_username") or email.partition("@")[0])
    # "common" endpoints name one issuer per tenant in the token: that one is who vouches.
    return Claims(str(claims.get("iss") or chosen.issuer), str(claims["sub"]), email, name)


def _github(client: Any, token: dict[str, Any], chosen: Provider) -> Claims:
    profile = client.get("user", token=token)
    profile.raise_for_status()
    emails = client.get("user/emails", token=token)
    emails.raise_for_status()
    user = profile.json()
    verified = [item["email"] for item in emails.json() if item.get("primary") and item.get("verified")]
    return Claims(
        chosen.issuer,
        str(user["id"]),
        verified[0] if verified else "",
        str(user.get("name") or user["login"]),
    )
