"""Doing something as another organization, while the test stands in the scope of the first."""

from collections.abc import Callable
from contextvars import Context
from typing import TypeVar

from apps.core.tenancy import scope
from tests.factories.tenants import Tenant

R = TypeVar("R")


def inside(tenant: Tenant, function: Callable[[], R]) -> R:
    def call() -> R:
        with scope(tenant.organization.pk):
            return function()

    return Context().run(call)
