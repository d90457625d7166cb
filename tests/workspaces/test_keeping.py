"""What one does with a connected workspace."""

import pytest
from pydantic import SecretStr

from apps.access.roles import Role
from apps.core.errors import Conflicting
from apps.core.tenancy import scope
from apps.keys.models import Secret
from apps.sandbox import Sandbox
from apps.workspaces.models import ConnectionKind, Workspace
from apps.workspaces.probe import probe
from apps.workspaces.services import connect_workspace, disconnect_workspace
from apps.workspaces.verify import verify_workspace
from tests.factories.tenants import Tenant

pytestmark = pytest.mark.django_db


def connect(tenant: Tenant, sandbox: Sandbox) -> Workspace:
    token, base_url = SecretStr(sandbox.token), sandbox.service.settings.base_url or ""
    return connect_workspace(
        probe(token, base_url), base_url=base_url, token=token, connection=ConnectionKind.TOKEN, actor=tenant.system
    )


def test_a_revoked_key_is_found_out_and_a_working_one_clears_it(inside_acme: Tenant, sandbox: Sandbox) -> None:
    workspace = connect(inside_acme, sandbox)
    connection = sandbox.service.tokens[sandbox.token]
    sandbox.service.revoke(sandbox.token)
    assert verify_workspace(workspace, actor=inside_acme.system).status == "Access lost"
    sandbox.service.grant(sandbox.token, connection)
    assert verify_workspace(workspace, actor=inside_acme.system).status == "Healthy"


def test_disconnecting_forgets_the_keys_and_keeps_the_workspace(inside_acme: Tenant, sandbox: Sandbox) -> None:
    workspace = connect(inside_acme, sandbox)
    disconnect_workspace(workspace, actor=inside_acme.system)
    assert not Secret.objects.exists()
    assert Workspace.objects.get().status == "Retired"
    with pytest.raises(Conflicting):
        verify_workspace(workspace, actor=inside_acme.system)
    assert connect(inside_acme, sandbox).pk == workspace.pk


def test_the_settings_page_keeps_the_rate_limit_within_reason(acme: Tenant, sandbox: Sandbox) -> None:
    with scope(acme.organization.pk):
        workspace = connect(acme, sandbox)
    browser = acme.browser(Role.OWNER)
    url = f"/o/{acme.slug}/workspaces/{workspace.public_id}/settings/"
    for wrong in ("0", "-5", "1e9", "many", ""):
        assert browser.post(url, {"rate_limit": wrong}).status_code == 422
    assert browser.post(url, {"rate_limit": "600"}).status_code == 302
    with scope(acme.organization.pk):
        assert Workspace.objects.get().rate_limit == 600


def test_the_settings_page_has_the_head_of_the_other_pages(acme: Tenant, sandbox: Sandbox) -> None:
    with scope(acme.organization.pk):
        workspace = connect(acme, sandbox)
    browser, url = acme.browser(Role.OWNER), f"/o/{acme.slug}/workspaces/{workspace.public_id}/"
    overview, settings = (browser.get(page).content.decode() for page in (url, f"{url}settings/"))
    for word in ("Behind", "Healthy"):
        assert (word in overview) == (word in settings) == (word == "Behind")
