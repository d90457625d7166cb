"""Both places for files, an S3-speaking server, and something to keep."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import LazySettings
from moto.server import ThreadedMotoServer

from apps.core.tenancy import scope
from apps.sandbox import Sandbox
from tests.exports.worlds import World
from tests.factories.tenants import Tenant
from tests.snapshots.studio import Studio
from tests.storage.places import Bucket, Disk, Place
from tests.wire import fresh_base_url, serve, stop_serving


@pytest.fixture(scope="session")
def s3_server() -> Iterator[str]:
    """Its address. It speaks HTTP on a socket of this machine; the clients never ask for a role of it."""
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(autouse=True)
def own_var_folder(settings: LazySettings, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path / "var"


@pytest.fixture
def disk(settings: LazySettings, tmp_path: Path) -> Disk:
    disk = Disk(tmp_path / "files")
    disk.use(settings)
    return disk


@pytest.fixture
def bucket(settings: LazySettings, s3_server: str) -> Bucket:
    bucket = Bucket(s3_server)
    bucket.use(settings)
    return bucket


@pytest.fixture(params=["disk", "bucket"])
def place(request: pytest.FixtureRequest) -> Place:
    found: Place = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def world(inside_acme: Tenant) -> World:
    return World()


@pytest.fixture
def studio(acme: Tenant, settings: LazySettings) -> Iterator[Studio]:
    """Inside the scope of acme: a small sandbox workspace with files, connected."""
    settings.JOBS = {**settings.JOBS, "lane_opener": "tests.snapshots.lanes.open_impatient_lane", "backoff": 0.0}
    base_url = fresh_base_url()
    sandbox = Sandbox.generate(pages=6, seed=3, base_url=base_url)
    serve(sandbox, base_url)
    with scope(acme.organization.pk):
        yield Studio.connect(acme, sandbox, base_url)
    stop_serving(base_url)
