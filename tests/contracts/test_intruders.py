"""Every address against a browser that was talked into a request, and against somebody who guesses."""

import re
from typing import Any

import pytest
from django.test import Client

from apps.access.roles import Role
from apps.core.tenancy import scope
from apps.organizations.models import Invitation, Membership, Team
from apps.organizations.services import create_team
from tests.contracts.routes import Route, routes
from tests.contracts.test_browser_headers import path_of
from tests.exports.worlds import World
from tests.factories.tenants import Tenant

pytestmark = pytest.mark.django_db

CALLED_BY_PROGRAMS = ("/oauth/", "/webhooks/", "/api/")
"""No cookie lets anybody in there, so that no browser can be talked into anything."""


def test_no_form_of_another_site_gets_anywhere(acme: Tenant) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(acme.member(Role.OWNER))
    browser.cookies = acme.browser(Role.OWNER).cookies
    forged = {"origin": "https://evil.example", "referer": "https://evil.example/"}
    let_in = {}
    for route in routes("/"):
        path = path_of(route, acme.slug)
        if path.startswith(CALLED_BY_PROGRAMS):
            continue
        status = browser.post(path, {"name": "x"}, headers=forged).status_code
        if status not in (403, 404, 405):
            let_in[path] = status
    assert let_in == {}


def test_no_cookie_opens_what_programs_call(acme: Tenant) -> None:
    browser = acme.browser(Role.OWNER)
    for route in routes("/api/v1/o/"):
        path = path_of(route, acme.slug)
        assert {browser.get(path).status_code, browser.post(path).status_code} == {401}, path


ROOMS = {"workspaces", "snapshots", "teams", "members"}


def foreign_ids(tenant: Tenant) -> dict[str, str]:
    with scope(tenant.organization.pk):
        world = World("Globex")
        world.page("Secret plans")
        snapshot = world.close()
        team = create_team("Spies", actor=tenant.system)
        member = Membership.objects.select_related("user").first()
        assert member is not None
        return {
            "workspaces": snapshot.workspace.public_id,
            "snapshots": snapshot.public_id,
            "teams": team.public_id,
            "members": member.user.public_id,
        }


def bare(answer: Any) -> tuple[int, str, bytes]:
    """What is seen of an answer, without the request's own id, its tokens and the id that was asked for."""
    body = re.sub(rb"[0-9a-f]{16}|csrfmiddlewaretoken\" value=\"\w+\"", b"", answer.content)
    return answer.status_code, answer.get("Content-Type", ""), body


def room_of(route: Route) -> str:
    return route.template.split("{public_id}")[0].rstrip("/").rsplit("/", 1)[-1]


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_foreign_id_and_one_that_is_nowhere_are_answered_with_the_same_bytes(
    acme: Tenant, globex: Tenant, method: str
) -> None:
    foreign, looked_at = foreign_ids(globex), 0
    browser, program = acme.browser(Role.OWNER), acme.api(Role.OWNER)
    for route in [*routes("/o/{slug}/"), *routes("/api/v1/o/{slug}/")]:
        known = foreign.get(room_of(route)) if route.is_detail else None
        if known is None:
            continue
        asks = program if route.template.startswith("/api/") else browser
        others = dict.fromkeys(re.findall(r"{(number)}", route.template), "1")
        there, nowhere = route.path(acme.slug, known, **others), route.path(acme.slug, "x" * len(known), **others)
        first, second = (getattr(asks, method)(path) for path in (there, nowhere))
        same = [bytes(one.content).replace(path.encode(), b"") for one, path in ((first, there), (second, nowhere))]
        first.content, second.content = same
        assert bare(first) == bare(second), there
        assert first.status_code in (404, 405), there
        looked_at += 1
    assert looked_at > 20


def test_an_organization_that_is_foreign_is_answered_like_one_that_is_not_there(acme: Tenant, globex: Tenant) -> None:
    browser, program = acme.browser(Role.OWNER), acme.api(Role.OWNER)
    for route in [*routes("/o/{slug}/"), *routes("/api/v1/o/{slug}/")]:
        asks = program if route.template.startswith("/api/") else browser
        others = dict.fromkeys(re.findall(r"{(number)}", route.template), "1")
        answers = []
        for slug in (globex.slug, "nobody"):
            path = route.path(slug, **others)
            answer = asks.get(path)
            answer.content = answer.content.replace(path.encode(), b"")
            answers.append(bare(answer))
        assert answers[0] == answers[1], route.template
        assert answers[0][0] == 404, route.template


def test_ids_cannot_be_counted(acme: Tenant) -> None:
    with scope(acme.organization.pk):
        made = [create_team(f"Team {number}", actor=acme.system).public_id for number in range(20)]
    assert len({public_id[:-6] for public_id in made}) == len(made), "neighbours have nothing in common"
    assert all(len(public_id.rpartition("_")[2]) >= 12 for public_id in made)
    for model in (Team, Membership, Invitation):
        assert not any(field.name == "pk" for field in model._meta.get_fields())
