"""Sign-in through GitHub, which speaks OAuth 2.0 but not OpenID Connect: its three addresses, on loopback."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from pydantic import SecretStr
from pytest_django import Settings

from apps.access.roles import Role
from apps.accounts.models import Identity
from notionhub.settings.providers import Provider
from tests.factories.tenants import Tenant

pytestmark = pytest.mark.django_db

TOKEN = "gho_of-the-suite"


class GitHub(BaseHTTPRequestHandler):
    """Answers as https://docs.github.com/en/apps/oauth-apps says; ``emails`` is what the account has."""

    emails: list[dict[str, Any]] = []
    asked: dict[str, list[str]] = {}

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        GitHub.asked = parse_qs(body)
        self._answer({"access_token": TOKEN, "token_type": "bearer", "scope": "read:user,user:email"})

    def do_GET(self) -> None:
        if self.headers.get("Authorization") != f"Bearer {TOKEN}":
            self.send_error(401)
            return
        self._answer({"id": 42, "login": "ada", "name": "Ada"} if self.path == "/user" else self.emails)

    def _answer(self, content: Any) -> None:
        body = json.dumps(content).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""


@pytest.fixture
def github(settings: Settings) -> Iterator[type[GitHub]]:
    server = HTTPServer(("127.0.0.1", 0), GitHub)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    base = f"http://127.0.0.1:{server.server_port}"
    settings.BASE_URL = "http://testserver"
    settings.SIGN_IN_PROVIDERS = {
        "github": Provider(
            key="github",
            label="GitHub",
            issuer="https://github.com",
            client_id="id",
            client_secret=SecretStr("secret"),
            authorize_url=f"{base}/login/oauth/authorize",
            token_url=f"{base}/login/oauth/access_token",
            api_url=f"{base}/",
            scope="read:user user:email",
        )
    }
    yield GitHub
    server.shutdown()
    thread.join()
    server.server_close()


def sign_in() -> Any:
    browser = Client()
    address = browser.post("/sign-in/github/")["Location"]
    query = parse_qs(urlsplit(address).query)
    assert query["code_challenge_method"] == ["S256"]
    return browser.get(f"/sign-in/github/callback/?code=abc&state={query['state'][0]}")


def test_the_verified_primary_address_decides(acme: Tenant, github: type[GitHub]) -> None:
    github.emails = [
        {"email": "other@acme.example", "primary": False, "verified": True},
        {"email": "owner@acme.example", "primary": True, "verified": True},
    ]
    assert sign_in().status_code == 302
    identity = Identity.objects.get()
    assert (identity.issuer, identity.subject) == ("https://github.com", "42")
    assert identity.user == acme.member(Role.OWNER)
    assert github.asked["code"] == ["abc"]
    assert "code_verifier" in github.asked


def test_an_unverified_address_links_to_nobody(acme: Tenant, github: type[GitHub]) -> None:
    github.emails = [{"email": "owner@acme.example", "primary": True, "verified": False}]
    assert sign_in().status_code == 400
    assert not Identity.objects.exists()
