"""What the whole suite shares."""

from collections.abc import Callable, Iterator
from functools import partial

import pytest
from django.contrib.contenttypes.management import create_contenttypes
from django.db.models.signals import post_migrate
from pytest_django import Settings

from apps.core.tenancy import scope
from apps.sandbox import Sandbox
from tests.factories.tenants import Tenant, make_tenant
from tests.services.postgresql import PostgreSQL
from tests.services.redis import MISSING, RedisServer, is_installed
from tests.services.set_ups import SetUp, SetUps
from tests.wire import fresh_base_url, serve, stop_serving


@pytest.fixture(scope="session", autouse=True)
def nothing_but_our_rows() -> None:
    """Django's own content types and permissions, which nothing here reads, are not made anew at each flush."""
    assert post_migrate.disconnect(create_contenttypes)
    assert post_migrate.disconnect(dispatch_uid="django.contrib.auth.management.create_permissions")


@pytest.fixture
def acme(db: None) -> Tenant:
    return make_tenant("acme")


@pytest.fixture
def globex(db: None) -> Tenant:
    """Another tenant, for everything that must not cross the border."""
    return make_tenant("globex")


@pytest.fixture
def inside_acme(acme: Tenant) -> Iterator[Tenant]:
    """The test runs inside the scope of acme."""
    manager = scope(acme.organization.pk)
    manager.__enter__()
    yield acme
    manager.__exit__(None, None, None)


@pytest.fixture
def sandbox(settings: Settings) -> Iterator[Sandbox]:
    """A Notion of a few dozen pages, and the installation pointed at it."""
    base_url = fresh_base_url()
    sandbox = Sandbox.generate(pages=40, seed=7, base_url=base_url)
    serve(sandbox, base_url)
    settings.NOTION_BASE_URL = base_url
    settings.NOTION_RATE_LIMIT = 100_000
    yield sandbox
    stop_serving(base_url)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    """A server for drills, which may break it: start it again afterwards."""
    server = PostgreSQL()
    yield server
    server.close()


@pytest.fixture(scope="session")
def redis_server() -> Iterator[RedisServer]:
    if not is_installed():
        pytest.skip(MISSING)
    server = RedisServer()
    yield server
    server.close()


MakeSetUps = Callable[[Callable[[SetUp], None]], SetUps]


@pytest.fixture(scope="session")
def set_ups(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> MakeSetUps:
    """Give it what plants the seed; servers are started when a set-up first needs them."""

    def make(plant: Callable[[SetUp], None]) -> SetUps:
        postgresql = partial(request.getfixturevalue, "postgresql")
        redis_server = partial(request.getfixturevalue, "redis_server")
        return SetUps(tmp_path_factory.mktemp("seed"), plant, postgresql, redis_server)

    return make
