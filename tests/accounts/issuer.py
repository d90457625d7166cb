"""An OpenID Connect issuer that says whatever a test has it say, on loopback. It signs all of it well."""

import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey
from pydantic import SecretStr

from notionhub.settings.providers import Provider, oidc_provider

KEY = RSAKey.generate_key(2048, {"kid": "k1"})
NETWORKS = ["127.0.0.0/8"]


class Issuer:
    """``metadata`` overrides members of the discovery document, ``token`` all of the token endpoint's answer;
    ``redirect`` is where the discovery document is said to be. ``asked`` holds the paths that were asked for."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.metadata: dict[str, Any] = {}
        self.token: Any = None
        self.redirect = ""
        self.asked: list[str] = []
        self.codes: dict[str, dict[str, Any]] = {}

    def provider(self, key: str = "oidc", **more: Any) -> Provider:
        return oidc_provider(key, "Company", self.url, "notionhub", SecretStr("a-secret-of-the-suite"), **more)

    def agree(self, address: str, sub: str, email: str = "", **claims: Any) -> str:
        """Agree as somebody at the sign-in page ``address``; the path of this site to which that leads back."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        now = int(time.time())
        told = {"iss": self.url, "aud": "notionhub", "sub": sub, "iat": now, "exp": now + 60, "nonce": query["nonce"]}
        if email:
            told |= {"email": email, "email_verified": True, "name": email.partition("@")[0]}
        code = secrets.token_urlsafe(12)
        self.codes[code] = {name: value for name, value in (told | claims).items() if value is not None}
        back = urlsplit(query["redirect_uri"]).path
        return f"{back}?code={code}&state={query['state']}"

    def answer(self, path: str, body: str) -> tuple[int, Any]:
        self.asked.append(path)
        if "jwks-that-is-a-list" in path:
            return 200, []
        if path.endswith("/.well-known/openid-configuration"):
            return (302, self.redirect) if self.redirect else (200, self._discovery() | self.metadata)
        if path == "/jwks":
            return 200, {"keys": [KEY.as_dict(private=False)]}
        if self.token is not None:
            return 200, self.token
        claims = self.codes.pop(parse_qs(body).get("code", [""])[0], None)
        if claims is None:
            return 400, {"error": "invalid_grant"}
        token = jwt.encode({"alg": "RS256", "kid": "k1"}, claims, KEY)
        return 200, {"access_token": "at", "token_type": "Bearer", "expires_in": 60, "id_token": token}

    def _discovery(self) -> dict[str, Any]:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/jwks",
            "id_token_signing_alg_values_supported": ["RS256"],
        }


@contextmanager
def serving() -> Iterator[Issuer]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._say(*issuer.answer(self.path, ""))

        def do_POST(self) -> None:
            self._say(*issuer.answer(self.path, self.rfile.read(int(self.headers["Content-Length"])).decode()))

        def _say(self, status: int, content: Any) -> None:
            body = json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            if status == 302:
                self.send_header("Location", str(content))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    issuer = Issuer(server.server_port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield issuer
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
