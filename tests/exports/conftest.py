"""Snapshots to export, and a place to work in."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import LazySettings

from apps.exports.making import Order, make_archive
from apps.exports.rendering import Summary
from tests.exports.watching import Onlooker
from tests.exports.worlds import World
from tests.factories.tenants import Tenant

Make = Callable[[Order], tuple[Path, Summary]]


@pytest.fixture(autouse=True)
def own_var_folder(settings: LazySettings, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path / "var"


@pytest.fixture
def world(inside_acme: Tenant) -> World:
    return World()


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
