"""Notion's OAuth, against an ASGI application."""

from base64 import b64encode
from urllib.parse import parse_qs, urlsplit

import pytest

from apps.notion.errors import InvalidGrant, NotionError, ServerFault, Unauthorized
from apps.notion.oauth import OAuthClient
from tests.notion.wire.servers import Answer, Server, notion_error

SECRET = "client-secret-1"
CALLBACK = "https://hub.example.com/connect/callback?tenant=1"
GRANT = {"access_token": "ntn_access1", "refresh_token": "nrt_refresh1", "workspace_id": "w1"}


def oauth(server: Server) -> OAuthClient:
    return OAuthClient("client-1", SECRET, base_url="https://api.notion.test", network=server.network)


def test_the_browser_is_sent_to_notion_with_state_and_callback() -> None:
    url = urlsplit(oauth(Server([])).authorize_url(CALLBACK, "s&1"))
    assert (url.scheme, url.netloc, url.path) == ("https", "api.notion.test", "/v1/oauth/authorize")
    assert parse_qs(url.query) == {
        "owner": ["user"],
        "client_id": ["client-1"],
        "redirect_uri": [CALLBACK],
        "response_type": ["code"],
        "state": ["s&1"],
    }


async def test_a_code_is_exchanged() -> None:
    server = Server([Answer(json=GRANT)])
    assert await oauth(server).exchange_code("code-1", CALLBACK) == GRANT
    [seen] = server.seen
    assert (seen.method, seen.path) == ("POST", "/v1/oauth/token")
    assert seen.json == {"grant_type": "authorization_code", "code": "code-1", "redirect_uri": CALLBACK}
    assert seen.headers["authorization"] == "Basic " + b64encode(b"client-1:client-secret-1").decode()
    assert seen.headers["notion-version"] == "2026-03-11"


async def test_tokens_are_refreshed_introspected_and_revoked() -> None:
    server = Server([Answer(json=GRANT), Answer(json={"active": True}), Answer(json={"request_id": "r"})])
    client = oauth(server)
    assert await client.refresh("nrt_old") == GRANT
    assert await client.introspect("ntn_access1") == {"active": True}
    await client.revoke("ntn_access1")
    assert [(seen.path, seen.json) for seen in server.seen] == [
        ("/v1/oauth/token", {"grant_type": "refresh_token", "refresh_token": "nrt_old"}),
        ("/v1/oauth/introspect", {"token": "ntn_access1"}),
        ("/v1/oauth/revoke", {"token": "ntn_access1"}),
    ]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (notion_error(400, "invalid_grant", "Invalid code."), InvalidGrant),
        (Answer(400, {"error": "invalid_grant"}), InvalidGrant),
        (notion_error(401, "unauthorized"), Unauthorized),
        (notion_error(502, "bad_gateway"), ServerFault),
    ],
)
async def test_a_code_is_never_sent_twice_after_a_refusal_or_an_unclear_answer(
    answer: Answer, expected: type[NotionError]
) -> None:
    server = Server([answer, Answer(json=GRANT)])
    with pytest.raises(expected):
        await oauth(server).exchange_code("code-1", CALLBACK)
    assert len(server.seen) == 1


async def test_a_pause_is_waited_out() -> None:
    server = Server([notion_error(429, "rate_limited", retry_after=0), Answer(json=GRANT)])
    assert await oauth(server).exchange_code("code-1", CALLBACK) == GRANT


async def test_secrets_stay_out_of_errors_and_repr() -> None:
    basic = b64encode(b"client-1:client-secret-1").decode()
    message = f"{SECRET} {basic} code-1 are wrong"
    client = oauth(Server([notion_error(400, "invalid_grant", message)]))
    with pytest.raises(InvalidGrant) as caught:
        await client.exchange_code("code-1", CALLBACK)
    assert caught.value.message == "[redacted] [redacted] [redacted] are wrong"
    assert SECRET not in repr(client)
