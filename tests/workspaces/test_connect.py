"""Connecting a workspace: checked at once, stored encrypted, or nothing stored."""

import re
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from asgiref.sync import async_to_sync
from pydantic import SecretStr
from pytest_django import Settings

from apps.access.roles import Role
from apps.audit.models import AuditEntry
from apps.core.tenancy import scope
from apps.keys.models import Secret
from apps.keys.services import reveal
from apps.sandbox import Sandbox
from apps.sandbox.faults import Fault
from apps.workspaces.models import Workspace
from tests.factories.tenants import Tenant

pytestmark = pytest.mark.django_db

OAUTH_ID, OAUTH_SECRET = "suite-client", "suite-client-secret"


def paste(tenant: Tenant, token: str, role: Role = Role.OWNER) -> tuple[int, str]:
    answer = tenant.browser(role).post(f"/o/{tenant.slug}/workspaces/connect/token/", {"token": token})
    return answer.status_code, answer.content.decode()


def nothing_is_stored(tenant: Tenant) -> bool:
    with scope(tenant.organization.pk):
        return not Workspace.objects.exists() and not Secret.objects.exists()


def test_a_good_token_connects_and_is_stored_encrypted(acme: Tenant, sandbox: Sandbox) -> None:
    assert paste(acme, f"  {sandbox.token} \n")[0] == 302
    with scope(acme.organization.pk):
        workspace = Workspace.objects.select_related("key__access_token").get()
        assert (workspace.name, workspace.notion_id) == (sandbox.workspace_name, sandbox.workspace_id)
        assert workspace.status == "Healthy"
        assert workspace.roots
        assert workspace.key is not None
        assert workspace.key.access_token is not None
        assert reveal(workspace.key.access_token).get_secret_value() == sandbox.token
        entry = AuditEntry.objects.get(event="workspace.connected")
        assert sandbox.token not in str(entry.after) + str(entry.before)


@pytest.mark.parametrize("token", ["ntn_" + "x" * 46, "secret_" + "wrong" * 10])
def test_a_bad_token_gets_a_sentence_and_nothing_is_stored(acme: Tenant, sandbox: Sandbox, token: str) -> None:
    status, page = paste(acme, token)
    assert status == 422
    assert "Notion does not accept this key" in page
    assert token not in page
    assert nothing_is_stored(acme)


@pytest.mark.parametrize(
    "token", ["", "short", "ntn_with a space in it somewhere", "ntn_ünïcödé-letters-here-xxxxx", "x" * 400]
)
def test_what_cannot_be_a_token_is_refused_without_asking_notion(acme: Tenant, sandbox: Sandbox, token: str) -> None:
    assert paste(acme, token)[0] == 422
    assert not sandbox.calls
    assert nothing_is_stored(acme)


@pytest.mark.parametrize("kind", ["reset", "html", "503", "529"])
def test_when_notion_cannot_be_asked_it_says_try_again(acme: Tenant, sandbox: Sandbox, kind: str) -> None:
    sandbox.faults.add(Fault(kind, times=None, retry_after=0.01))
    status, page = paste(acme, sandbox.token)
    assert status == 503
    assert "Try again" in page
    assert nothing_is_stored(acme)


def test_a_token_to_which_nothing_is_shared_connects_and_says_what_to_do(acme: Tenant, sandbox: Sandbox) -> None:
    bare = sandbox.issue_token(shared=set())
    browser = acme.browser(Role.OWNER)
    answer = browser.post(f"/o/{acme.slug}/workspaces/connect/token/", {"token": bare}, follow=True)
    assert "Nothing is shared" in answer.content.decode()


def test_connecting_again_replaces_the_key_and_keeps_the_workspace(acme: Tenant, sandbox: Sandbox) -> None:
    paste(acme, sandbox.token)
    second = sandbox.issue_token(name="Second connection")
    paste(acme, second)
    with scope(acme.organization.pk):
        workspace = Workspace.objects.select_related("key__access_token").get()
        assert workspace.key is not None
        assert workspace.key.access_token is not None
        assert reveal(workspace.key.access_token).get_secret_value() == second
        assert Secret.objects.count() == 1
        assert AuditEntry.objects.filter(event="workspace.reconnected").count() == 1


def test_a_viewer_cannot_connect(acme: Tenant, sandbox: Sandbox) -> None:
    assert paste(acme, sandbox.token, Role.VIEWER)[0] == 403
    assert nothing_is_stored(acme)


def test_the_same_notion_workspace_may_be_connected_by_two_tenants_apart(
    acme: Tenant, globex: Tenant, sandbox: Sandbox
) -> None:
    paste(acme, sandbox.token)
    paste(globex, sandbox.token)
    for tenant in (acme, globex):
        with scope(tenant.organization.pk):
            assert Workspace.objects.count() == 1


def consent(sandbox: Sandbox, address: str, decision: str) -> str:
    """Answer the sandbox's consent page as a person; where it sends the browser."""

    async def answer() -> httpx.Response:
        transport = httpx.ASGITransport(app=sandbox.app)
        async with httpx.AsyncClient(transport=transport, base_url=sandbox.service.settings.base_url or "") as browser:
            page = await browser.get(address)
            assert page.status_code == 200
            given = dict(re.findall(r'name="([a-z_]+)" value="([^"]*)"(?: checked)?>', page.text))
            return await browser.post(address, data=given | {"decision": decision})

    response = async_to_sync(answer)()
    assert response.status_code in (302, 303)
    return response.headers["location"]


@pytest.fixture
def oauth(settings: Settings, sandbox: Sandbox) -> None:
    settings.NOTION_OAUTH_CLIENT_ID = sandbox.service.oauth.client_id
    settings.NOTION_OAUTH_CLIENT_SECRET = SecretStr(sandbox.service.oauth.client_secret)
    settings.BASE_URL = "http://testserver"


@pytest.mark.usefixtures("oauth")
def test_notions_consent_page_connects_with_both_tokens(acme: Tenant, sandbox: Sandbox) -> None:
    browser = acme.browser(Role.OWNER)
    begun = browser.post(f"/o/{acme.slug}/workspaces/connect/notion/")
    back = consent(sandbox, begun["Location"], "allow")
    answer = browser.get(back.removeprefix("http://testserver"), follow=True)
    assert answer.status_code == 200
    with scope(acme.organization.pk):
        workspace = Workspace.objects.get()
        assert workspace.key is not None
        assert workspace.key.connection == "oauth"
        assert workspace.key.refresh_token_id is not None
        assert Secret.objects.count() == 2


@pytest.mark.usefixtures("oauth")
def test_denying_on_notions_page_stores_nothing_and_says_so(acme: Tenant, sandbox: Sandbox) -> None:
    browser = acme.browser(Role.OWNER)
    begun = browser.post(f"/o/{acme.slug}/workspaces/connect/notion/")
    back = consent(sandbox, begun["Location"], "deny")
    answer = browser.get(back.removeprefix("http://testserver"), follow=True)
    assert "Access was denied" in answer.content.decode()
    assert nothing_is_stored(acme)


@pytest.mark.usefixtures("oauth")
def test_a_code_from_another_session_is_refused(acme: Tenant, sandbox: Sandbox) -> None:
    owner, other = acme.browser(Role.OWNER), acme.browser(Role.ADMIN)
    back = consent(sandbox, owner.post(f"/o/{acme.slug}/workspaces/connect/notion/")["Location"], "allow")
    query = urlsplit(back).query
    assert parse_qs(query)["code"]
    other.post(f"/o/{acme.slug}/workspaces/connect/notion/")
    answer = other.get(f"/o/{acme.slug}/workspaces/connect/notion/finish/?{query}")
    assert answer.status_code == 422
    assert nothing_is_stored(acme)


@pytest.mark.usefixtures("oauth")
def test_a_callback_that_nobody_began_is_not_found(acme: Tenant) -> None:
    assert acme.browser(Role.OWNER).get("/connect/notion/callback/?code=x&state=y").status_code == 404


def test_without_a_public_connection_the_consent_way_is_not_offered(acme: Tenant, sandbox: Sandbox) -> None:
    browser = acme.browser(Role.OWNER)
    assert "Choose pages in Notion" not in browser.get(f"/o/{acme.slug}/workspaces/connect/").content.decode()
    assert browser.post(f"/o/{acme.slug}/workspaces/connect/notion/").status_code == 404


def test_over_the_api_a_token_connects_and_is_never_shown(acme: Tenant, sandbox: Sandbox) -> None:
    api = acme.api(Role.ADMIN)
    url = f"/api/v1/o/{acme.slug}/workspaces/"
    made = api.post(url, {"token": sandbox.token}, content_type="application/json")
    assert made.status_code == 201
    assert sandbox.token not in made.content.decode()
    assert api.get(url).json()["results"][0]["id"] == made.json()["id"]
    refused = api.post(url, {"token": "ntn_" + "x" * 46}, content_type="application/json")
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"] == "#/token"
