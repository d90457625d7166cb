from collections.abc import Callable

import httpx
import pytest

from apps.sandbox import Sandbox
from tests.sandbox.asking import Ask, FakeClock

Generate = Callable[..., Sandbox]


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def sandbox(clock: FakeClock) -> Sandbox:
    """A small workspace of its own, whose clock and sleep the test holds."""
    return Sandbox.generate(pages=60, seed=3, clock=clock, sleep=clock.sleep)


@pytest.fixture
def ask(sandbox: Sandbox) -> Ask:
    return Ask(sandbox)


@pytest.fixture(scope="session")
def whole() -> Sandbox:
    """The workspace of ordinary size; tests only read it."""
    return Sandbox.generate(pages=300, seed=1)


@pytest.fixture
def ask_whole(whole: Sandbox) -> Ask:
    return Ask(whole)


@pytest.fixture
def transport(sandbox: Sandbox) -> httpx.ASGITransport:
    return httpx.ASGITransport(app=sandbox.app)
