"""How much a credential may ask in a time: a bucket that fills evenly (the generic cell rate algorithm).

One number is kept per credential: the time at which its bucket is full again. With Redis all processes share it, at the
price of one round trip; without, each process has its own, so that an installation of four allows four times as much.
"""

import logging
import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from apps.core.actor import Actor
from apps.core.problems import problem_response

logger = logging.getLogger(__name__)
SPENT = "This credential has sent too many requests. Nothing was done. Try again in {seconds} s."
MANY = 10_000
REDIS_SECONDS = 0.25
"""How long Redis may take; then this process counts by itself for a while, rather than to keep everybody waiting."""
REDIS_REST = 5.0
SCRIPT = """
local t = redis.call('TIME')
local now = t[1] * 1000000 + t[2]
local full = math.max(tonumber(redis.call('GET', KEYS[1]) or 0), now)
local after = full + tonumber(ARGV[1])
if after - now > tonumber(ARGV[2]) then return {0, full - now} end
redis.call('SET', KEYS[1], string.format('%.0f', after), 'PX', math.ceil((after - now) / 1000) + 1)
return {1, after - now}
"""
Taken = tuple[bool, float]
"""Whether there was room for one more, and in how many seconds the bucket is full again."""


@dataclass(frozen=True, slots=True)
class Rate:
    """``per_minute`` requests in the long run, ``burst`` of them at once."""

    per_minute: int
    burst: int

    @property
    def step(self) -> float:
        """Seconds for which one request uses the bucket."""
        return 60 / self.per_minute

    @property
    def window(self) -> float:
        return self.burst * self.step


@dataclass(frozen=True, slots=True)
class Standing:
    """What a credential has left after a request."""

    rate: Rate
    allowed: bool
    full_in: float

    @property
    def left(self) -> int:
        return max(0, math.floor((self.rate.window - self.full_in) / self.rate.step + 1e-6))

    @property
    def wait(self) -> int:
        """Whole seconds until there is room for one."""
        return max(1, math.ceil(self.full_in + self.rate.step - self.rate.window))

    def tell(self, response: HttpResponseBase) -> None:
        """draft-ietf-httpapi-ratelimit-headers-10."""
        response["RateLimit-Policy"] = f'"credential";q={self.rate.burst};w={math.ceil(self.rate.window)}'
        response["RateLimit"] = f'"credential";r={self.left};t={math.ceil(self.full_in)}'
        if not self.allowed:
            response["Retry-After"] = str(self.wait)


class OwnBuckets:
    """Those of this process."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._full_at, self._lock = clock, dict[str, float](), threading.Lock()

    def take(self, key: str, rate: Rate) -> Taken:
        now = self._clock()
        with self._lock:
            full = max(self._full_at.get(key, now), now)
            after = full + rate.step
            if after - now > rate.window + 1e-6:
                return False, full - now
            if len(self._full_at) >= MANY:
                self._full_at = {name: at for name, at in self._full_at.items() if at > now}
            self._full_at[key] = after
        return True, after - now


class SharedBuckets:
    """Those in Redis; while it does not answer, this process's own."""

    def __init__(self, url: str) -> None:
        from redis import Redis

        self._redis = Redis.from_url(url, socket_timeout=REDIS_SECONDS, socket_connect_timeout=REDIS_SECONDS)
        self._script = self._redis.register_script(SCRIPT)
        self._own, self._rests_until = OwnBuckets(), 0.0

    def take(self, key: str, rate: Rate) -> Taken:
        from redis import RedisError

        if time.monotonic() < self._rests_until:
            return self._own.take(key, rate)
        try:
            step, window = round(rate.step * 1e6), round(rate.window * 1e6)
            allowed, full_in = self._script(keys=[f"rate:{key}"], args=[step, window])
        except RedisError as error:
            self._rests_until = time.monotonic() + REDIS_REST
            logger.warning("rates are counted per process: Redis does not answer", extra={"error": repr(error)})
            return self._own.take(key, rate)
        return bool(allowed), int(full_in) / 1e6


@cache
def buckets(url: str | None) -> OwnBuckets | SharedBuckets:
    return SharedBuckets(url) if url else OwnBuckets()


class RatesMiddleware:
    """Behind the door: it counts what came with a credential, whatever becomes of it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        actor: Actor | None = getattr(request, "actor", None)
        if actor is None or not request.path_info.startswith("/api/") or not settings.API_RATE:
            return self.get_response(request)
        rate = Rate(settings.API_RATE, settings.API_BURST)
        key = f"{actor.organization_id}:{actor.credential or actor.pk}"
        standing = Standing(rate, *buckets(settings.REDIS_URL).take(key, rate))
        response: HttpResponseBase
        if standing.allowed:
            response = self.get_response(request)
        else:
            response = problem_response(request, 429, SPENT.format(seconds=standing.wait))
        standing.tell(response)
        return response
