"""A snapshot that is not complete says so wherever it, or anything of it, is shown or handed out."""

import re
from collections.abc import Callable
from typing import Any, cast

import pytest
from django.http import HttpResponse

from apps.access.roles import Role
from apps.sandbox.faults import Fault
from apps.snapshots.models import Kind, Snapshot, SnapshotState
from apps.snapshots.store.versions import alive_at
from tests.snapshots.editing import a_page
from tests.snapshots.studio import Studio

pytestmark = pytest.mark.django_db(transaction=True)


def address_of(studio: Studio, snapshot: Snapshot, place: str) -> str:
    slug, shot = studio.tenant.slug, snapshot.public_id
    alive = alive_at(snapshot.workspace_id, snapshot.number)
    ids = {kind: str(alive.filter(kind=kind).order_by("pk").first().object) for kind in ("page", "data_source", "file")}  # type: ignore[union-attr]
    page, workspace = ids["page"], studio.workspace.public_id
    pages = f"/o/{slug}"
    api = f"/api/v1/o/{slug}"
    return {
        "home": f"{pages}/",
        "workspaces": f"{pages}/workspaces/",
        "workspace": f"{pages}/workspaces/{workspace}/",
        "workspace's snapshots": f"{pages}/workspaces/{workspace}/?tab=snapshots",
        "snapshots": f"{pages}/snapshots/",
        "tree": f"{pages}/snapshots/{shot}/",
        "search": f"{pages}/snapshots/{shot}/?find=a",
        "page": f"{pages}/snapshots/{shot}/?object={page}",
        "table": f"{pages}/snapshots/{shot}/?object={ids['data_source']}",
        "page as Markdown": f"{pages}/snapshots/{shot}/?object={page}&as=markdown",
        "page as JSON": f"{pages}/snapshots/{shot}/?object={page}&as=json",
        "file": f"{pages}/snapshots/{shot}/files/{ids['file']}/",
        "job": f"{pages}/jobs/{snapshot.job_id}/",
        "export form": f"{pages}/exports/create/?snapshot={shot}",
        "api: snapshots": f"{api}/snapshots/",
        "api: snapshot": f"{api}/snapshots/{shot}/",
        "api: tree": f"{api}/snapshots/{shot}/objects/",
        "api: object": f"{api}/snapshots/{shot}/objects/{page}/",
        "api: blocks": f"{api}/snapshots/{shot}/objects/{page}/blocks/",
        "api: Markdown": f"{api}/snapshots/{shot}/objects/{page}/markdown/",
        "api: unmet": f"{api}/snapshots/{shot}/unmet/",
        "api: file": f"{api}/snapshots/{shot}/files/{ids['file']}/",
    }[place]


PLACES = [
    "home",
    "workspaces",
    "workspace",
    "workspace's snapshots",
    "snapshots",
    "tree",
    "search",
    "page",
    "table",
    "page as Markdown",
    "page as JSON",
    "file",
    "job",
    "export form",
    "api: snapshots",
    "api: snapshot",
    "api: tree",
    "api: object",
    "api: blocks",
    "api: Markdown",
    "api: unmet",
    "api: file",
]


def said(response: HttpResponse) -> bool:
    """In a header, as a state beside its icon, in a proof, or in a sentence."""
    if response.headers.get("NotionHub-Snapshot-Status") == "incomplete":
        response.close()
        return True
    body = b"".join(response) if response.streaming else response.content
    response.close()
    return SAYING.search(body.decode(errors="replace")) is not None


SAYING = re.compile(
    r'class="nh-(st|recon) warn[^>]*>.{0,900}?ncomplete|is not complete|"status":"incomplete"|, incomplete,', re.DOTALL
)


def test_it_is_said_everywhere_and_nowhere_of_a_complete_one(studio: Studio) -> None:
    get = getter(studio)
    page = a_page(studio)
    fault = studio.sandbox.faults.add(Fault("500", path=f"/v1/blocks/{page.id}/children", times=None))
    snapshot = studio.capture()
    assert fault.struck
    assert snapshot.state == SnapshotState.INCOMPLETE
    silent = [place for place in PLACES if not said(get(address_of(studio, snapshot, place)))]
    assert silent == []


def getter(studio: Studio) -> Callable[[str], HttpResponse]:
    browser, api = studio.tenant.browser(Role.OPERATOR), studio.tenant.api(Role.OPERATOR)

    def get(address: str) -> HttpResponse:
        response: Any = (api if address.startswith("/api/") else browser).get(address)
        assert response.status_code == 200, (address, response.status_code)
        return cast(HttpResponse, response)

    return get


@pytest.mark.parametrize("as_", ["page", "markdown", "json"])
def test_a_complete_one_says_nothing_of_the_kind(studio: Studio, as_: str) -> None:
    snapshot = studio.capture()
    page = alive_at(snapshot.workspace_id, snapshot.number).filter(kind=Kind.PAGE).first()
    assert page is not None
    address = f"/o/{studio.tenant.slug}/snapshots/{snapshot.public_id}/?object={page.object}&as={as_}"
    assert not said(getter(studio)(address))
