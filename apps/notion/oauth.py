"""Notion's OAuth: how a customer lets us into a workspace without handing over a token.

Source: https://developers.notion.com/docs/authorization
"""

from base64 import b64encode
from urllib.parse import urlencode

import orjson

from apps.notion.network import API_BASE, API_VERSION, Connections, Network, NetworkTransport
from apps.notion.transports.base import Call, Json
from apps.notion.transports.retry import RetryPolicy, RetryTransport

_PATIENCE = RetryPolicy(attempts=3, patience=20.0)  # a person waits in front of a browser


class OAuthClient:
    """The connection as it is registered with Notion. An async context manager; `network` stays the caller's.

    Every method but `authorize_url` raises `NotionError`: `InvalidGrant` for a used, expired or revoked code or
    refresh token, `Unauthorized` for a wrong client id or secret.
    """

    def __init__(
        self,
        client_id: str,
        client_secret: str,
        *,
        base_url: str = API_BASE,
        version: str = API_VERSION,
        network: Network | str | None = None,
    ) -> None:
        self.client_id = client_id
        self._base_url = base_url.rstrip("/")
        self._connections = Connections.over(network, 1)
        basic = "Basic " + b64encode(f"{client_id}:{client_secret}".encode()).decode("ascii")
        wire = NetworkTransport(
            base_url,
            self._connections,
            lambda: basic,
            {"Notion-Version": version},
            secrets=(client_secret,),
        )
        self._transport = RetryTransport(wire, _PATIENCE)

    async def __aenter__(self) -> "OAuthClient":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._connections.aclose()

    def __repr__(self) -> str:
        return f"<OAuthClient {self.client_id}>"

    def authorize_url(self, redirect_uri: str, state: str) -> str:
        """Where to send the browser. It comes back with `code` or `error=access_denied`, and with `state`."""
        query = {
            "owner": "user",
            "client_id": self.client_id,
            "redirect_uri": redirect_uri,
            "response_type": "code",
            "state": state,
        }
        return f"{self._base_url}/v1/oauth/authorize?{urlencode(query)}"

    async def exchange_code(self, code: str, redirect_uri: str) -> Json:
        """`access_token`, `refresh_token` (or null), `bot_id`, `workspace_id`, `workspace_name`, `owner`, …"""
        return await self._post(
            "token", {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri}
        )

    async def refresh(self, refresh_token: str) -> Json:
        """A new pair of tokens in the shape of `exchange_code`; the old pair is void from then on."""
        return await self._post("token", {"grant_type": "refresh_token", "refresh_token": refresh_token})

    async def introspect(self, token: str) -> Json:
        """`{"active": bool, "scope": …, "iat": …}`."""
        return await self._post("introspect", {"token": token}, repeatable=True)

    async def revoke(self, token: str) -> None:
        await self._post("revoke", {"token": token}, repeatable=True)

    async def _post(self, endpoint: str, body: dict[str, str], *, repeatable: bool = False) -> Json:
        # Whether a code was used up is not known after an unclear failure, so `token` is never repeated then.
        call = Call("POST", f"/v1/oauth/{endpoint}", body=orjson.dumps(body), repeatable=repeatable)
        return await self._transport.send(call)
