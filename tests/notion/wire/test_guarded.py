"""An exchange with an address that somebody else has chosen."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from apps.notion.addresses import AddressPolicy
from apps.notion.guarded import AddressRefused, Answer, ConnectionLost, Exchange, ask
from apps.notion.network import Network, tls_context
from tests.notion.wire.certificates import certificate_for
from tests.notion.wire.servers import raw_server
from tests.notion.wire.test_addresses import Names
from tests.notion.wire.test_files_guard import Recording

PUBLIC = AddressPolicy.public()
HERE = AddressPolicy.also(["127.0.0.0/8"])


async def asked(
    exchange: Exchange,
    names: Names,
    network: Network | None = None,
    allow: AddressPolicy = PUBLIC,
    max_bytes: int = 1_000,
    patience: float = 5.0,
) -> Answer:
    return await ask(exchange, allow=allow, max_bytes=max_bytes, patience=patience, network=network, resolver=names)


class Whole(httpx.AsyncByteStream):
    def __init__(self, *pieces: bytes) -> None:
        self.pieces = pieces

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self.pieces:
            yield piece


async def test_a_name_that_changes_its_answer_is_asked_once_and_held_to_it() -> None:
    network = Recording(httpx.Response(200, stream=Whole(b"ok")))
    names = Names(["52.218.0.1"], ["169.254.169.254"])
    answer = await asked(Exchange("POST", "https://idp.example.com/token", {"x-a": "b"}, b"code=1"), names, network)
    assert (answer.status, answer.body) == (200, b"ok")
    [request] = network.requests
    assert request.url.host == "52.218.0.1"
    assert request.headers["host"] == "idp.example.com"
    assert request.headers["content-length"] == "6"
    assert request.extensions["sni_hostname"] == "idp.example.com"
    assert len(names.asked) == 1


async def test_a_redirect_is_an_answer_and_not_followed() -> None:
    inside = {"location": "https://169.254.169.254/latest/meta-data/"}
    network = Recording(httpx.Response(302, headers=inside, stream=Whole()))
    answer = await asked(Exchange("GET", "https://idp.example.com/"), Names(["52.218.0.1"]), network)
    assert answer.status == 302
    assert len(network.requests) == 1


@pytest.mark.parametrize(
    "address",
    [
        "http://idp.example.com/",
        "https://user@idp.example.com/",
        "https://idp.example.com:22/",
        "https://idp.example.com:6667/",
        "https://idp.example.com:70000/",
        "ftp://idp.example.com/",
        "file:///etc/passwd",
        "gopher://idp.example.com/",
        "//idp.example.com/",
        "idp.example.com",
        "",
    ],
)
async def test_what_is_no_address_of_a_web_server_is_refused_before_any_lookup(address: str) -> None:
    names = Names(["52.218.0.1"])
    with pytest.raises(AddressRefused):
        await asked(Exchange("GET", address), names, Recording())
    assert names.asked == []


@pytest.mark.parametrize("answer", [["10.0.0.1"], ["52.218.0.1", "::1"], ["::ffff:169.254.169.254"], ["fd00:ec2::254"]])
async def test_a_name_that_leads_inside_is_refused(answer: list[str]) -> None:
    network = Recording()
    with pytest.raises(AddressRefused, match="not on the public internet"):
        await asked(Exchange("GET", "https://idp.example.com/"), Names(answer), network)
    assert network.requests == []


async def test_a_name_without_an_address_is_unreachable() -> None:
    with pytest.raises(ConnectionLost, match="not known"):
        await asked(Exchange("GET", "https://idp.example.com/"), Names([]), Recording())


async def test_networks_of_the_installation_are_reached_over_plain_http_too() -> None:
    async def handler(request: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")

    async with raw_server(handler) as port:
        answer = await asked(Exchange("GET", f"http://idp.internal:{port}/"), Names(["127.0.0.1"]), allow=HERE)
    assert answer.body == b"ok"


async def test_plain_http_does_not_leave_those_networks() -> None:
    with pytest.raises(AddressRefused, match="HTTPS only"):
        await asked(Exchange("GET", "http://idp.example.com/"), Names(["52.218.0.1"]), Recording(), allow=HERE)


async def test_an_answer_that_does_not_end_is_left() -> None:
    network = Recording(httpx.Response(200, stream=Whole(*[b"x" * 400] * 5)))
    with pytest.raises(ConnectionLost, match="longer than"):
        await asked(Exchange("GET", "https://idp.example.com/"), Names(["52.218.0.1"]), network)


async def test_a_server_that_drips_is_left_when_patience_ends() -> None:
    async def drip(request: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n")
        while not writer.is_closing():
            writer.write(b"x-more: 1\r\n")
            await asyncio.sleep(0.02)

    async with raw_server(drip) as port:
        exchange = Exchange("GET", f"http://idp.internal:{port}/")
        with pytest.raises(ConnectionLost, match="within"):
            await asked(exchange, Names(["127.0.0.1"]), allow=HERE, patience=0.2)


async def test_a_machine_that_took_over_the_address_cannot_show_the_names_certificate(tmp_path: Path) -> None:
    other = certificate_for("attacker.example.test", tmp_path)

    async def handler(request: bytes, writer: asyncio.StreamWriter) -> None:
        raise AssertionError("nothing may arrive here")

    async with raw_server(handler, other.server) as port:
        network = httpx.AsyncHTTPTransport(verify=other.client)
        try:
            exchange = Exchange("GET", f"https://idp.example.test:{port}/")
            with pytest.raises(ConnectionLost):
                await asked(exchange, Names(["127.0.0.1"]), network, allow=HERE)
        finally:
            await network.aclose()


def test_certificates_are_checked_unless_a_test_says_otherwise() -> None:
    assert tls_context().verify_mode == ssl.CERT_REQUIRED
    assert tls_context().check_hostname
