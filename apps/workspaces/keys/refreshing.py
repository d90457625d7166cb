"""Getting a new pair of tokens for a key that came by OAuth. Both are replaced, or none.

Notion voids the old pair with its answer, so whoever asks writes that down first, and stores the answer before anybody
uses it. If the process dies in between, the next one asks again with the old refresh token: then it is Notion that
knows. Either it never heard of the first request, or gives the pair again, or the pair is lost and a person has to
connect the workspace again, which they are told.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.utils import timezone
from pydantic import SecretStr

from apps.access.roles import Permission
from apps.core.actor import Actor, ActorKind
from apps.core.errors import ConfigError, TransientError
from apps.core.tenancy import current_organization_id
from apps.keys.services import reveal
from apps.notion.errors import InvalidGrant, NotionError, Unauthorized
from apps.workspaces.keys.services import store_pair
from apps.workspaces.models import Workspace, WorkspaceKey, WorkspaceStatus
from apps.workspaces.oauth import client_for

Db = Callable[..., Awaitable[Any]]
"""Hops to the database, in the organization's scope."""

CLAIM = timedelta(seconds=90)
"""After which whoever asked Notion counts as dead; Notion is asked for less than half of it."""
POLL = 0.25
LOST = (
    "Notion no longer accepts the key of this workspace, and not its refresh token either: it was revoked, or Notion's "
    "answer to an earlier refresh got lost. Connect the workspace again; what was read so far is kept."
)


class Claim(StrEnum):
    TAKEN = "taken"
    BUSY = "busy"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class _Claimed:
    claim: Claim
    base_url: str = ""
    refresh: SecretStr | None = None


class Refresh:
    """One refresh of one key; several at once become one."""

    def __init__(self, db: Db, key_id: int, why: str) -> None:
        self._db = db
        self._key_id = key_id
        self._why = why
        self._since = timezone.now()

    async def go(self) -> None:
        """Returns when the key has another pair than before.

        Raises :class:`ConfigError` when Notion knows the refresh token no more (the workspace says so then), or the
        key has none; :class:`TransientError` when Notion cannot be asked now.
        """
        claimed = await self._claimed()
        if claimed is None:
            return
        if claimed.refresh is None:
            raise ConfigError("This key has no refresh token. Connect the workspace again.")
        # Shielded: whoever waits for it may be cancelled, but the answer of Notion must not get lost.
        await asyncio.shield(asyncio.ensure_future(self._exchange(claimed.base_url, claimed.refresh)))

    async def _claimed(self) -> _Claimed | None:
        """None when somebody else has refreshed it meanwhile."""
        waited = False
        while True:
            claimed: _Claimed = await self._db(_claim, self._key_id, self._since, waited)
            if claimed.claim is Claim.TAKEN:
                return claimed
            if claimed.claim is Claim.NONE:
                return claimed if not waited else None
            waited = True
            await asyncio.sleep(POLL)

    async def _exchange(self, base_url: str, refresh: SecretStr) -> None:
        try:
            granted = await client_for(base_url).refresh(refresh.get_secret_value())
        except InvalidGrant as error:
            await self._db(_give_up, self._key_id, self._since)
            raise ConfigError(LOST) from error
        except Unauthorized as error:
            await self._db(_release, self._key_id, self._since)
            raise ConfigError(
                "Notion does not accept this installation's OAuth client, so the key could not be refreshed. Nothing "
                "was changed. Whoever runs the installation checks NOTION_OAUTH_CLIENT_ID and its secret."
            ) from error
        except NotionError as error:
            await self._db(_release, self._key_id, self._since)
            raise TransientError(f"The key could not be refreshed: {error}", retry_after=error.retry_after) from error
        pair = SecretStr(str(granted["access_token"])), SecretStr(str(granted.get("refresh_token") or ""))
        await self._db(_store, self._key_id, self._since, pair, self._why)


def refresher(why: str) -> Actor:
    """The engine itself: a pair of tokens is replaced by the next because Notion wants it so."""
    permissions = frozenset({Permission.KEY_ROTATE})
    return Actor(ActorKind.SYSTEM, None, f"Refresh ({why})", current_organization_id(), permissions, role="system")


def _claim(key_id: int, since: datetime, waited: bool) -> _Claimed:
    """Write down that Notion will be asked. Calling it again with the same time changes nothing."""
    key = WorkspaceKey.objects.select_related("workspace", "refresh_token__key").get(pk=key_id)
    if key.refresh_token is None or key.revoked_at is not None:
        return _Claimed(Claim.NONE)
    refreshed_meanwhile = key.refreshed_at is not None and key.refreshed_at > since
    if refreshed_meanwhile and waited:
        return _Claimed(Claim.NONE)
    held = key.refreshing_since
    if held is not None and held != since and held > timezone.now() - CLAIM:
        return _Claimed(Claim.BUSY)
    mine = WorkspaceKey.objects.filter(pk=key_id, refreshing_since=held, refresh_token=key.refresh_token)
    if not mine.update(refreshing_since=since):
        return _Claimed(Claim.BUSY)
    return _Claimed(Claim.TAKEN, key.workspace.base_url, reveal(key.refresh_token))


def _release(key_id: int, since: datetime) -> None:
    WorkspaceKey.objects.filter(pk=key_id, refreshing_since=since).update(refreshing_since=None)


def _give_up(key_id: int, since: datetime) -> None:
    """The pair is void: say so, where the key is in use."""
    _release(key_id, since)
    Workspace.objects.filter(key_id=key_id).update(status=WorkspaceStatus.ACCESS_LOST, status_reason=LOST[:400])


def _store(key_id: int, since: datetime, pair: tuple[SecretStr, SecretStr], why: str) -> None:
    """Keep the new pair in place of the old one. Calling it again changes nothing."""
    key = WorkspaceKey.objects.select_related("workspace", "access_token", "refresh_token").get(pk=key_id)
    if key.refreshing_since == since:
        store_pair(key, *pair, actor=refresher(why))
