"""Lists are described as such, and whatever they can be ordered by has an index, so that their cost does not grow."""

from typing import Any

import pytest
from django.db import models
from drf_spectacular.generators import SchemaGenerator

from apps.access.roles import Role
from tests.contracts.routes import Route, endpoints
from tests.factories.tenants import Tenant


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


@pytest.mark.django_db
def test_what_answers_with_rows_is_described_as_a_list(acme: Tenant) -> None:
    said: Any = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    api, wrong = acme.api(Role.OWNER), []
    for route in endpoints():
        view: Any = route.view.view_class  # type: ignore[attr-defined]
        if "GET" not in view.permissions or "{" in route.template.replace("{slug}", ""):
            continue
        answer = api.get(route.path(acme.slug))
        if answer["Content-Type"] == "application/json" and "results" in answer.json():
            shape = said["paths"][route.template]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
            if "Paginated" not in shape.get("$ref", ""):
                wrong.append(route.template)
    assert wrong == []
