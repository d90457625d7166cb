"""Choosing the version of Notion's API: only versions that exist, written into the log, never under a running job."""

import pytest
from pydantic import SecretStr
from pytest_django import Settings

from apps.access.roles import Role
from apps.audit.models import AuditEntry
from apps.core.errors import Conflicting, Invalid
from apps.core.tenancy import scope
from apps.sandbox import Sandbox
from apps.snapshots.services import start_capture
from apps.workspaces.models import ConnectionKind, Workspace
from apps.workspaces.probe import probe
from apps.workspaces.services import connect_workspace, update_workspace
from apps.workspaces.verify import verify_workspace
from tests.factories.tenants import Tenant

pytestmark = pytest.mark.django_db

KNOWN = "2026-03-11, 2025-09-03 and 2022-06-28"


def connect(tenant: Tenant, sandbox: Sandbox, version: str | None = None) -> Workspace:
    token, base_url = SecretStr(sandbox.token), sandbox.service.settings.base_url or ""
    found = probe(token, base_url, version)
    return connect_workspace(
        found,
        base_url=base_url,
        token=token,
        connection=ConnectionKind.TOKEN,
        api_version=version,
        actor=tenant.system,
    )


@pytest.mark.parametrize("version", ["2026-03-11", "2025-09-03", "2022-06-28"])
def test_a_workspace_is_connected_under_any_version_that_exists(
    inside_acme: Tenant, sandbox: Sandbox, version: str
) -> None:
    workspace = connect(inside_acme, sandbox, version)
    assert workspace.api_version == version
    titles = {root["title"] for root in workspace.roots}
    workspace.delete()
    # Rows whose database 2022-06-28 cannot read are topmost themselves.
    usual = {root["title"] for root in connect(inside_acme, sandbox).roots}
    assert usual < titles if version == "2022-06-28" else usual == titles


@pytest.mark.parametrize("version", ["2024-05-22", "2021-08-16", "x" * 200])
def test_other_versions_are_refused_before_notion_is_asked(acme: Tenant, sandbox: Sandbox, version: str) -> None:
    given = {"token": sandbox.token, "api_version": version}
    page = acme.browser(Role.OWNER).post(f"/o/{acme.slug}/workspaces/connect/token/", given)
    assert page.status_code == 422
    assert KNOWN in page.content.decode()
    answer = acme.api(Role.ADMIN).post(f"/api/v1/o/{acme.slug}/workspaces/", given, content_type="application/json")
    assert answer.status_code == 422
    assert KNOWN in answer.json()["errors"][0]["detail"]
    assert not sandbox.calls


def test_the_installation_says_what_new_workspaces_are_read_with(
    inside_acme: Tenant, sandbox: Sandbox, settings: Settings
) -> None:
    settings.NOTION_API_VERSION = "2025-09-03"
    assert connect(inside_acme, sandbox).api_version == "2025-09-03"


def test_a_new_key_changes_the_version_only_when_one_is_chosen(inside_acme: Tenant, sandbox: Sandbox) -> None:
    connect(inside_acme, sandbox, "2022-06-28")
    assert connect(inside_acme, sandbox).api_version == "2022-06-28"
    assert connect(inside_acme, sandbox, "2025-09-03").api_version == "2025-09-03"


def test_the_stored_key_is_checked_under_the_workspaces_version(inside_acme: Tenant, sandbox: Sandbox) -> None:
    workspace = connect(inside_acme, sandbox, "2022-06-28")
    assert verify_workspace(workspace, actor=inside_acme.system).status == "Healthy"


def test_the_settings_page_changes_it_and_the_log_tells(acme: Tenant, sandbox: Sandbox) -> None:
    with scope(acme.organization.pk):
        workspace = connect(acme, sandbox)
    browser, url = acme.browser(Role.ADMIN), f"/o/{acme.slug}/workspaces/{workspace.public_id}/settings/"
    refused = browser.post(url, {"api_version": "2024-05-22"})
    assert refused.status_code == 422
    assert KNOWN in refused.content.decode()
    assert browser.post(url, {"api_version": "2022-06-28"}).status_code == 302
    assert "views of databases" in browser.get(url).content.decode()
    with scope(acme.organization.pk):
        assert Workspace.objects.get().api_version == "2022-06-28"
        entry = AuditEntry.objects.get(event="workspace.updated")
        assert (entry.before["api_version"], entry.after["api_version"]) == ("2026-03-11", "2022-06-28")
        assert Workspace.objects.get().rate_limit == workspace.rate_limit


def test_over_the_api_each_setting_is_changed_by_itself(acme: Tenant, sandbox: Sandbox) -> None:
    with scope(acme.organization.pk):
        workspace = connect(acme, sandbox)
    api, url = acme.api(Role.ADMIN), f"/api/v1/o/{acme.slug}/workspaces/{workspace.public_id}/"
    changed = api.patch(url, {"api_version": "2025-09-03"}, content_type="application/json").json()
    assert (changed["api_version"], changed["rate_limit"]) == ("2025-09-03", workspace.rate_limit)
    changed = api.patch(url, {"rate_limit": 600}, content_type="application/json").json()
    assert (changed["api_version"], changed["rate_limit"]) == ("2025-09-03", 600)


def test_nothing_else_gets_a_version_that_does_not_exist_in(inside_acme: Tenant, sandbox: Sandbox) -> None:
    workspace = connect(inside_acme, sandbox)
    with pytest.raises(Invalid, match=KNOWN):
        update_workspace(workspace, api_version="2024-05-22", actor=inside_acme.system)
    workspace.refresh_from_db()
    assert workspace.api_version == "2026-03-11"


def test_under_a_running_job_it_stays_as_it_is(acme: Tenant, sandbox: Sandbox) -> None:
    with scope(acme.organization.pk):
        workspace = connect(acme, sandbox)
        start_capture(workspace, actor=acme.actor(Role.OPERATOR))
        with pytest.raises(Conflicting, match="still active"):
            update_workspace(workspace, api_version="2022-06-28", actor=acme.system)
        update_workspace(workspace, api_version="2026-03-11", rate_limit=7, actor=acme.system)
    browser = acme.browser(Role.OWNER)
    url = f"/o/{acme.slug}/workspaces/{workspace.public_id}/settings/"
    refused = browser.post(url, {"api_version": "2022-06-28"})
    assert refused.status_code == 422
    assert "still active" in refused.content.decode()
    with scope(acme.organization.pk):
        assert (Workspace.objects.get().api_version, Workspace.objects.get().rate_limit) == ("2026-03-11", 7)
