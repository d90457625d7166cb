"""Run tests with Redis as the broker: ``pytest -p tests.services.on_redis …``. Each process has its own database.

Where no server is installed, everything is skipped.
"""

import atexit
import os
from collections.abc import Iterator

import pytest

from tests.services.redis import MISSING, RedisServer, is_installed

ADDRESS = "NOTIONHUB_SUITE_REDIS"


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests() -> Iterator[None]:
    """Before pytest-django reads the settings."""
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker is None and is_installed():
        server = RedisServer()
        atexit.register(server.close)
        os.environ[ADDRESS] = server.url(0).removesuffix("0")
    if address := os.environ.get(ADDRESS):
        os.environ["REDIS_URL"] = f"{address}{worker.removeprefix('gw') if worker else 0}"
    return (yield)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if ADDRESS not in os.environ:
        for item in items:
            item.add_marker(pytest.mark.skip(reason=MISSING))
