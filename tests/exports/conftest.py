"""Snapshots to export, and a place to work in."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import LazySettings

from apps.core.tenancy import scope
from apps.exports.making import make_archive
from apps.exports.rendering import Order, Summary
from tests.exports.watching import Onlooker
from tests.exports.worlds import World
from tests.factories.tenants import Tenant, make_tenant

Make = Callable[[Order], tuple[Path, Summary]]


@pytest.fixture(autouse=True)
def own_var_folder(settings: LazySettings, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path / "var"


@pytest.fixture(autouse=True)
def own_storage(settings: LazySettings, tmp_path: Path) -> Path:
    """The file store of this test alone."""
    location = tmp_path / "files"
    default = settings.STORAGES["default"]
    settings.STORAGES = {**settings.STORAGES, "default": {**default, "OPTIONS": {"location": location}}}
    return location


@pytest.fixture
def world(inside_acme: Tenant) -> World:
    return World()


@pytest.fixture
def transactional_world(transactional_db: None) -> Iterator[World]:
    """A world that other processes see."""
    acme = make_tenant("acme")
    with scope(acme.organization.pk):
        yield World()


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Make the archive of an order in a fresh workshop."""
    workshops = iter(range(100))

    def made(order: Order) -> tuple[Path, Summary]:
        folder = tmp_path / f"workshop-{next(workshops)}"
        folder.mkdir()
        result = make_archive(order, folder, Onlooker())
        assert result is not None
        return result.archive, result.summary

    return made
