"""The key in use, as a lane's client asks for it at each request, whatever happens to it meanwhile."""

import asyncio
from dataclasses import dataclass

from django.utils import timezone
from pydantic import SecretStr

from apps.core.errors import ConfigError
from apps.jobs.errors import LeaseLost
from apps.jobs.lanes import LaneAccess
from apps.keys.services import reveal
from apps.workspaces.keys.refreshing import Refresh
from apps.workspaces.models import Workspace, WorkspaceKey, WorkspaceStatus

LOOK_EVERY = 2.0
"""Seconds until a running job takes up a promoted key at the latest; a refused call looks at once."""
NOTED_EVERY = 30
"""Looks between two notes that the key was used."""


@dataclass(frozen=True, slots=True)
class _Found:
    """``version`` names the key and its pair of tokens; None without a key."""

    version: tuple[int, int] | None
    token: SecretStr | None = None
    refreshes: bool = False
    gone: str = ""


class CurrentKey:
    """Follows ``Workspace.key``: one small query per look, and the secret is only read when it is another one."""

    def __init__(self, lane: LaneAccess, workspace: Workspace) -> None:
        self._lane = lane
        self._workspace_id = workspace.pk
        self._found = _Found(None)
        self._turn = asyncio.Lock()
        self._used = False

    def token(self) -> str:
        """Raises ``LeaseLost``, and :class:`ConfigError` when there is no key any more."""
        self._lane.check_lease()
        if self._found.token is None:
            raise ConfigError(self._found.gone)
        self._used = True
        return self._found.token.get_secret_value()

    async def look(self) -> None:
        """Take up the key that is in use now."""
        if (found := await self._lane.db(_find, self._workspace_id, self._found.version)) is not None:
            self._found = found

    async def another(self, refused: str) -> bool:
        """Notion refused this token: whether there is another one, refreshed just now if need be."""
        async with self._turn:
            await self.look()
            if self.token() == refused and self._found.version is not None and self._found.refreshes:
                await Refresh(self._lane.db, self._found.version[0], "Refused by Notion").go()
                await self.look()
            return self.token() != refused

    async def follow(self) -> None:
        """Look again and again, until cancelled."""
        looks = 0
        while True:
            await asyncio.sleep(LOOK_EVERY)
            await self.look()
            looks += 1
            if looks % NOTED_EVERY == 0:
                await self.note_use()

    async def note_use(self) -> None:
        """Write down that the key has been used. Nobody waits for it, and it is no reason to fail."""
        if self._used and self._found.version is not None:
            self._used = False
            try:
                await self._lane.db(_note_use, self._found.version[0])
            except LeaseLost:
                return


def _find(workspace_id: int, known: tuple[int, int] | None) -> _Found | None:
    """None when it is still the known one."""
    rows = Workspace.objects.filter(pk=workspace_id)
    if known is not None and rows.values_list("key_id", "key__access_token_id").get() == known:
        return None
    workspace = rows.select_related("key__access_token__key").get()
    key = workspace.key
    if key is None or key.access_token is None:
        return _Found(None, gone=_why_gone(workspace))
    version = (key.pk, key.access_token.pk)
    return _Found(version, reveal(key.access_token), key.refresh_token_id is not None)


def _why_gone(workspace: Workspace) -> str:
    if workspace.status == WorkspaceStatus.DISCONNECTED:
        return f"{workspace.name} is disconnected. Connect it again, then retry."
    newest = WorkspaceKey.objects.filter(workspace=workspace, revoked_at__isnull=False).order_by("-revoked_at").first()
    who = f"{newest.revoked_by or 'somebody'} revoked key {newest.number}" if newest else "its key was revoked"
    return (
        f"{workspace.name} has no key any more: {who}. What was read so far is kept. Connect the workspace again, then "
        "retry: the job goes on where it stopped."
    )


def _note_use(key_id: int) -> None:
    WorkspaceKey.objects.filter(pk=key_id).update(last_used_at=timezone.now())
