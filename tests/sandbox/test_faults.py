"""The fault plan: each kind, and when it strikes."""

import httpx
import orjson
import pytest

from apps.sandbox import Fault, Sandbox
from apps.sandbox.rate import REASONS
from tests.sandbox.asking import Ask, FakeClock, page_titled, page_written_as


@pytest.mark.parametrize("kind", ["500", "502", "503", "504"])
async def test_server_faults(ask: Ask, sandbox: Sandbox, kind: str) -> None:
    sandbox.faults.add(Fault(kind, path="/users/me", times=2))
    for _ in range(2):
        status, code, _ = await ask.refusal("GET", "users/me")
        assert status == int(kind)
        assert code in ("internal_server_error", "bad_gateway", "service_unavailable", "gateway_timeout")
    await ask.get("users/me")


@pytest.mark.parametrize("reason", REASONS)
async def test_rate_limits_with_every_reason(ask: Ask, sandbox: Sandbox, reason: str) -> None:
    sandbox.faults.add(Fault("429", reason=reason, retry_after=7))
    response = await ask.raw("GET", "/v1/users/me")
    assert (response.status_code, response.headers["retry-after"]) == (429, "7")
    assert response.json()["additional_data"] == {"rate_limit_reason": reason, "retry_after": "7"}


async def test_overload_and_conflict(ask: Ask, sandbox: Sandbox) -> None:
    sandbox.faults.add(Fault("529", retry_after=3))
    response = await ask.raw("GET", "/v1/users/me")
    assert (response.status_code, response.headers["retry-after"]) == (529, "3")
    assert response.json()["code"] == "service_overload"
    sandbox.faults.add(Fault("409", method="PATCH"))
    page = page_titled(sandbox, "Home")
    await ask.get(f"pages/{page}")
    assert (await ask.refusal("PATCH", f"pages/{page}", {"icon": None}))[:2] == (409, "conflict_error")
    assert (await ask.patch(f"pages/{page}", {"icon": None}))["icon"] is None


async def test_a_504_after_the_commit_says_what_was_saved(ask: Ask, sandbox: Sandbox) -> None:
    page = page_titled(sandbox, "Home")
    sandbox.faults.add(Fault("503", method="POST", path="/pages", after_commit=True))
    sandbox.faults.add(Fault("504", method="PATCH", path="/children", after_commit=True))
    body = {"parent": {"page_id": page}, "properties": {"title": [{"text": {"content": "Saved"}}]}}
    lost = (await ask.raw("POST", "/v1/pages", json=body)).json()
    assert lost["status"] == 503
    made = await ask.get(f"pages/{lost['additional_data']['committed_resource_id']}")
    assert made["properties"]["title"]["title"][0]["plain_text"] == "Saved"
    divider: dict[str, object] = {"divider": {}}
    children = {"children": [divider, divider]}
    lost = (await ask.raw("PATCH", f"/v1/blocks/{made['id']}/children", json=children)).json()
    assert lost["status"] == 504
    listed = (await ask.get(f"blocks/{made['id']}/children"))["results"]
    assert [block["id"] for block in listed] == lost["additional_data"]["committed_child_ids"]


async def test_a_reset_has_no_answer(ask: Ask, sandbox: Sandbox) -> None:
    sandbox.faults.reset_error = httpx.ReadError
    sandbox.faults.add(Fault("reset"))
    with pytest.raises(httpx.ReadError):
        await ask.get("users/me")
    await ask.get("users/me")


async def test_answers_that_are_not_what_they_seem(ask: Ask, sandbox: Sandbox, clock: FakeClock) -> None:
    sandbox.faults.add(Fault("html"))
    response = await ask.raw("GET", "/v1/users")
    assert (response.status_code, response.headers["content-type"]) == (200, "text/html")
    sandbox.faults.add(Fault("truncated"))
    response = await ask.raw("GET", "/v1/users")
    assert response.status_code == 200
    with pytest.raises(orjson.JSONDecodeError):
        orjson.loads(response.content)
    sandbox.faults.add(Fault("slow", delay=30))
    assert (await ask.get("users"))["object"] == "list"
    assert clock.slept == [30]


async def test_when_a_fault_strikes(ask: Ask, sandbox: Sandbox) -> None:
    sandbox.faults.add(Fault("500", method="GET", path=r"/blocks/[0-9a-f-]+/children\?.*page_size=3", after=2, times=2))
    page = page_written_as(sandbox, "many_languages")
    statuses = []
    for _ in range(6):
        statuses.append((await ask.raw("GET", f"/v1/blocks/{page}/children", params={"page_size": 3})).status_code)
        assert (await ask.raw("GET", f"/v1/blocks/{page}/children")).status_code == 200
    assert statuses == [200, 200, 500, 500, 200, 200]


async def test_chance_is_seeded(ask: Ask, sandbox: Sandbox) -> None:
    async def struck(seed: int) -> list[int]:
        sandbox.faults.clear()
        sandbox.faults.add(Fault("500", probability=0.3, times=None, seed=seed))
        return [(await ask.raw("GET", "/v1/users/me")).status_code for _ in range(60)]

    first = await struck(1)
    assert first == await struck(1)
    assert first != await struck(2)
    assert 5 < first.count(500) < 35


async def test_things_vanish_and_tokens_die_in_mid_walk(ask: Ask, sandbox: Sandbox) -> None:
    page = page_titled(sandbox, "Home")
    child = (await ask.get(f"blocks/{page}/children"))["results"][-1]["id"]
    sandbox.faults.add(Fault("vanish", target=child, path="/children", after=1))
    assert child in str(await ask.get(f"blocks/{page}/children"))
    assert child not in str(await ask.get(f"blocks/{page}/children"))
    sandbox.faults.add(Fault("revoke", after=2))
    await ask.get("users/me")
    await ask.get("users/me")
    # The call that is under way when the token dies still goes through, as a call that was let in does.
    await ask.get("users/me")
    assert (await ask.refusal("GET", "users/me"))[:2] == (401, "unauthorized")


def test_faults_are_read_strictly() -> None:
    with pytest.raises(ValueError, match="unknown fault 'meteor'"):
        Fault("meteor")
    with pytest.raises(ValueError, match="unknown keys of a fault: colour"):
        Fault.read({"kind": "500", "colour": "red"})
    assert Fault.read({"kind": 500}).kind == "500"


async def test_faults_from_another_process(ask: Ask) -> None:
    added = await ask.raw("POST", "/_sandbox/faults", json=[{"kind": "500", "times": 1}, {"kind": "409"}])
    assert [fault["kind"] for fault in added.json()] == ["500", "409"]
    assert (await ask.refusal("GET", "users/me"))[0] == 500
    assert (await ask.raw("POST", "/_sandbox/faults", json={"kind": "meteor"})).status_code == 400
    assert (await ask.raw("DELETE", "/_sandbox/faults")).json() == []
    await ask.get("users/me")
