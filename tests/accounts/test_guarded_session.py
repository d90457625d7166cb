"""The session in which Authlib asks an organization's provider: it reaches what the guard allows, and nothing else."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
import requests
from pytest_django import Settings

from apps.accounts.exchange import GuardedSession


class Server(BaseHTTPRequestHandler):
    """Says what it was sent; leads away at /away?<address>, is endless at /long."""

    def do_GET(self) -> None:
        path, _, query = self.path.partition("?")
        self.send_response(302 if path == "/away" else 200)
        if path == "/away":
            self.send_header("location", query)
            self.send_header("set-cookie", "a=b")
        self.end_headers()
        self.wfile.write(b"x" * 2_000_000 if path == "/long" else b"%r" % sorted(self.headers.items()))

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """The suite's output is for failures."""


@contextmanager
def serving() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Server)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def asked(address: str, method: str = "GET", **more: Any) -> requests.Response:
    answer: requests.Response = GuardedSession().request(method, address, withhold_token=True, **more)
    return answer


@pytest.fixture
def here(settings: Settings) -> Iterator[str]:
    settings.ISSUER_NETWORKS = ["127.0.0.0/8"]
    with serving() as address:
        yield address


def test_what_the_installation_allows_is_reached(here: str) -> None:
    assert "127.0.0.1" in asked(f"{here}/").text
    assert asked(f"{here}/", "POST", data={"code": "1"}).text == "code=1"


@pytest.mark.parametrize(
    "inside",
    [
        "http://10.0.0.1/",
        "https://169.254.169.254/latest/",
        "http://[::1]/",
        "https://0/",
        "file:///etc/passwd",
        "//10.0.0.1",
    ],
)
def test_a_redirect_leads_no_further_than_an_address_would(here: str, inside: str) -> None:
    with pytest.raises((requests.ConnectionError, requests.exceptions.InvalidSchema, requests.exceptions.InvalidURL)):
        asked(f"{here}/away?{inside}")


def test_redirects_end(here: str) -> None:
    with pytest.raises(requests.TooManyRedirects):
        asked(f"{here}/away{'?/away' * 5}")


def test_no_cookie_is_kept_or_sent(here: str) -> None:
    assert "cookie" not in asked(f"{here}/away?/").text.lower()


def test_a_long_answer_is_an_error(here: str) -> None:
    with pytest.raises(requests.ConnectionError, match="longer than"):
        asked(f"{here}/long")


def test_neither_a_proxy_nor_a_netrc_of_the_environment_is_used(
    here: str, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    netrc = tmp_path_factory.mktemp("home") / "netrc"
    netrc.write_text("machine 127.0.0.1 login ada password lovelace\n")
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert "authorization" not in asked(f"{here}/").text.lower()


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:8000/", "https://localhost/", "https://[::ffff:127.0.0.1]/", "https://2130706433/"]
)
def test_without_such_networks_this_machine_is_not_reached(settings: Settings, address: str) -> None:
    settings.ISSUER_NETWORKS = []
    with pytest.raises(requests.ConnectionError, match=r"public internet|HTTPS only"):
        asked(address)
