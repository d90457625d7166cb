"""Tokens that came by OAuth: both are replaced or none, whatever happens in between."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from django.utils import timezone
from pydantic import SecretStr
from pytest_django import Settings

from apps.audit.models import AuditEntry
from apps.core.errors import ConfigError, TransientError
from apps.keys.models import Secret
from apps.keys.services import reveal
from apps.sandbox import Sandbox
from apps.sandbox.faults import Fault
from apps.sandbox.oauth import connection_for, pair_for
from apps.snapshots.models import Snapshot, SnapshotState
from apps.snapshots.services import start_capture
from apps.workspaces.keys.refreshing import CLAIM, Refresh
from apps.workspaces.keys.services import revoke_key, start_refresh
from apps.workspaces.models import ConnectionKind, Workspace, WorkspaceKey
from apps.workspaces.probe import probe
from apps.workspaces.services import connect_workspace
from tests.factories.tenants import Tenant
from tests.jobs.pending import run_pending

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def workspace(inside_acme: Tenant, sandbox: Sandbox, settings: Settings) -> Workspace:
    """Connected through Notion's consent page."""
    oauth = sandbox.service.oauth
    settings.NOTION_OAUTH_CLIENT_ID, settings.NOTION_OAUTH_CLIENT_SECRET = (
        oauth.client_id,
        SecretStr(oauth.client_secret),
    )
    shared = {thing.id for thing in sandbox.world.shared_by_default()}
    owner = next(user for user in sandbox.world.users.values() if user.kind == "person")
    pair = pair_for(sandbox.service, connection_for(sandbox.service, sandbox.world, owner, shared))
    token, refresh = SecretStr(pair["access_token"]), SecretStr(pair["refresh_token"])
    base_url = sandbox.service.settings.base_url or ""
    return connect_workspace(
        probe(token, base_url),
        base_url=base_url,
        token=token,
        refresh=refresh,
        connection=ConnectionKind.OAUTH,
        actor=inside_acme.system,
    )


def key() -> WorkspaceKey:
    related = ("workspace__key", "access_token__key", "refresh_token__key")
    return WorkspaceKey.objects.select_related(*related).get(number=1)


def pair() -> tuple[str, str]:
    found = key()
    assert found.access_token is not None
    assert found.refresh_token is not None
    return reveal(found.access_token).get_secret_value(), reveal(found.refresh_token).get_secret_value()


async def hop(function: Callable[..., Any], *args: Any) -> Any:
    return await sync_to_async(function)(*args)


def refresh(db: Callable[..., Awaitable[Any]] = hop) -> None:
    async_to_sync(Refresh(db, key().pk, "test").go)()


def test_both_tokens_are_replaced_and_the_log_tells_without_them(workspace: Workspace, sandbox: Sandbox) -> None:
    before = pair()
    refresh()
    after = pair()
    assert set(before).isdisjoint(after)
    assert after[0] in sandbox.tokens
    assert before[0] not in sandbox.tokens
    assert Secret.objects.count() == 2
    entry = AuditEntry.objects.get(event="key.refreshed")
    assert not any(token in str(entry.before) + str(entry.after) for token in (*before, *after))


def test_several_at_once_ask_notion_once(workspace: Workspace, sandbox: Sandbox) -> None:
    sandbox.service.settings.latency = 0.3
    held = key().pk

    async def all_of_them() -> None:
        await asyncio.gather(*(Refresh(hop, held, "test").go() for _ in range(3)))

    async_to_sync(all_of_them)()
    assert sandbox.calls["POST /v1/oauth/token"] == 1
    assert pair()[0] in sandbox.tokens


class Killed(BaseException):
    """The process ends here."""


async def killed_before_the_store(function: Callable[..., Any], *args: Any) -> Any:
    if function.__name__ == "_store":
        raise Killed
    return await hop(function, *args)


def die_between_answer_and_store() -> None:
    with pytest.raises(Killed):
        refresh(killed_before_the_store)
    assert key().refreshing_since is not None, "the intent was written before"
    WorkspaceKey.objects.update(refreshing_since=timezone.now() - 2 * CLAIM)


def test_a_crash_after_the_answer_is_survived_where_notion_gives_the_pair_again(
    workspace: Workspace, sandbox: Sandbox
) -> None:
    sandbox.service.oauth.replay = 600
    die_between_answer_and_store()
    refresh()
    assert pair()[0] in sandbox.tokens
    assert key().refreshing_since is None


def test_a_crash_after_the_answer_ends_in_connect_again_where_it_does_not(
    workspace: Workspace, sandbox: Sandbox
) -> None:
    die_between_answer_and_store()
    with pytest.raises(ConfigError, match="Connect the workspace again"):
        refresh()
    workspace.refresh_from_db()
    assert workspace.status == "Access lost"
    assert "refresh token" in workspace.status_reason


def test_a_crash_before_the_request_costs_nothing(workspace: Workspace, sandbox: Sandbox) -> None:
    WorkspaceKey.objects.update(refreshing_since=timezone.now() - 2 * CLAIM)
    refresh()
    assert pair()[0] in sandbox.tokens


def test_an_answer_that_got_lost_is_asked_for_again(workspace: Workspace, sandbox: Sandbox) -> None:
    sandbox.service.oauth.replay = 600
    sandbox.faults.add(Fault("reset", path="oauth/token", after_commit=True))
    with pytest.raises(TransientError):
        refresh()
    refresh()
    assert pair()[0] in sandbox.tokens


def test_while_notion_is_down_nothing_changes(workspace: Workspace, sandbox: Sandbox) -> None:
    before = pair()
    sandbox.faults.add(Fault("503", path="oauth/token", times=None))
    with pytest.raises(TransientError):
        refresh()
    assert pair() == before
    assert key().refreshing_since is None


def test_a_capture_whose_token_dies_refreshes_it_and_goes_on(workspace: Workspace, sandbox: Sandbox) -> None:
    sandbox.faults.add(Fault("revoke", target=pair()[0], after=4))
    # Notion voids an access token and honours its refresh token still.
    service = sandbox.service
    access, refresh_token = pair()
    service.oauth.refresh_tokens[refresh_token] = spare = "ntn_spare-token-of-the-same-connection"
    service.grant(spare, service.tokens[access])
    start_capture(workspace, actor=Tenant(workspace.organization).system)
    run_pending()
    assert Snapshot.objects.get(workspace=workspace).state == SnapshotState.COMPLETE
    assert pair()[0] != access


def test_a_person_has_it_refreshed_by_a_job(workspace: Workspace, inside_acme: Tenant, sandbox: Sandbox) -> None:
    before = pair()
    start_refresh(key(), actor=inside_acme.system)
    run_pending()
    assert pair() != before


def test_a_revoked_key_is_revoked_at_notion_and_wiped(
    workspace: Workspace, inside_acme: Tenant, sandbox: Sandbox
) -> None:
    access, _ = pair()
    revoke_key(key(), because="Leaked", actor=inside_acme.system)
    workspace.refresh_from_db()
    assert workspace.key is None
    run_pending()
    assert access not in sandbox.tokens
    assert key().at_notion == "Revoked at Notion."
    assert not Secret.objects.exists()


def test_a_key_is_wiped_even_when_notion_cannot_revoke_it(
    workspace: Workspace, inside_acme: Tenant, sandbox: Sandbox
) -> None:
    sandbox.service.revoke(pair()[0])
    revoke_key(key(), because="Leaked", actor=inside_acme.system)
    run_pending()
    assert "remove the connection in Notion" in key().at_notion
    assert not Secret.objects.exists()
