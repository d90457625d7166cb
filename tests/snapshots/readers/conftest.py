"""A sandbox of its own for each test, and a client to it that does not wait."""

import pytest

from apps.notion.client import NotionClient
from apps.sandbox import Sandbox
from tests.snapshots.wrapping import Wrapped


@pytest.fixture(scope="session")
def big() -> Sandbox:
    """Read only: one data source of it needs several portions."""
    return Sandbox.generate(pages=330, seed=3)


@pytest.fixture
def sandbox() -> Sandbox:
    return Sandbox.generate(pages=40, seed=3)


@pytest.fixture
def notion(sandbox: Sandbox) -> Wrapped:
    return Wrapped(sandbox)


@pytest.fixture
def client(notion: Wrapped, sandbox: Sandbox) -> NotionClient:
    return notion.client(sandbox.token)
