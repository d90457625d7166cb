"""Rate windows per connection."""

from apps.sandbox import Sandbox
from tests.sandbox.asking import Ask, FakeClock


def _limited(clock: FakeClock) -> Sandbox:
    return Sandbox.generate(pages=12, rate_limit=5, rate_window=60.0, clock=clock)


async def test_a_window_lets_a_burst_through_and_then_says_when_to_come_back(clock: FakeClock) -> None:
    ask = Ask(_limited(clock))
    for _ in range(5):
        await ask.get("users/me")
    clock.forward(12.5)
    refused = await ask.raw("GET", "/v1/users/me")
    body = refused.json()
    assert refused.status_code == 429
    assert refused.headers["retry-after"] == "48"
    assert body["code"] == "rate_limited"
    assert body["additional_data"] == {
        "rate_limit_reason": "public_api_request_rate_limit",
        "retry_after": "48",
    }
    clock.forward(47.4)
    assert (await ask.raw("GET", "/v1/users/me")).status_code == 429
    clock.forward(0.2)
    for _ in range(5):
        await ask.get("users/me")
    assert (await ask.raw("GET", "/v1/users/me")).status_code == 429


async def test_each_connection_has_its_own_window(clock: FakeClock) -> None:
    sandbox = _limited(clock)
    first, second = Ask(sandbox), Ask(sandbox, sandbox.issue_token(name="Another"))
    for _ in range(5):
        await first.get("users/me")
    assert (await first.raw("GET", "/v1/users/me")).status_code == 429
    await second.get("users/me")


async def test_what_does_not_count(clock: FakeClock) -> None:
    """Strangers have no window, and files are not part of the API."""
    sandbox = _limited(clock)
    ask = Ask(sandbox)
    for _ in range(9):
        assert (await ask.raw("GET", "/v1/users/me", headers={"authorization": "Bearer x"})).status_code == 401
    assert sandbox.service.rate.state(next(iter(sandbox.tokens.values())).id)["used"] == 0
    await ask.get("users/me")
    state = (await ask.raw("GET", "/_sandbox/")).json()
    assert state["connections"][0]["rate"] == {"limit": 5, "used": 1, "refused": 0, "resets_in": 60.0}


async def test_no_limit_unless_asked_for(ask: Ask) -> None:
    for _ in range(200):
        await ask.get("users/me")
