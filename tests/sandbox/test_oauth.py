"""The OAuth flow, from the consent page to a revoked token."""

import re
from base64 import b64encode
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from apps.sandbox import Sandbox
from apps.sandbox.grants import CLIENT_ID, CLIENT_SECRET
from tests.sandbox.asking import VERSION, Ask, FakeClock, page_titled

BACK = "https://hub.example/connect/callback?from=notion"
BASIC = {"authorization": "Basic " + b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()}
ASKED = {"client_id": CLIENT_ID, "response_type": "code", "owner": "user", "redirect_uri": BACK, "state": "s1 &x"}


@pytest.fixture
def sandbox(clock: FakeClock) -> Sandbox:
    return Sandbox.generate(pages=40, workspaces=2, clock=clock)


async def _consent(ask: Ask, **form: Any) -> dict[str, list[str]]:
    """The parameters with which the browser comes back."""
    response = await ask.raw("POST", "/v1/oauth/authorize", headers={}, data={**ASKED, **form})
    assert response.status_code == 302
    target = urlsplit(response.headers["location"])
    assert f"{target.scheme}://{target.netloc}{target.path}" == "https://hub.example/connect/callback"
    return parse_qs(target.query)


async def _token(ask: Ask, status: int = 200, **body: Any) -> dict[str, Any]:
    return await ask.answer("POST", "/v1/oauth/token", status, headers=BASIC, json=body)


async def _connected(ask: Ask, **form: Any) -> dict[str, Any]:
    world = ask.sandbox.worlds[1]
    back = await _consent(ask, decision="allow", workspace=world.id, **form)
    assert back["state"] == ["s1 &x"]
    assert back["from"] == ["notion"]
    return await _token(ask, grant_type="authorization_code", code=back["code"][0], redirect_uri=BACK)


async def test_the_consent_page_lets_one_choose(ask: Ask, sandbox: Sandbox) -> None:
    page = await ask.raw("GET", "/v1/oauth/authorize", headers={}, params=ASKED)
    assert page.status_code == 200
    assert page.headers["content-type"].startswith("text/html")
    for world in sandbox.worlds:
        assert world.id in page.text
    assert re.search(r'value="allow".*Allow.*value="deny".*Deny', page.text)
    assert 'value="s1 &amp;x"' in page.text
    for wrong in ({"client_id": "x"}, {"response_type": "token"}, {"redirect_uri": "javascript:alert(1)"}):
        refused = await ask.raw("GET", "/v1/oauth/authorize", headers={}, params={**ASKED, **wrong})
        assert refused.status_code == 400


async def test_denying(ask: Ask) -> None:
    back = await _consent(ask, decision="deny")
    assert back["error"] == ["access_denied"]
    assert back["state"] == ["s1 &x"]
    assert "code" not in back


async def test_connecting_the_second_workspace(ask: Ask, sandbox: Sandbox) -> None:
    granted = await _connected(ask)
    world = sandbox.worlds[1]
    assert list(granted) == [
        "access_token",
        "token_type",
        "refresh_token",
        "bot_id",
        "workspace_icon",
        "workspace_name",
        "workspace_id",
        "owner",
        "duplicated_template_id",
        "request_id",
    ]
    assert (granted["workspace_id"], granted["workspace_name"]) == (world.id, world.name)
    assert granted["access_token"].startswith("ntn_")
    assert granted["owner"]["user"]["type"] == "person"
    mine = Ask(sandbox, granted["access_token"])
    me = await mine.get("users/me")
    assert me["id"] == granted["bot_id"]
    assert me["bot"]["owner"]["type"] == "user"
    assert me["bot"]["workspace_id"] == world.id
    assert sandbox.expected(granted["access_token"])["pages"]


async def test_only_what_was_picked_is_shared(ask: Ask, sandbox: Sandbox) -> None:
    people = next(page.id for page in sandbox.worlds[1].by_no if page.title == "Meetings")
    granted = await _connected(ask, pages=[people])
    mine = Ask(sandbox, granted["access_token"])
    await mine.get(f"pages/{people}")
    assert (await mine.refusal("GET", f"pages/{page_titled(sandbox, 'Home')}"))[0] == 404


async def test_codes_work_once_and_not_for_long(ask: Ask, sandbox: Sandbox, clock: FakeClock) -> None:
    world = sandbox.worlds[0].id
    code = (await _consent(ask, decision="allow", workspace=world))["code"][0]
    wrong_place = await _token(ask, 400, grant_type="authorization_code", code=code, redirect_uri="https://x.example")
    assert wrong_place["code"] == "invalid_grant"
    code = (await _consent(ask, decision="allow", workspace=world))["code"][0]
    await _token(ask, grant_type="authorization_code", code=code, redirect_uri=BACK)
    again = await _token(ask, 400, grant_type="authorization_code", code=code, redirect_uri=BACK)
    assert again["code"] == "invalid_grant"
    code = (await _consent(ask, decision="allow", workspace=world))["code"][0]
    clock.forward(601)
    late = await _token(ask, 400, grant_type="authorization_code", code=code, redirect_uri=BACK)
    assert late["code"] == "invalid_grant"
    assert (await _token(ask, 400, grant_type="password"))["code"] == "validation_error"


async def test_refreshing_rotates_both_tokens(ask: Ask, sandbox: Sandbox) -> None:
    first = await _connected(ask)
    second = await _token(ask, grant_type="refresh_token", refresh_token=first["refresh_token"])
    assert second["access_token"] != first["access_token"]
    assert second["refresh_token"] != first["refresh_token"]
    assert second["bot_id"] == first["bot_id"]
    await Ask(sandbox, second["access_token"]).get("users/me")
    assert (await Ask(sandbox, first["access_token"]).refusal("GET", "users/me"))[0] == 401
    used = await _token(ask, 400, grant_type="refresh_token", refresh_token=first["refresh_token"])
    assert used["code"] == "invalid_grant"


async def test_each_authorisation_mints_a_pair_of_its_own(ask: Ask, sandbox: Sandbox) -> None:
    first, second = await _connected(ask), await _connected(ask)
    assert first["bot_id"] == second["bot_id"]
    for granted in (first, second):
        await Ask(sandbox, granted["access_token"]).get("users/me")


async def test_introspecting_and_revoking(ask: Ask, sandbox: Sandbox) -> None:
    granted = await _connected(ask)
    token = {"token": granted["access_token"]}
    seen = await ask.answer("POST", "/v1/oauth/introspect", headers=BASIC, json=token)
    assert seen["active"] is True
    assert "read_content" in seen["scope"]
    gone = await ask.answer("POST", "/v1/oauth/revoke", headers=BASIC, json=token)
    assert list(gone) == ["request_id"]
    assert (await ask.answer("POST", "/v1/oauth/introspect", headers=BASIC, json=token))["active"] is False
    assert (await Ask(sandbox, granted["access_token"]).refusal("GET", "users/me"))[0] == 401
    dead = await _token(ask, 400, grant_type="refresh_token", refresh_token=granted["refresh_token"])
    assert dead["code"] == "invalid_grant"


@pytest.mark.parametrize("header", ["", "Basic !!!", "Basic " + b64encode(b"who:what").decode(), "Bearer x"])
async def test_strange_clients_are_refused(ask: Ask, header: str) -> None:
    response: httpx.Response = await ask.raw(
        "POST", "/v1/oauth/token", headers={"authorization": header}, json={"grant_type": "refresh_token"}
    )
    assert (response.status_code, response.json()["code"]) == (401, "unauthorized")


async def test_the_oauth_endpoints_need_no_version(ask: Ask) -> None:
    assert VERSION not in str(BASIC)
    refused = await _token(ask, 400, grant_type="refresh_token", refresh_token="nrt_none")
    assert refused["code"] == "invalid_grant"


async def test_control_gives_more_tokens_of_a_connection_and_new_ones_that_see_less(sandbox: Sandbox, ask: Ask) -> None:
    async def issue(**asked: object) -> str:
        answer = await ask.raw("POST", "/_sandbox/tokens", json={"of": sandbox.token, **asked})
        return str(answer.json()["token"])

    lost = next(iter(sandbox.world.shared_by_default()))
    twin, less = await issue(), await issue(name="Second", without=[lost.id], lacks=["read_comments"])
    assert sandbox.tokens[twin] is sandbox.tokens[sandbox.token]
    assert lost.id not in sandbox.tokens[less].shared
    assert "read_comments" not in sandbox.tokens[less].capabilities
    sandbox.service.revoke(sandbox.token)
    await Ask(sandbox, twin).get("users/me")
