"""Faults by dice: the same requests are hit in the same way, in whatever order they come, and never for ever."""

import random

import httpx
import pytest

from apps.sandbox import Fault, RandomFaults, Sandbox
from tests.sandbox.asking import Ask

REQUESTS = [("GET", f"/v1/blocks/{number:032x}/children?page_size=100", b"") for number in range(400)]


def struck(faults: RandomFaults, requests: list[tuple[str, str, bytes]], rounds: int = 4) -> dict[str, list[str]]:
    """The kinds that hit each request while it is repeated."""
    hits: dict[str, list[str]] = {}
    for _ in range(rounds):
        for method, path, body in requests:
            fault = faults.strike(method, path, body)
            if fault is not None:
                hits.setdefault(path + body.decode(), []).append(fault.kind)
    return hits


def test_the_order_of_the_requests_does_not_matter() -> None:
    shuffled = random.Random(3).sample(REQUESTS, len(REQUESTS))
    first = struck(RandomFaults(1, 0.2), REQUESTS)
    assert first == struck(RandomFaults(1, 0.2), shuffled)
    assert first != struck(RandomFaults(2, 0.2), REQUESTS)


def test_a_request_is_hit_a_few_times_and_then_never_again() -> None:
    hits = struck(RandomFaults(1, 0.3, times=3), REQUESTS, rounds=10)
    assert 80 < len(hits) < 160
    assert {len(kinds) for kinds in hits.values()} == {1, 2, 3}
    assert struck(RandomFaults(1, 0.0), REQUESTS) == {}


def test_every_kind_that_passes_strikes_where_it_fits() -> None:
    faults = RandomFaults(4, 1.0, times=1)
    more = [("GET", f"{path}&start_cursor={'a' * 32}", b"") for _, path, _ in REQUESTS]
    files = [("GET", f"/files/space/{number}/name.pdf", b"") for number in range(200)]
    kinds = {kind for each in struck(faults, REQUESTS).values() for kind in each}
    server = {"500", "502", "503", "504"}
    assert kinds == {"429", "529", "409", "reset", "slow", "truncated", "html"} | server
    assert {kind for each in struck(faults, more).values() for kind in each} == kinds | {"expired_cursor"}
    assert {kind for each in struck(faults, files).values() for kind in each} == {
        "reset",
        "slow",
        "truncated",
        "expired_url",
    } | server


def test_a_request_is_known_by_what_it_asks_for_and_not_by_its_signature_or_session() -> None:
    faults = RandomFaults(1, 1.0, times=1)
    sessions = ("11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222")
    bodies = [b'{"start_cursor":"s:%s:row"}' % session.encode() for session in sessions]
    assert faults.strike("POST", "/v1/data_sources/x/query", bodies[0]) is not None
    assert faults.strike("POST", "/v1/data_sources/x/query", bodies[1]) is None
    assert faults.strike("POST", "/v1/data_sources/x/query", b"{}") is not None
    assert faults.strike("GET", "/files/a/b/c.png?X-Amz-Signature=1", b"") is not None
    assert faults.strike("GET", "/files/a/b/c.png?X-Amz-Signature=2", b"") is None


async def test_they_can_be_put_on_from_outside(ask: Ask, sandbox: Sandbox) -> None:
    transport = httpx.ASGITransport(app=sandbox.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://sandbox.test") as control:
        answer = await control.post("/_sandbox/faults/random", json={"seed": 5, "rate": 1.0, "times": 1})
        assert answer.json() == {"seed": 5, "rate": 1.0, "times": 1, "struck": {}}
        for wrong in ({"seed": 1}, {"seed": 1, "rate": 2}, {"seed": 1, "rate": 0.5, "colour": "red"}):
            assert (await control.post("/_sandbox/faults/random", json=wrong)).status_code == 400
        await ask.raw("GET", "/v1/users")
        state = (await control.get("/_sandbox/")).json()
        assert sum(state["random_faults"]["struck"].values()) == 1
        await control.request("DELETE", "/_sandbox/faults")
        assert (await control.get("/_sandbox/")).json()["random_faults"] is None


@pytest.mark.parametrize("wrong", [{"rate": -0.1}, {"rate": 1.1}, {"rate": 0.5, "times": 0}])
def test_what_makes_no_sense_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="random faults need"):
        RandomFaults(1, **wrong)  # type: ignore[arg-type]


async def test_a_file_that_is_cut_keeps_its_announced_length(ask: Ask, sandbox: Sandbox) -> None:
    url = _a_file(sandbox)
    whole = await ask.raw("GET", url)
    sandbox.faults.add(Fault("truncated", path="/files/"))
    cut = await ask.raw("GET", url)
    assert int(cut.headers["content-length"]) == len(whole.content) > len(cut.content) > 0


def _a_file(sandbox: Sandbox) -> str:
    name = sorted(sandbox.expected()["files"])[0]
    return sandbox.service.signer.sign("http://sandbox.test", f"/files/{name}")[0]
