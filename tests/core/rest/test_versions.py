"""Nobody overwrites what they have not seen."""

from typing import Any

import pytest
from django.test import Client

from apps.access.roles import Role
from apps.core.rest.etags import matches
from tests.factories.tenants import Tenant

pytestmark = pytest.mark.django_db


@pytest.fixture
def api(acme: Tenant) -> Client:
    return acme.api(Role.OWNER)


@pytest.fixture
def team(acme: Tenant, api: Client) -> str:
    made = api.post(f"/api/v1/o/{acme.slug}/teams/", {"name": "Design"}, content_type="application/json").json()
    return f"/api/v1/o/{acme.slug}/teams/{made['id']}/"


def rename(api: Client, team: str, name: str, etag: str) -> Any:
    return api.patch(team, {"name": name}, content_type="application/json", headers={"if-match": etag})


def test_what_is_as_it_was_read_is_changed_and_what_is_not_stays(api: Client, team: str) -> None:
    read = api.get(team)
    renamed = rename(api, team, "Sales", read["ETag"])
    assert renamed.status_code == 200
    assert renamed["ETag"] == api.get(team)["ETag"] != read["ETag"]
    late = rename(api, team, "Research", read["ETag"])
    assert late.status_code == 412
    assert late.json()["type"].endswith("/docs/errors/changed/")
    assert api.get(team).json()["name"] == "Sales"


@pytest.mark.parametrize(("method", "weak"), [("delete", ""), ("patch", "W/")])
def test_another_version_and_a_weak_one_match_nothing(api: Client, team: str, method: str, weak: str) -> None:
    etag = weak + api.get(team)["ETag"] if weak else '"other"'
    body = {"name": "Sales"} if method == "patch" else None
    call = getattr(api, method)
    refused = call(team, body or "", content_type="application/json", headers={"if-match": etag})
    assert refused.status_code == 412
    assert api.get(team).json()["name"] == "Design"


def test_a_star_matches_what_exists(api: Client, team: str) -> None:
    assert rename(api, team, "Sales", "*").status_code == 200
    assert rename(api, team.replace("team_", "team_0"), "Sales", "*").status_code == 404


def test_what_is_known_is_not_sent_again(api: Client, team: str) -> None:
    etag = api.get(team)["ETag"]
    known = api.get(team, headers={"if-none-match": f'"a", W/{etag}'})
    assert (known.status_code, known.content, known["ETag"]) == (304, b"", etag)
    assert api.get(team, headers={"if-none-match": '"a"'}).status_code == 200


def test_fields_leave_the_version_as_it_is(api: Client, team: str) -> None:
    whole, part = api.get(team), api.get(team, {"fields": "name"})
    assert part.json() == {"name": "Design"}
    assert part["ETag"] == whole["ETag"]


@pytest.mark.parametrize(
    ("header", "weakly", "expected"),
    [
        ('"a"', False, True),
        ('W/"a"', False, False),
        ('W/"a"', True, True),
        ('"b", "a"', False, True),
        ("*", False, True),
        ("a", False, False),
        ("", True, False),
        ('"ab"', False, False),
    ],
)
def test_tags_are_compared_as_the_standard_has_it(header: str, weakly: bool, expected: bool) -> None:
    assert matches(header, '"a"', weakly=weakly) is expected
