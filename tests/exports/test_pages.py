"""The pages of exports: choosing what to make, what is not in an export, retrying and deleting one."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid5

import pytest
from django.core.files.storage import default_storage
from django.test import Client

from apps.access.roles import Role
from apps.audit.models import AuditEntry
from apps.core.errors import Conflicting
from apps.core.tenancy import scope
from apps.exports.formats import checked_options, format_named
from apps.exports.models import Export
from apps.exports.services import create_export, delete_export
from apps.jobs.models import Job, Status
from apps.snapshots.models import Snapshot
from tests.exports.archives import Opened
from tests.exports.samples import incomplete, ordinary
from tests.exports.worlds import ORIGIN, World
from tests.factories.tenants import Tenant, make_tenant
from tests.jobs.pending import run_pending

pytestmark = pytest.mark.django_db(transaction=True)
HOME = str(uuid5(ORIGIN, "home"))
CREATE = "/o/acme/exports/create/"
Fill = Callable[[World], Snapshot]


@pytest.fixture
def tenant(transactional_db: None) -> Tenant:
    return make_tenant("acme")


def filled(tenant: Tenant, fill: Fill = ordinary) -> Snapshot:
    with scope(tenant.organization.pk):
        return fill(World())


def made(tenant: Tenant, snapshot: Snapshot, **options: Any) -> Export:
    form = options.pop("format", "markdown")
    with scope(tenant.organization.pk):
        export = create_export(snapshot, format=form, options=options, actor=tenant.actor(Role.OPERATOR))
    run_pending()
    with scope(tenant.organization.pk):
        return Export.objects.select_related("job", "workspace").get(pk=export.pk)


def shown(browser: Client, path: str, data: Any = None) -> str:
    answer = browser.get(path) if data is None else browser.post(path, data)
    assert answer.status_code == 200, answer.content
    return answer.content.decode()


def offered(page: str) -> list[str]:
    """What can be ticked, in words."""
    return re.findall(r'name="pages"\s+value="[^"]+">.*?<span class="t">(.*?)</span>', page, re.DOTALL)


def ticked(page: str) -> list[str]:
    return re.findall(r'name="pages"\s+value="([^"]+)"\s+checked>', page)


def many(world: World) -> Snapshot:
    top = world.page("Home")
    for number in range(120):
        world.page(f"Page {number:03}", top)
    return world.close()


def test_the_list_narrows_to_workspace_format_state_and_snapshot(tenant: Tenant) -> None:
    snapshot = filled(tenant)
    exports = [made(tenant, snapshot, format=key) for key in ("json", "markdown")]
    with scope(tenant.organization.pk):
        Job.objects.filter(pk=exports[1].job_id).update(status=Status.FAILED)
        other = World("Other").close()
    exports.append(made(tenant, other, format="json"))
    here, there = exports[0].workspace.public_id, exports[2].workspace.public_id
    browser, api = tenant.browser(Role.VIEWER), tenant.api(Role.VIEWER)
    for query, found in [
        ({}, {0, 1, 2}),
        ({"workspace": here}, {0, 1}),
        ({"workspace": there}, {2}),
        ({"format": "json"}, {0, 2}),
        ({"state": "failed"}, {1}),
        ({"workspace": here, "format": "json", "state": "complete"}, {0}),
        ({"workspace": there, "format": "markdown"}, set()),
        ({"snapshot": snapshot.public_id}, {0, 1}),
    ]:
        wanted = {exports[place].public_id for place in found}
        page = browser.get("/o/acme/exports/", query).content.decode()
        assert set(re.findall(r'href="/o/acme/exports/(exp_\w+)/"', page)) == wanted, query
        assert {one["id"] for one in api.get("/api/v1/o/acme/exports/", query).json()["results"]} == wanted, query
        assert ("No export matches" in page) == (not wanted)
        assert ("Clear filters" in page) == bool(query)
    assert f"?snapshot={snapshot.public_id}" in shown(browser, f"/o/acme/snapshots/{snapshot.public_id}/")


def test_the_form_makes_what_it_says(tenant: Tenant) -> None:
    snapshot = filled(tenant)
    given = {
        "snapshot": snapshot.public_id,
        "format": "markdown",
        "pages": [HOME],
        "depth": "1",
        "naming": "slug",
        "layout": "",
        "markdown-attachments": "on",
    }
    answer = tenant.browser(Role.OPERATOR).post(CREATE, given)
    assert answer.status_code == 302, answer.content.decode()
    with scope(tenant.organization.pk):
        export = Export.objects.get()
    assert str(export) == "Markdown export of 1 chosen page of snapshot 1 of Acme"
    assert export.options == checked_options(
        format_named("markdown"),
        {"pages": [HOME], "depth": 1, "naming": "slug", "attachments": True, "comments": False},
    )


def test_pages_are_found_and_chosen_without_a_script_and_nothing_filled_in_is_lost(tenant: Tenant) -> None:
    snapshot = filled(tenant, many)
    browser = tenant.browser(Role.OPERATOR)
    first = shown(browser, CREATE)
    assert offered(first) == ["Home"]
    (home,) = re.findall(r'name="pick"\s+value="([0-9a-f-]{36})"', first)

    state = {"snapshot": snapshot.public_id, "format": "csv", "csv-byte_order_mark": "on", "naming": "title"}
    below = shown(browser, CREATE, {**state, "pick": home})
    assert len(offered(below)) == 50
    (following,) = re.findall(r'name="pick"\s+value="([0-9a-f-]{36} 50)"', below)
    assert len(offered(shown(browser, CREATE, {**state, "pick": following}))) == 50

    found = shown(browser, CREATE, {**state, "pick": "find", "find": "page 07"})
    assert sorted(offered(found)) == [f"Page 07{digit}" for digit in range(10)]
    one = re.findall(r'name="pages"\s+value="([^"]+)">', found)[0]
    again = shown(browser, CREATE, {**state, "pick": "find", "find": "page 07", "pages": [one]})
    assert ticked(again) == [one]
    assert len(offered(again)) == 9
    assert 'value="csv" checked' in again
    assert re.search(r'name="csv-byte_order_mark"[^>]*checked', again)
    assert re.search(r'value="title"\s+selected', again)


def test_an_address_of_a_page_chooses_it(tenant: Tenant) -> None:
    snapshot = filled(tenant)
    browser = tenant.browser(Role.OPERATOR)
    assert ticked(shown(browser, f"{CREATE}?snapshot={snapshot.public_id}&pages={HOME}")) == [HOME]
    pasted = f"https://www.notion.so/Home-{HOME.replace('-', '')}"
    page = shown(browser, CREATE, {"snapshot": snapshot.public_id, "pick": "find", "find": "", "pages": [pasted]})
    assert ticked(page) == [HOME]


def test_a_page_is_exported_from_where_it_is_read(tenant: Tenant) -> None:
    snapshot = filled(tenant)
    path = f"/o/acme/snapshots/{snapshot.public_id}/?object={HOME}"
    (link,) = re.findall(r'href="([^"]+)">Export this page<', shown(tenant.browser(Role.OPERATOR), path))
    page = shown(tenant.browser(Role.OPERATOR), link.replace("&amp;", "&"))
    assert ticked(page) == [HOME]
    assert "Export this" not in shown(tenant.browser(Role.VIEWER), path)


def test_an_address_with_a_mistake_costs_none_of_the_pages_that_are_chosen(tenant: Tenant) -> None:
    given = {"snapshot": filled(tenant).public_id, "format": "json", "pages": [HOME, "https://notion.so/nope"]}
    browser = tenant.browser(Role.OPERATOR)
    answer = browser.post(CREATE, given)
    refused = answer.content.decode()
    assert answer.status_code == 422
    for page in (refused, shown(browser, CREATE, {**given, "pick": "find", "find": ""})):
        assert ticked(page) == [HOME]
        assert 'value="https://notion.so/nope"' in page
        assert re.search(r'<details class="nh-plan" open>', page)


def test_what_the_snapshot_does_not_hold_is_said_and_not_started(tenant: Tenant) -> None:
    snapshot = filled(tenant)
    stranger = "deadbeef-0000-4000-8000-00000000beef"
    browser = tenant.browser(Role.OPERATOR)
    given = {"snapshot": snapshot.public_id, "format": "json"}
    answer = browser.post(CREATE, {**given, "pages": [stranger]})
    assert answer.status_code == 422
    assert "holds no page, row or database" in answer.content.decode()
    assert browser.post(CREATE, {**given, "pages": ["nonsense"]}).status_code == 422
    assert browser.post(CREATE, {**given, "depth": "-1"}).status_code == 422
    assert browser.post(CREATE, {**given, "pick": "nonsense"}).status_code in (400, 422)
    with scope(tenant.organization.pk):
        assert not Job.objects.exists()


def test_without_a_snapshot_the_form_says_what_to_do(tenant: Tenant) -> None:
    assert "capture a workspace first" in shown(tenant.browser(Role.OPERATOR), CREATE)


def test_what_is_left_out_and_lost_stands_on_the_page(tenant: Tenant) -> None:
    export = made(tenant, filled(tenant), format="csv")
    page = shown(tenant.browser(Role.VIEWER), f"/o/acme/exports/{export.public_id}/")
    assert "It lies in no data source, so there is no table for it." in page
    assert "A table has no place for the content of rows." in page
    assert "The whole snapshot" in page
    assert "Delete…" not in page, "a viewer may not"


def test_what_the_snapshot_lacks_stands_on_the_page(tenant: Tenant) -> None:
    export = made(tenant, filled(tenant, incomplete))
    page = shown(tenant.browser(Role.OPERATOR), f"/o/acme/exports/{export.public_id}/")
    assert "Board minutes" in page
    assert "Share them with the connection" in page


def test_what_failed_is_made_again_from_the_page(tenant: Tenant, own_storage: Path) -> None:
    snapshot = filled(tenant)
    (lost,) = [path for path in own_storage.rglob("*") if path.is_file() and path.stat().st_size == 210_000]
    aside = lost.rename(own_storage / "aside")
    export = made(tenant, snapshot, format="json")
    browser = tenant.browser(Role.OPERATOR)
    page = shown(browser, f"/o/acme/exports/{export.public_id}/")
    assert "Retry only this one" in page
    aside.rename(lost)
    assert browser.post(f"/o/acme/jobs/{export.job.public_id}/retry/").status_code == 302
    run_pending()
    page = shown(browser, f"/o/acme/exports/{export.public_id}/")
    assert "Retry only" not in page
    with scope(tenant.organization.pk):
        Opened.at(own_storage / Export.objects.get().storage_name).check_manifest()


def test_a_deleted_export_leaves_nothing_in_the_store_and_its_trace_in_the_log(
    tenant: Tenant, own_storage: Path
) -> None:
    export = made(tenant, filled(tenant))
    names = [export.storage_name, export.manifest_name]
    assert all(default_storage.exists(name) for name in names)
    browser = tenant.browser(Role.OPERATOR)
    answer = browser.post(f"/o/acme/exports/{export.public_id}/delete/")
    assert answer.headers["Location"] == "/o/acme/exports/"
    assert not any(default_storage.exists(name) for name in names)
    assert browser.get(f"/o/acme/exports/{export.public_id}/").status_code == 404
    job = shown(browser, f"/o/acme/jobs/{export.job.public_id}/")
    assert export.public_id not in job, "nothing leads to a page that is gone"
    with scope(tenant.organization.pk):
        entry = AuditEntry.objects.latest("id")
        assert (entry.event, entry.subject_id) == ("export.deleted", export.public_id)
        assert entry.before["sha256"] == export.sha256


def test_the_job_of_a_deleted_export_is_not_retried_and_asks_for_nobody(tenant: Tenant) -> None:
    export = made(tenant, filled(tenant))
    browser, api = tenant.browser(Role.OPERATOR), tenant.api(Role.OPERATOR)
    with scope(tenant.organization.pk):
        Job.objects.filter(pk=export.job_id).update(status=Status.FAILED)
    job = f"/o/acme/jobs/{export.job.public_id}/"
    assert "Retry this export" in shown(browser, job)
    assert export.title in shown(browser, "/o/acme/")

    assert browser.post(f"/o/acme/exports/{export.public_id}/delete/").status_code == 302

    assert "Retry this export" not in shown(browser, job)
    assert "The export was deleted. Create another one instead." in shown(browser, job)
    assert "Needs attention" not in shown(browser, "/o/acme/")
    assert "Nothing was started." in browser.post(f"{job}retry/", follow=True).content.decode()
    assert api.post(f"/api/v1{job}retry/").status_code == 409


def test_an_export_in_the_making_is_not_deleted(tenant: Tenant) -> None:
    snapshot = filled(tenant)
    with scope(tenant.organization.pk):
        export = create_export(snapshot, format="json", actor=tenant.actor(Role.OPERATOR))
        with pytest.raises(Conflicting, match="still being made"):
            delete_export(export, actor=tenant.actor(Role.OPERATOR))
    browser = tenant.browser(Role.OPERATOR)
    assert "Delete…" not in shown(browser, f"/o/acme/exports/{export.public_id}/")
    answer = browser.post(f"/o/acme/exports/{export.public_id}/delete/", follow=True)
    assert "Cancel its job first" in answer.content.decode()
    program = tenant.api(Role.OPERATOR)
    assert program.delete(f"/api/v1/o/acme/exports/{export.public_id}/").status_code == 409


def test_an_export_is_deleted_over_the_api_by_those_who_may(tenant: Tenant) -> None:
    export = made(tenant, filled(tenant))
    path = f"/api/v1/o/acme/exports/{export.public_id}/"
    assert tenant.api(Role.VIEWER).delete(path).status_code == 403
    assert make_tenant("globex").api(Role.OWNER).delete(path).status_code == 404
    assert tenant.api(Role.OPERATOR).delete(path).status_code == 204
    assert tenant.api(Role.OPERATOR).get(path).status_code == 404
    assert not default_storage.exists(export.storage_name)


def test_a_lost_manifest_is_said_and_the_export_can_be_deleted(tenant: Tenant) -> None:
    export = made(tenant, filled(tenant))
    default_storage.delete(export.manifest_name)
    browser = tenant.browser(Role.OPERATOR)
    page = shown(browser, f"/o/acme/exports/{export.public_id}/")
    assert "The manifest is no longer in the file store" in page
    assert browser.post(f"/o/acme/exports/{export.public_id}/delete/").status_code == 302
