"""Run tests on PostgreSQL: ``pytest -p tests.services.on_postgresql …``. One server for all processes of the run."""

import atexit
import os
from collections.abc import Iterator

import pytest

from tests.services.postgresql import PostgreSQL


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests() -> Iterator[None]:
    """Before pytest-django reads the settings; processes of pytest-xdist find the address in their environment."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        server = PostgreSQL()
        atexit.register(server.close)
        os.environ["DATABASE_URL"] = server.url("postgres")
    return (yield)


def pytest_configure(config: pytest.Config) -> None:
    config.option.reuse_db = True  # its databases end with the server
