"""Lists: every row once, in the order asked for, whatever arrives meanwhile; and nothing is asked for in vain."""

from typing import Any

import pytest
from django.test import Client

from apps.access.roles import Role
from apps.core.tenancy import scope
from apps.organizations.models import Team
from tests.factories.tenants import Tenant

pytestmark = pytest.mark.django_db


@pytest.fixture
def teams(acme: Tenant) -> list[str]:
    names = [f"Team {number:02}" for number in range(23)]
    with scope(acme.organization.pk):
        for name in names:
            Team.objects.create(name=name)
    return names


def walk(api: Client, address: str, member: str = "next") -> list[list[str]]:
    pages = []
    following: Any = address
    while following:
        answer = api.get(following).json()
        pages.append([row["name"] for row in answer["results"]])
        following = answer[member]
    return pages


@pytest.mark.parametrize(
    ("order", "turned"),
    [("created_at", False), ("-created_at", True), ("", True), ("name", False), ("-name", True)],
)
@pytest.mark.parametrize("size", [1, 5, 23, 200])
def test_all_rows_come_once_there_and_back(acme: Tenant, teams: list[str], order: str, turned: bool, size: int) -> None:
    api = acme.api(Role.OWNER)
    query = f"?page_size={size}" + (f"&order={order}" if order else "")
    pages = walk(api, f"/api/v1/o/{acme.slug}/teams/{query}")
    assert [name for page in pages for name in page] == (teams[::-1] if turned else teams)
    assert all(len(page) == size for page in pages[:-1])
    last: Any = f"/api/v1/o/{acme.slug}/teams/{query}"
    for _ in pages[1:]:
        last = api.get(last).json()["next"]
    assert walk(api, last, "previous") == pages[::-1]


def test_rows_that_arrive_meanwhile_shift_nothing(acme: Tenant, teams: list[str]) -> None:
    api = acme.api(Role.OWNER)
    first = api.get(f"/api/v1/o/{acme.slug}/teams/?page_size=10").json()
    with scope(acme.organization.pk):
        Team.objects.create(name="Late")
    second = api.get(first["next"]).json()
    assert [row["name"] for row in second["results"]] == teams[::-1][10:20]


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("colour=red", "`cursor`, `fields`, `order`, `page_size`"),
        ("order=size", "`created_at`"),
        ("page_size=0", "1 to 200"),
        ("page_size=many", "whole number"),
        ("page_size=1&page_size=2", "more than once"),
        ("fields=name,colour", "pattern"),
        ("cursor=x", "Begin without"),
    ],
)
def test_what_is_not_known_is_refused_and_what_is_known_is_named(acme: Tenant, query: str, named: str) -> None:
    answer = acme.api(Role.OWNER).get(f"/api/v1/o/{acme.slug}/teams/?{query}")
    assert answer.status_code == 422
    [wrong] = answer.json()["errors"]
    assert wrong["parameter"] == query.partition("=")[0]
    assert named in wrong["detail"].replace("From ", "")


def test_a_cursor_of_another_order_is_refused(acme: Tenant, teams: list[str]) -> None:
    api, base = acme.api(Role.OWNER), f"/api/v1/o/{acme.slug}/teams/"
    cursor = api.get(f"{base}?page_size=2").json()["next"].partition("cursor=")[2].partition("&")[0]
    assert api.get(f"{base}?page_size=2&order=created_at&cursor={cursor}").status_code == 422


def test_fields_are_given_alone(acme: Tenant, teams: list[str]) -> None:
    rows = acme.api(Role.OWNER).get(f"/api/v1/o/{acme.slug}/teams/?fields=id,name&page_size=2").json()["results"]
    assert [set(row) for row in rows] == [{"id", "name"}] * 2


def test_a_body_that_nobody_reads_is_refused(acme: Tenant) -> None:
    answer = acme.api(Role.OWNER).post(f"/api/v1/o/{acme.slug}/leave/", {"a": 1}, content_type="application/json")
    assert answer.status_code == 422
