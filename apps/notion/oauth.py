"""Notion's OAuth: how a customer lets us into a workspace without handing over a token.

Source: https://developers.notion.com/docs/authorization
"""

from base64 import b64encode
from urllib.parse import urlencode

import orjson

from apps.notion.network import API_BASE, Connections, Network, NetworkTransport
from apps.notion.transports.base import Call, Json
from apps.notion.transports.retry import RetryPolicy, RetryTransport
from apps.notion.versions import CURRENT

_PATIENCE = RetryPolicy(attempts=3, patience=20.0)  # a person waits in front of a browser


class OAuthClient:
    """The connection as it is registered with Notion. Each call opens and closes its own connection.

    Every method but `authorize_url` raises `NotionError`: `InvalidGrant` for a used, expired or revoked code or
    refresh token, `Unauthorized` for a wrong client id or secret.
    """

    def __init__(
        self,
        client_id: str,
        client_secret: str,
        *,
        base_url: str = API_BASE,
        version: str = CURRENT,
        network: Network | None = None,
    ) -> None:
        self.client_id = client_id
        self._base_url = base_url.rstrip("/")
        self._version = version
        self._network = network
        self._basic = "Basic " + b64encode(f"{client_id}:{client_secret}".encode()).decode("ascii")
        self._secret = client_secret

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
        body = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri}
        return await self._post("token", body, code)

    async def refresh(self, refresh_token: str) -> Json:
        """A new pair of tokens in the shape of `exchange_code`; the old pair is void from then on."""
        body = {"grant_type": "refresh_token", "refresh_token": refresh_token}
        return await self._post("token", body, refresh_token)

    async def introspect(self, token: str) -> Json:
        """`{"active": bool, "scope": …, "iat": …}`."""
        return await self._post("introspect", {"token": token}, token, repeatable=True)

    async def revoke(self, token: str) -> None:
        """Void the token. Doing it twice does no harm."""
        await self._post("revoke", {"token": token}, token, repeatable=True)

    async def _post(self, endpoint: str, body: dict[str, str], secret: str, *, repeatable: bool = False) -> Json:
        # Whether a code was used up is not known after an unclear failure, so `token` is never repeated then.
        call = Call("POST", f"/v1/oauth/{endpoint}", body=orjson.dumps(body), repeatable=repeatable)
        connections = Connections.over(self._network, 1)
        wire = NetworkTransport(
            self._base_url,
            connections,
            lambda: self._basic,
            {"Notion-Version": self._version},
            secrets=(self._secret, secret),
        )
        try:
            return await RetryTransport(wire, _PATIENCE).send(call)
        finally:
            await connections.aclose()
