"""How much a credential may ask."""

import pytest
from django.test import Client
from pytest_django import Settings

from apps.access.roles import Role
from apps.core.rest.rates import OwnBuckets, Rate, SharedBuckets, Standing, buckets
from tests.factories.tenants import Tenant
from tests.services.redis import RedisServer


@pytest.mark.django_db
def test_a_credential_that_asks_too_much_is_told_when_to_come_back(acme: Tenant, settings: Settings) -> None:
    settings.API_RATE, settings.API_BURST = 60, 3
    buckets.cache_clear()
    api, address = acme.api(Role.OWNER), f"/api/v1/o/{acme.slug}/actor/"
    answers = [api.get(address) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert [answer["RateLimit"] for answer in answers[:3]] == [f'"credential";r={n};t={3 - n}' for n in (2, 1, 0)]
    assert {answer["RateLimit-Policy"] for answer in answers} == {'"credential";q=3;w=3'}
    assert answers[3]["Retry-After"] == "1"
    assert answers[3]["Content-Type"] == "application/problem+json"
    assert answers[3].json()["type"].endswith("/docs/errors/too-many-requests/")
    assert acme.api(Role.OWNER).get(address).status_code == 200, "another credential has its own"
    assert Client().get(address).status_code == 401


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_the_bucket_fills_evenly() -> None:
    clock, rate = Clock(), Rate(per_minute=120, burst=4)
    own = OwnBuckets(clock)
    assert [own.take("a", rate)[0] for _ in range(5)] == [True] * 4 + [False]
    clock.now += 0.5
    assert [own.take("a", rate)[0] for _ in range(2)] == [True, False]
    clock.now += 60
    assert [Standing(rate, *own.take("a", rate)).left for _ in range(4)] == [3, 2, 1, 0]
    assert own.take("b", rate)[0]


def test_in_the_long_run_no_more_than_the_rate_passes() -> None:
    clock, rate = Clock(), Rate(per_minute=600, burst=10)
    own, passed = OwnBuckets(clock), 0
    for _ in range(6_000):
        passed += own.take("a", rate)[0]
        clock.now += 0.01
    assert 600 <= passed <= 611


def test_processes_share_buckets_in_redis(redis_server: RedisServer) -> None:
    rate = Rate(per_minute=60, burst=5)
    one, other = (SharedBuckets(redis_server.url(0)) for _ in range(2))
    taken = [(one if turn % 2 else other).take("shared", rate)[0] for turn in range(7)]
    assert taken == [True] * 5 + [False] * 2


def test_without_an_answer_from_redis_each_process_counts_for_itself() -> None:
    shared, rate = SharedBuckets("redis://127.0.0.1:1"), Rate(per_minute=60, burst=2)
    assert [shared.take("a", rate)[0] for _ in range(3)] == [True, True, False]
