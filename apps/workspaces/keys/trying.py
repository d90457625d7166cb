"""Asking Notion with a key that waits and with the one in use."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.utils import timezone
from pydantic import SecretStr

from apps.core.errors import ConfigError, TransientError
from apps.keys.services import reveal
from apps.notion.client import NotionClient
from apps.notion.errors import NotionError, ObjectNotFound, RestrictedResource, Unauthorized, ValidationFailed
from apps.notion.network import open_client
from apps.workspaces.debits import book
from apps.workspaces.keys.proof import Ability, Proof, Root, Verdict, compared, expected_roots, with_objects
from apps.workspaces.models import Workspace, WorkspaceKey
from apps.workspaces.probe import HURRIED, BookedBudget, network_for, roots_of

Db = Callable[..., Awaitable[Any]]
AT_ONCE = 4
UNREACHABLE = (ObjectNotFound, RestrictedResource, ValidationFailed)


@dataclass(frozen=True, slots=True)
class _Pair:
    """What is needed to compare two keys; ``old`` is None when there is none in use."""

    workspace: Workspace
    new: SecretStr
    old: SecretStr | None
    old_number: int | None
    shares_limit: bool


class Trial:
    """One comparison of a waiting key with the one in use. Nothing is written."""

    def __init__(self, db: Db, key_id: int) -> None:
        self._db = db
        self._key_id = key_id
        self._budgets: list[BookedBudget] = []

    async def run(self) -> Proof:
        """Raises :class:`TransientError` when Notion cannot be asked now, :class:`ConfigError` for other refusals."""
        pair = await self._db(_load, self._key_id)
        try:
            async with AsyncExitStack() as opened:
                new = await opened.enter_async_context(self._client(pair.workspace, pair.new, pair.shares_limit))
                old = None
                if pair.old is not None:
                    old = await opened.enter_async_context(self._client(pair.workspace, pair.old, booked=True))
                return await self._compare(pair, new, old)
        except NotionError as error:
            if error.retryable:
                raise TransientError(f"Notion cannot be asked: {error}", retry_after=error.retry_after) from error
            raise ConfigError(f"Notion refused to answer with the new key. {error}") from error

    @property
    def _requests(self) -> int:
        return sum(budget.calls for budget in self._budgets)

    def _client(self, workspace: Workspace, token: SecretStr, booked: bool) -> NotionClient:
        # Each key has a limit of its own at Notion, unless both belong to one connection.
        tell = partial(book, workspace) if booked else None
        budget = BookedBudget(workspace.rate_limit, workspace.rate_window, tell)
        self._budgets.append(budget)
        return open_client(
            token.get_secret_value(),
            base_url=workspace.base_url,
            version=workspace.api_version,
            budget=budget,
            network=network_for(workspace.base_url),
            retry=HURRIED,
        )

    async def _compare(self, pair: _Pair, new: NotionClient, old: NotionClient | None) -> Proof:
        verdict, name = await self._identity(pair.workspace, new)
        if verdict is not None:
            return Proof(verdict, timezone.now().isoformat(), self._requests, name, pair.old_number)
        if old is not None and not await _works(old):
            old = None
        roots: list[Root] = await self._db(expected_roots, pair.workspace)
        if not roots and old is not None:
            roots = [Root(each["id"], each["kind"], each["title"]) for each in await roots_of(old)]
        lost = await self._lost(roots, new, old)
        counted: list[Root] = await self._db(with_objects, pair.workspace, lost)
        abilities = await self._abilities(roots, new, old)
        number = pair.old_number if old is not None else None
        return compared(name, number, roots, counted, abilities, self._requests)

    async def _identity(self, workspace: Workspace, new: NotionClient) -> tuple[Verdict | None, str]:
        """A verdict, when the key cannot be a key of this workspace, and the name of the one that it opens."""
        try:
            me = await new.me()
        except Unauthorized:
            return Verdict.REFUSED, ""
        bot = me.get("bot") or {}
        name = str(bot.get("workspace_name") or me.get("name") or "")
        same = str(bot.get("workspace_id") or me["id"]) == workspace.notion_id
        return (None if same else Verdict.OTHER), name

    async def _lost(self, roots: list[Root], new: NotionClient, old: NotionClient | None) -> list[Root]:
        """Of the roots, those that the old key reaches (or has reached, when it works no more) and the new does not."""
        shown = {item["id"] for item in (await new.search())["results"]}
        turns = asyncio.Semaphore(AT_ONCE)

        async def is_lost(root: Root) -> bool:
            async with turns:
                if root.id in shown or await _reads(new, root):
                    return False
                return old is None or await _reads(old, root)

        found = await asyncio.gather(*(is_lost(root) for root in roots))
        return [root for root, lost in zip(roots, found, strict=True) if lost]

    async def _abilities(self, roots: list[Root], new: NotionClient, old: NotionClient | None) -> list[Ability]:
        found = []
        for name, can in (
            ("Read comments", _reads_comments),
            ("Read users", _reads_users),
            ("User e-mail", _reads_mail),
        ):
            now = await can(old, roots) if old is not None else None
            found.append(Ability(name, now, await can(new, roots)))
        return found


def _load(key_id: int) -> _Pair:
    key = WorkspaceKey.objects.select_related("access_token__key", "workspace__key__access_token__key").get(pk=key_id)
    if key.access_token is None:
        raise ConfigError("This key was discarded or revoked meanwhile. Nothing was checked.")
    current = key.workspace.key
    usable = current is not None and current.access_token is not None and current.pk != key.pk
    old = reveal(current.access_token) if usable and current and current.access_token else None
    shares = current is not None and bool(key.bot_id) and current.bot_id == key.bot_id
    number = current.number if current is not None and old is not None else None
    return _Pair(key.workspace, reveal(key.access_token), old, number, shares)


async def _works(client: NotionClient) -> bool:
    try:
        await client.me()
    except Unauthorized:
        return False
    return True


async def _reads(client: NotionClient, root: Root) -> bool:
    read = {"database": client.retrieve_database, "data_source": client.retrieve_data_source}
    try:
        await read.get(root.kind, client.retrieve_page)(root.id)
    except UNREACHABLE:
        return False
    return True


async def _reads_comments(client: NotionClient, roots: list[Root]) -> bool | None:
    for root in roots:
        if root.kind == "page":
            try:
                await client.list_comments(root.id)
            except RestrictedResource:
                return False
            except UNREACHABLE:
                continue
            return True
    return None


async def _reads_users(client: NotionClient, roots: list[Root]) -> bool | None:
    try:
        await client.list_users()
    except UNREACHABLE:
        return False
    return True


async def _reads_mail(client: NotionClient, roots: list[Root]) -> bool | None:
    try:
        users = (await client.list_users())["results"]
    except UNREACHABLE:
        return False
    people = [user for user in users if user.get("type") == "person"]
    return any((user.get("person") or {}).get("email") for user in people) if people else None
