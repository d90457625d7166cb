"""The OAuth 2.0 authorization server: client credentials (RFC 6749 section 4.4) and nothing else, on Authlib.

A client belongs to a service account. It gets access tokens in the profile of RFC 9068, can ask whether one of its
organization's is good (RFC 7662), and can withdraw its own (RFC 7009).
"""

import base64
import binascii
import hmac
import secrets
from collections.abc import Callable
from typing import Any, cast

from authlib.integrations.django_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import ClientMixin, InvalidClientError, InvalidRequestError, OAuth2Request
from authlib.oauth2.rfc6749.grants import ClientCredentialsGrant
from authlib.oauth2.rfc7009 import RevocationEndpoint
from authlib.oauth2.rfc7662 import IntrospectionEndpoint
from authlib.oauth2.rfc9068 import JWTBearerTokenGenerator
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from joserfc.jwk import KeySet

from apps.access.roles import Permission
from apps.core.actor import Actor
from apps.core.operations import operation
from apps.core.scopes import scope
from apps.core.throttle import Throttle
from apps.organizations.credentials.access_tokens import Claims, NotAccepted, audience, issuer, read
from apps.organizations.credentials.bearer import (
    OWNED,
    TurnedAway,
    actor_of_credential,
    is_withdrawn,
    note_use,
    only,
    put_on_record,
    replaced,
    state_problem,
    usable,
)
from apps.organizations.credentials.secrets import digest_of
from apps.organizations.credentials.signing import ALGORITHM, signer
from apps.organizations.models import Credential, CredentialKind, RevokedAccessToken, ServiceAccount
from apps.organizations.standing import limited_by, standing_of_account

METHODS = ["client_secret_basic", "client_secret_post"]
GRANT = "client_credentials"


class TooMany(Exception):
    """More requests than a client may send in a minute. ``wait`` is in seconds."""

    def __init__(self, wait: int) -> None:
        super().__init__(wait)
        self.wait = wait


class Client(ClientMixin):
    """A credential as Authlib asks for it."""

    def __init__(self, credential: Credential) -> None:
        self.credential = credential

    @property
    def account(self) -> ServiceAccount:
        account = self.credential.service_account
        if account is None:
            raise TypeError("An OAuth client belongs to a service account.")
        return account

    @property
    def held(self) -> frozenset[Permission]:
        """What it may do now, in at least one workspace."""
        return limited_by(self.credential, standing_of_account(self.account)).somewhere

    def get_client_id(self) -> str:
        return self.credential.public_id

    def get_allowed_scope(self, scope: str | None) -> str | None:  # type: ignore[override]  # as Authlib calls it
        """What was asked for, or without a word everything; None, which refuses, when it is more than there is."""
        wanted = frozenset(scope.split()) if scope else self.held
        return " ".join(sorted(wanted)) if wanted and wanted <= self.held else None

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method in METHODS

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == GRANT


class Grant(ClientCredentialsGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = METHODS


class Generator(JWTBearerTokenGenerator):
    """Access tokens with our own claims, signed with the active key."""

    def get_jwks(self) -> KeySet:
        return KeySet([signer()])

    def get_audiences(self, client: Client, user: None, scope: str) -> str:
        return audience()

    def get_jti(self, client: Client, grant_type: str, user: None, scope: str) -> str:
        return secrets.token_urlsafe(16)

    def get_extra_claims(self, client: Client, grant_type: str, user: None, scope: str) -> dict[str, str]:
        return {"sub": client.account.public_id, "org": client.credential.organization.public_id}


class Issued:
    """An access token that we have signed and that has not ended, with its client as it is now."""

    def __init__(self, claims: Claims, client: Client) -> None:
        self.claims, self.client = claims, client

    def check_client(self, client: Client) -> bool:
        return client.credential == self.client.credential

    def is_expired(self) -> bool:
        return bool(state_problem(self.client.credential, timezone.now()))

    def is_revoked(self) -> bool:
        return is_withdrawn(self.claims.jti, self.client.credential)


class Introspection(IntrospectionEndpoint):
    CLIENT_AUTH_METHODS = METHODS

    def query_token(self, token_string: str, token_type_hint: str | None) -> Issued | None:
        return _issued(token_string)

    def check_permission(self, token: Issued, client: Client, request: OAuth2Request) -> bool:
        """Of another organization's token nothing is told but that it is not good here."""
        return token.client.credential.organization_id == client.credential.organization_id

    def introspect_token(self, token: Issued) -> dict[str, Any]:
        claims = {name: value for name, value in token.claims.raw.items() if name != "scope"}
        now = token.claims.scopes & token.client.held
        return {"active": True, "token_type": "Bearer", "scope": " ".join(sorted(now)), **claims}


class Revocation(RevocationEndpoint):
    CLIENT_AUTH_METHODS = METHODS

    def query_token(self, token_string: str, token_type_hint: str | None) -> Issued | None:
        return _issued(token_string)

    def revoke_token(self, token: Issued, request: OAuth2Request) -> None:
        credential = token.client.credential
        with scope(credential.organization_id):
            withdraw_access_token(token.claims, actor=actor_of_credential(credential, self.server.http))


@operation("access_token.revoked", requires=None)
def withdraw_access_token(claims: Claims, *, actor: Actor) -> RevokedAccessToken:
    """Before its time; the client that it was issued to may. It is forgotten when that time has come."""
    withdrawn, _ = RevokedAccessToken.objects.get_or_create(jti=claims.jti, defaults={"expires_at": claims.expires_at})
    return withdrawn


class Server(AuthorizationServer):
    """For one request, whose address counts when a client shows its secret."""

    def __init__(self, http: HttpRequest) -> None:
        super().__init__(None, None)
        self.http = http
        generator = Generator(
            issuer(), ALGORITHM, expires_generator=lambda client, grant: settings.ACCESS_TOKEN_SECONDS
        )
        self.register_token_generator("default", generator)
        self.register_client_auth_method("client_secret_basic", self._authenticator(_basic))
        self.register_client_auth_method("client_secret_post", self._authenticator(_posted))
        self.register_grant(Grant)
        self.register_endpoint(Introspection)
        self.register_endpoint(Revocation)

    def query_client(self, client_id: str) -> Client | None:  # type: ignore[override]  # None says that there is none
        found = only(OWNED.filter(public_id=client_id, kind=CredentialKind.CLIENT))
        return Client(found) if found else None

    def save_token(self, token: dict[str, Any], request: OAuth2Request) -> None:
        """Nothing of it is kept: it proves itself."""

    def answer(self, endpoint: str) -> HttpResponse:
        return cast(HttpResponse, self.create_endpoint_response(endpoint, self.http))  # type: ignore[no-untyped-call]

    def token(self) -> HttpResponse:
        return cast(HttpResponse, self.create_token_response(self.http))

    def _authenticator(self, given: Callable[[HttpRequest], tuple[str, str] | None]) -> Callable[..., Client | None]:
        def authenticate(query_client: Callable[[str], Client | None], request: OAuth2Request) -> Client | None:
            found = given(self.http)
            if found is None:
                return None
            if _basic(self.http) and _posted(self.http):
                raise InvalidRequestError("Show the client's secret in the header or in the body, not in both.")
            return self._known(query_client(found[0]), found[1])

        return authenticate

    def _known(self, client: Client | None, secret: str) -> Client:
        """The client, when this is its secret and it may be used from here. Raises ``InvalidClientError``."""
        if client is None:
            raise InvalidClientError(status_code=401, description="There is no such client.")
        credential = client.credential
        try:
            _check_secret(credential, secret)
            usable(credential, self.http)
        except TurnedAway as turned_away:
            put_on_record(turned_away, self.http)
            raise InvalidClientError(status_code=401, description=_plain(turned_away.message)) from None
        per_client = Throttle("oauth-client", settings.TOKEN_REQUESTS["client"])
        if wait := per_client.wait(credential.public_id):
            raise TooMany(wait)
        note_use(credential, self.http)
        return client


def _check_secret(credential: Credential, secret: str) -> None:
    """In constant time, against the secret and the one before it. Raises :class:`TurnedAway`."""
    digest = digest_of(secret)
    is_current = hmac.compare_digest(digest, bytes(credential.digest))
    is_previous = hmac.compare_digest(digest, bytes(credential.previous_digest or b""))
    if is_previous and not is_current and not credential.previous_works(timezone.now()):
        raise TurnedAway(replaced(credential), credential=credential)
    if not is_current and not is_previous:
        raise TurnedAway("This is not the secret of the client.", credential=credential)


def _issued(text: str) -> Issued | None:
    try:
        claims = read(text)
    except NotAccepted:
        return None
    found = only(OWNED.filter(public_id=claims.client_id, kind=CredentialKind.CLIENT))
    if found is None or found.organization.public_id != claims.organization:
        return None
    return Issued(claims, Client(found))


def _basic(request: HttpRequest) -> tuple[str, str] | None:
    """Client id and secret of the ``Authorization`` header (RFC 7617)."""
    scheme, _, encoded = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        client_id, _, secret = base64.b64decode(encoded.strip(), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return client_id, secret


def _posted(request: HttpRequest) -> tuple[str, str] | None:
    given = request.POST.get("client_id"), request.POST.get("client_secret")
    return (given[0], given[1]) if given[0] and given[1] else None


def _plain(message: str) -> str:
    """As RFC 6749 section 5.2 has it: ASCII, without quotation marks."""
    return message.translate({ord("“"): "'", ord("”"): "'", ord('"'): "'"}).encode("ascii", "replace").decode()
