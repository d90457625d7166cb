"""Every endpoint × everybody who must not call it; the schema tells the truth."""

from typing import Any

import pytest
from django.test import Client
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema

from apps.access.roles import ROLES, Permission, Role
from tests.contracts.routes import Route, endpoints
from tests.factories.tenants import Tenant

pytestmark = pytest.mark.django_db

ENDPOINTS = endpoints()
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def calls() -> list[tuple[Route, str]]:
    return [(route, method) for route in ENDPOINTS for method in METHODS if _has(route, method)]


def _has(route: Route, method: str) -> bool:
    return hasattr(route.view.view_class, method.lower())  # type: ignore[attr-defined]


def permission(route: Route, method: str) -> Permission:
    return Permission(route.view.view_class.permissions[method])  # type: ignore[attr-defined]


def call(client: Client, method: str, path: str) -> Any:
    return client.generic(method, path, b"{}", content_type="application/json")


def test_there_are_endpoints_to_sweep() -> None:
    assert len(ENDPOINTS) > 15


@pytest.mark.parametrize("route", ENDPOINTS, ids=str)
def test_each_method_names_its_permission_and_no_other_exists(route: Route) -> None:
    view = route.view.view_class  # type: ignore[attr-defined]
    assert set(view.permissions) == {method for method in METHODS if _has(route, method)}


@pytest.mark.parametrize(("route", "method"), calls(), ids=str)
def test_without_a_token_nothing_and_for_a_stranger_not_found(
    acme: Tenant, globex: Tenant, route: Route, method: str
) -> None:
    path = route.path(acme.slug)
    assert call(Client(), method, path).status_code == 401
    assert call(globex.api(Role.OWNER), method, path).status_code == 404


@pytest.mark.parametrize("route", ENDPOINTS, ids=str)
def test_a_method_that_is_not_there_is_405_and_head_is_as_get(acme: Tenant, route: Route) -> None:
    api = acme.api(Role.OWNER)
    answer = call(api, "PUT", route.path(acme.slug))
    assert answer.status_code == 405
    assert answer["Content-Type"] == "application/problem+json"
    if _has(route, "GET"):
        heads = {call(api, method, route.path(acme.slug)).status_code for method in ("HEAD", "GET")}
        assert len(heads) == 1


@pytest.mark.parametrize(("route", "method"), calls(), ids=str)
def test_roles_without_the_permission_are_refused(acme: Tenant, route: Route, method: str) -> None:
    needed = permission(route, method)
    for role in Role:
        if needed not in ROLES[role]:
            answer = call(acme.api(role), method, route.path(acme.slug))
            assert answer.status_code == 403, role
            assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("route", "method"), [(route, method) for route, method in calls() if method in ("POST", "PATCH")], ids=str
)
def test_a_nul_in_a_body_breaks_nothing(acme: Tenant, route: Route, method: str) -> None:
    body = rb'{"name": "a\u0000b", "options": {"a": ["\u0000"]}, "reason": "\u0000"}'
    answer = acme.api(Role.OWNER).generic(method, route.path(acme.slug), body, content_type="application/json")
    assert answer.status_code in (404, 422)


@pytest.mark.parametrize(
    ("route", "method"), [(route, method) for route, method in calls() if route.is_detail], ids=str
)
def test_an_id_that_is_not_there_is_not_found(acme: Tenant, route: Route, method: str) -> None:
    assert call(acme.api(Role.OWNER), method, route.path(acme.slug)).status_code == 404


def test_the_schema_is_valid_and_covers_every_endpoint() -> None:
    schema = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    validate_schema(schema)  # type: ignore[no-untyped-call]
    described = {(path, method.upper()) for path, methods in schema["paths"].items() for method in methods}
    assert described == {(route.template, method) for route, method in calls()}


def test_the_interactive_page_and_the_schema_are_served(client: Client) -> None:
    assert client.get("/api/v1/docs/").status_code == 200
    assert client.get("/api/v1/schema/").status_code == 200
