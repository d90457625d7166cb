"""How the site itself talks to a provider, and how much of the provider's description of itself is believed.

Authlib hands what a discovery document holds to the session that it makes, proxies and certificate checks included.
So only the members that we use are kept, and an organization's provider is reached through the guarded network.
"""

import asyncio
from collections.abc import Mapping
from io import BytesIO
from typing import Any, cast

import requests
from authlib.integrations.django_client import DjangoIntegration, DjangoOAuth2App
from authlib.integrations.requests_client import OAuth2Session
from django.conf import settings
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict

from apps.notion.errors import ConnectionLost, Unreachable
from apps.notion.guarded import AddressPolicy, AddressRefused, Answer, Exchange, ask
from notionhub.settings.providers import Provider, authlib_options

BELIEVED = frozenset(
    {
        "issuer",
        "authorization_endpoint",
        "token_endpoint",
        "userinfo_endpoint",
        "jwks_uri",
        "id_token_signing_alg_values_supported",
    }
)
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""RFC 8725 section 3.1: those with a key pair, whatever a provider says that it supports."""
LONGEST = 500_000
PATIENCE = 10.0
_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")


class Misdescribed(ValueError):
    """A provider's description of itself does not fit it. The message ends a sentence that names the provider."""


class GuardedAdapter(BaseAdapter):
    """Carries requests of an organization's choosing: public HTTPS only, or a network that the installation allows."""

    def send(
        self, request: requests.PreparedRequest, stream: bool = False, *args: Any, **kwargs: Any
    ) -> requests.Response:
        body = request.body.encode() if isinstance(request.body, str) else request.body
        if body is not None and not isinstance(body, bytes):
            raise requests.exceptions.InvalidHeader("Only bodies of known length are sent.")
        headers = {name: value for name, value in request.headers.items() if name.lower() not in _OURS}
        exchange = Exchange(str(request.method), str(request.url), cast(Mapping[str, str], headers), body)
        allow = AddressPolicy.also(settings.ISSUER_NETWORKS)
        try:
            answer = asyncio.run(ask(exchange, allow=allow, max_bytes=LONGEST, patience=PATIENCE))
        except (AddressRefused, ConnectionLost, Unreachable) as error:
            raise requests.ConnectionError(str(error), request=request) from error
        return _response(answer, request)

    def close(self) -> None:
        """There is nothing that stays open."""


_OURS = frozenset({"host", "content-length", "accept-encoding", "connection"})


def _response(answer: Answer, request: requests.PreparedRequest) -> requests.Response:
    response = requests.Response()
    response.status_code = answer.status
    response.headers = CaseInsensitiveDict(dict(answer.headers.items()))
    response.raw = BytesIO(answer.body)
    response.url = str(request.url)
    response.request = request
    response.encoding = "utf-8"
    return response


class GuardedSession(OAuth2Session):
    """No way round the guard: no other adapter, no proxy of the environment, few redirects."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.trust_env = False
        self.max_redirects = 3
        self.adapters.clear()
        for scheme in ("https://", "http://"):
            self.mount(scheme, GuardedAdapter())


class ProviderApp(DjangoOAuth2App):
    """Authlib's client of one provider, which believes less of a discovery document."""

    _server_metadata_url: str | None

    def __init__(self, framework: Any, name: str, *, provider: Provider, **options: Any) -> None:
        super().__init__(framework, name, **options)
        self._provider = provider
        if provider.realm:
            self.client_cls = GuardedSession

    def load_server_metadata(self) -> dict[str, Any]:
        """Raises :class:`Misdescribed`, and ``requests.RequestException`` when it cannot be had."""
        if self._server_metadata_url and "_loaded_at" not in self.server_metadata:
            whole = super().load_server_metadata()
            self.server_metadata = {"_loaded_at": whole["_loaded_at"], **believed(whole, self._provider)}
        return cast(dict[str, Any], self.server_metadata)


def believed(metadata: Mapping[str, Any], provider: Provider) -> dict[str, Any]:
    """What is used of a discovery document (OpenID Connect Discovery 1.0 section 3). Raises :class:`Misdescribed`."""
    kept: dict[str, Any] = {name: metadata[name] for name in BELIEVED & metadata.keys()}
    lacking = [name for name in _ENDPOINTS if not isinstance(kept.get(name), str)]
    if lacking:
        raise Misdescribed(f"does not say its {lacking[0]}")
    named = str(kept.get("issuer", ""))
    shared = provider.key == "microsoft" and "{tenantid}" in named  # the token's own tenant is checked instead
    if named.rstrip("/") != provider.issuer.rstrip("/") and not shared:
        raise Misdescribed(f"calls itself {named[:200]}, not {provider.issuer}")
    schemes = ("https://", "http://") if not provider.realm or settings.ISSUER_NETWORKS else ("https://",)
    if not all(kept[name].startswith(schemes) for name in _ENDPOINTS):
        raise Misdescribed("leads to an address that is not https://")
    offered = kept.get("id_token_signing_alg_values_supported") or ["RS256"]
    kept["id_token_signing_alg_values_supported"] = [name for name in ALGORITHMS if name in offered]
    return kept


def client_of(provider: Provider) -> ProviderApp:
    return ProviderApp(DjangoIntegration(provider.key), provider.key, provider=provider, **authlib_options(provider))
