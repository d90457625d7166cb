"""The keys of many workspaces as one job, and its report."""

import pytest
from pydantic import SecretStr
from pytest_django import Settings

from apps.access.roles import Role
from apps.core.errors import Invalid
from apps.core.tenancy import scope
from apps.jobs.models import Job
from apps.keys.models import Secret
from apps.sandbox import Sandbox
from apps.sandbox.faults import Fault
from apps.workspaces.models import ConnectionKind, Rotation, RotationItem, Workspace
from apps.workspaces.probe import probe
from apps.workspaces.rotations.services import NewKey, start_rotation
from apps.workspaces.services import connect_workspace
from tests.factories.tenants import Tenant
from tests.jobs.pending import run_pending
from tests.wire import fresh_base_url, serve, stop_serving

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def studio(settings: Settings) -> object:
    """Three workspaces in one Notion."""
    base_url = fresh_base_url()
    sandbox = Sandbox.generate(pages=12, seed=5, base_url=base_url, workspaces=3)
    serve(sandbox, base_url)
    settings.NOTION_BASE_URL, settings.NOTION_RATE_LIMIT = base_url, 100_000
    yield sandbox
    stop_serving(base_url)


def connect(tenant: Tenant, sandbox: Sandbox, count: int) -> list[Workspace]:
    base_url, made = sandbox.service.settings.base_url or "", []
    for token in list(sandbox.tokens)[:count]:
        secret = SecretStr(token)
        kind = ConnectionKind.TOKEN
        found = probe(secret, base_url)
        made.append(connect_workspace(found, base_url=base_url, token=secret, connection=kind, actor=tenant.system))
    return made


def report() -> list[tuple[str, str]]:
    return [(item.word, item.told) for item in RotationItem.objects.order_by("number")]


def test_each_key_finds_its_workspace_and_each_gets_a_line(inside_acme: Tenant, studio: Sandbox) -> None:
    first, second = connect(inside_acme, studio, 2)
    worlds = studio.worlds
    lost = next(iter(worlds[1].shared_by_default()))
    fewer = {thing.id for thing in worlds[1].shared_by_default()} - {lost.id}
    tokens = [
        studio.issue_token(world=worlds[1], shared=fewer),
        studio.issue_token(world=worlds[0]),
        studio.issue_token(world=worlds[2]),
        "ntn_" + "x" * 46,
    ]
    rotation = start_rotation([NewKey(SecretStr(token)) for token in [*tokens, tokens[0]]], actor=inside_acme.system)
    run_pending()
    lines = report()
    assert [word for word, _ in lines] == ["Needs approval", "Succeeded", "Failed", "Failed"]
    assert "Would lose 1 of" in lines[0][1]
    assert "not connected here" in lines[2][1]
    assert "does not accept" in lines[3][1]
    for workspace in (first, second):
        workspace.refresh_from_db()
    assert (first.key and first.key.number, second.key and second.key.number) == (2, 1)
    assert not Secret.objects.filter(purpose="notion.pasted_key").exists()
    job = Job.objects.get(public_id=rotation.job)
    assert job.word == "Incomplete"
    assert job.counts["key"] == {"seen": 4, "done": 1, "skipped": 0, "capped": 0, "failed": 3}


def test_when_notion_is_away_it_is_tried_again_and_what_is_done_is_not(inside_acme: Tenant, studio: Sandbox) -> None:
    connect(inside_acme, studio, 2)
    tokens = [studio.issue_token(world=world) for world in studio.worlds[:2]]
    studio.faults.add(Fault("503", after=6, times=None))
    rotation = start_rotation([NewKey(SecretStr(token)) for token in tokens], actor=inside_acme.system)
    run_pending()
    job = Job.objects.get(public_id=rotation.job)
    assert job.word == "Retrying"
    studio.faults.clear()
    Job.objects.update(not_before=None)
    from django.utils import timezone

    from apps.jobs.models import Lane

    Lane.objects.update(waiting_since=timezone.now())
    run_pending()
    assert {word for word, _ in report()} == {"Succeeded"}


def test_nothing_and_both_at_once_are_refused(inside_acme: Tenant, studio: Sandbox) -> None:
    with pytest.raises(Invalid):
        start_rotation(actor=inside_acme.system)


def test_a_person_pastes_them_and_reads_the_report(acme: Tenant, studio: Sandbox) -> None:
    with scope(acme.organization.pk):
        connect(acme, studio, 1)
    browser, token = acme.browser(Role.ADMIN), studio.issue_token(world=studio.worlds[0])
    wrong = browser.post("/o/acme/workspaces/rotate/", {"keys": f"{token}\nshort", "grace_days": "3"})
    assert wrong.status_code == 422
    assert "Line 2:" in wrong.content.decode()
    assert token not in wrong.content.decode()
    begun = browser.post("/o/acme/workspaces/rotate/", {"keys": f"{token}, 2099-01-31\n", "grace_days": "3"})
    run_pending()
    page = browser.get(begun["Location"]).content.decode()
    assert "Succeeded" in page
    assert token not in page


def test_over_the_api_too(acme: Tenant, studio: Sandbox) -> None:
    with scope(acme.organization.pk):
        connect(acme, studio, 1)
    api, token = acme.api(Role.ADMIN), studio.issue_token(world=studio.worlds[0])
    url = "/api/v1/o/acme/rotations/"
    made = api.post(url, {"keys": [{"token": token}], "grace_days": 2}, content_type="application/json")
    assert made.status_code == 202
    run_pending()
    told = api.get(f"{url}{made.json()['id']}/").json()
    assert [(line["state"], line["key"]) for line in told["items"]] == [("succeeded", 2)]
    refused = api.post(url, {"refresh": ["ws_nothing"]}, content_type="application/json")
    assert refused.status_code == 422
    with scope(acme.organization.pk):
        assert Rotation.objects.count() == 1
