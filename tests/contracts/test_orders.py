"""Whatever a list can be ordered by has an index, so that its cost does not grow with the table."""

from typing import Any

import pytest
from django.db import models

from tests.contracts.routes import Route, endpoints


def orders() -> list[tuple[Route, type[models.Model], str]]:
    found = []
    for route in endpoints():
        view: Any = route.view.view_class  # type: ignore[attr-defined]
        model = getattr(getattr(view.serializer_class, "Meta", None), "model", None)
        if model is not None and "GET" in view.permissions:
            found += [(route, model, column) for column in view.orders.values() if column != "id"]
    return found


def test_there_are_orders_to_sweep() -> None:
    assert len(orders()) >= 4


@pytest.mark.parametrize(("route", "model", "column"), orders(), ids=str)
def test_each_order_has_an_index_behind_what_the_list_hangs_from(
    route: Route, model: type[models.Model], column: str
) -> None:
    assert not model._meta.get_field(column).null, "a keyset has no place for null"
    known = [index.fields for index in model._meta.indexes]
    known += [c.fields for c in model._meta.constraints if isinstance(c, models.UniqueConstraint)]
    assert any(len(fields) > 1 and list(fields)[1].lstrip("-") == column for fields in known), (model, column)
