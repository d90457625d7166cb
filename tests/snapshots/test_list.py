"""The list of all workspaces' snapshots, narrowed in the browser and over the API."""

import re

import pytest
from django.test import Client

from apps.access.roles import Role
from apps.snapshots.models import Snapshot, SnapshotState
from tests.exports.worlds import World
from tests.factories.tenants import Tenant
from tests.jobs.elsewhere import inside

pytestmark = pytest.mark.django_db(transaction=True)
LIST = "/o/acme/snapshots/"


@pytest.fixture
def two(acme: Tenant) -> tuple[Snapshot, Snapshot]:
    """A complete snapshot of one workspace, an incomplete one of another."""

    def made() -> tuple[Snapshot, Snapshot]:
        first, second = World("Acme"), World("Büro & Söhne")
        return first.close(), second.close(state=SnapshotState.INCOMPLETE)

    return inside(acme, made)


def listed(client: Client, **query: str) -> set[str]:
    page = client.get(LIST, query).content.decode()
    return set(re.findall(r'href="/o/acme/snapshots/(snp_\w+)/"', page))


def listed_by_api(client: Client, **query: str) -> set[str]:
    asked = {name: value for name, value in query.items() if value}
    return {one["id"] for one in client.get("/api/v1/o/acme/snapshots/", asked).json()["results"]}


def test_pages_and_the_api_narrow_alike(acme: Tenant, two: tuple[Snapshot, Snapshot]) -> None:
    first, second = (snapshot.public_id for snapshot in two)
    of_first, of_second = (inside(acme, lambda s=s: s.workspace.public_id) for s in two)  # type: ignore[misc]
    browser, api = acme.browser(Role.VIEWER), acme.api(Role.VIEWER)
    for workspace, state, found in [
        ("", "", {first, second}),
        (of_first, "", {first}),
        (of_second, "", {second}),
        ("", "incomplete", {second}),
        (of_first, "incomplete", set()),
        (of_second, "incomplete", {second}),
    ]:
        assert listed(browser, workspace=workspace, state=state) == found
        assert listed_by_api(api, workspace=workspace, status=state) == found


def test_a_filter_stays_when_the_view_changes_and_can_be_cleared(acme: Tenant, two: tuple[Snapshot, Snapshot]) -> None:
    workspace = inside(acme, lambda: two[1].workspace.public_id)
    page = acme.browser(Role.VIEWER).get(LIST, {"workspace": workspace, "state": "complete"}).content.decode()
    assert "Workspace: <b>Büro &amp; Söhne</b>" in page
    assert f'href="{LIST}?workspace={workspace}&amp;state=incomplete"' in page
    assert re.search(r'<input type="hidden"\s+name="state" value="complete"', page)
    assert "No snapshot matches" in page
    assert f'href="{LIST}">Clear filters' in page


@pytest.mark.parametrize("query", [{"workspace": "ws_nowhere"}, {"state": "lost"}])
def test_an_address_with_a_mistake_filters_nothing(
    acme: Tenant, two: tuple[Snapshot, Snapshot], query: dict[str, str]
) -> None:
    assert len(listed(acme.browser(Role.VIEWER), **query)) == 2


def test_no_filter_offers_another_organization_s_workspaces(
    acme: Tenant, globex: Tenant, two: tuple[Snapshot, Snapshot]
) -> None:
    inside(globex, lambda: World("Globex secret").close())
    for address in (LIST, "/o/acme/exports/"):
        assert "Globex secret" not in acme.browser(Role.VIEWER).get(address).content.decode()
