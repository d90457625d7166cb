"""A workspace of the sandbox, connected, and captures of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from apps.core.tenancy import scope
from apps.sandbox import Sandbox
from tests.factories.tenants import Tenant
from tests.snapshots.studio import Studio
from tests.wire import fresh_base_url, serve, stop_serving


@pytest.fixture(autouse=True)
def impatient(settings: Settings, tmp_path: Path) -> None:
    """No waiting between attempts, and a file store of the test's own."""
    settings.JOBS = {
        **settings.JOBS,
        "lane_opener": "tests.snapshots.lanes.open_impatient_lane",
        "backoff": 0.0,
    }
    default = settings.STORAGES["default"]
    options = {**default["OPTIONS"], "location": tmp_path / "files"}
    settings.STORAGES = {**settings.STORAGES, "default": {**default, "OPTIONS": options}}


@pytest.fixture
def studio(acme: Tenant, settings: Settings) -> Iterator[Studio]:
    """Inside the scope of acme: a sandbox workspace of 40 pages and rows, connected."""
    base_url = fresh_base_url()
    sandbox = Sandbox.generate(pages=40, seed=3, base_url=base_url)
    serve(sandbox, base_url)
    with scope(acme.organization.pk):
        yield Studio.connect(acme, sandbox, base_url)
    stop_serving(base_url)
