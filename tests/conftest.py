"""What the whole suite shares."""

from collections.abc import Iterator

import pytest

from apps.core.tenancy import scope
from tests.factories.tenants import Tenant, make_tenant


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
