"""Asking Notion, with a key that is not stored yet, what it opens."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from asgiref.sync import async_to_sync, sync_to_async
from django.conf import settings
from django.utils.module_loading import import_string
from pydantic import SecretStr

from apps.core.errors import ConfigError, Invalid, TransientError
from apps.core.scopes import open_scope
from apps.keys.services import prepare
from apps.notion.client import NotionClient
from apps.notion.errors import (
    NotionError,
    ObjectNotFound,
    RestrictedResource,
    Unauthorized,
    UnknownVersion,
    ValidationFailed,
)
from apps.notion.network import Network, open_client
from apps.notion.transports.base import Priority
from apps.notion.transports.budget import RateBudget
from apps.notion.transports.retry import RetryPolicy

ROOTS_SHOWN = 100
LOOKUPS = 12
DEEPEST = 50
PATIENCE = 15.0
"""Seconds a person is kept waiting for Notion before we give up."""
HURRIED = RetryPolicy(attempts=3, base=0.2, cap=1.0, patience=5.0)
Book = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Probe:
    """What a key opens. ``roots`` are the topmost shared things found in the first search answer; ``calls``
    is what finding out took."""

    notion_id: str
    name: str
    bot_id: str
    bot_name: str
    max_file_size: int | None
    roots: list[dict[str, str]] = field(default_factory=list)
    calls: int = 0


def network_for(base_url: str) -> Network | None:
    """The network named by ``settings.NOTION_NETWORK``; None means the real one."""
    if settings.NOTION_NETWORK is None:
        return None
    make: Callable[[str], Network] = import_string(settings.NOTION_NETWORK)
    return make(base_url)


def probe(token: SecretStr, base_url: str, api_version: str | None = None, book: Book | None = None) -> Probe:
    """Check a key at once, in the installation's API version unless another is given. Nothing is stored.

    What it gives is about to be kept, so the data key that this takes is fetched now, too.
    It waits for nobody: ``book`` is called before each request, to tell the lane of a workspace that is known already.
    Raises :class:`Invalid` when Notion refuses the key, :class:`TransientError` when Notion cannot be
    asked now, :class:`ConfigError` for any other refusal.
    """
    if open_scope() is not None:
        prepare()
    try:
        return async_to_sync(ask)(token, base_url, api_version or settings.NOTION_API_VERSION, book)
    except UnknownVersion as error:
        raise Invalid(f"Nothing was stored. {error.message}", field="api_version") from error
    except Unauthorized as error:
        raise Invalid(
            "Notion does not accept this key: it was mistyped, revoked or has expired. Nothing was stored. "
            "Copy it again from the connection's page in Notion.",
            field="token",
        ) from error
    except (NotionError, TimeoutError) as error:
        if isinstance(error, TimeoutError) or error.retryable:
            raise TransientError(
                f"Notion at {base_url} cannot be asked about this key at the moment. Nothing was stored. "
                "Try again in a minute."
            ) from error
        raise ConfigError(f"Notion refused to answer with this key. Nothing was stored. {error}") from error


class BookedBudget(RateBudget):
    """Each call is booked before it is sent."""

    def __init__(self, limit: int, window: float, book: Book | None) -> None:
        super().__init__(limit, window)
        self.calls = 0
        self._book = book

    async def acquire(self, priority: Priority = Priority.BACKGROUND) -> None:
        await super().acquire(priority)
        self.calls += 1
        if self._book is not None:
            await sync_to_async(self._book)()


async def ask(token: SecretStr, base_url: str, version: str, book: Book | None) -> Probe:
    """What a key opens. Raises `NotionError` and ``TimeoutError``."""
    budget = BookedBudget(settings.NOTION_RATE_LIMIT, settings.NOTION_RATE_WINDOW, book)
    opened = open_client(
        token.get_secret_value(),
        base_url=base_url,
        version=version,
        budget=budget,
        network=network_for(base_url),
        retry=HURRIED,
    )
    async with asyncio.timeout(PATIENCE), opened as client:
        me = await client.me()
        found = _read(me, await roots_of(client))
        return replace(found, calls=budget.calls)


async def roots_of(client: NotionClient) -> list[dict[str, str]]:
    """Climb from what the first search answer shows to the topmost things that the key opens.

    A person waits for this, so it looks at a few parents only; a capture finds out exactly.
    """
    found = [item for item in (await client.search())["results"] if not item.get("in_trash")]
    climb = _Climb(client, {item["id"]: item for item in found})
    tops = {top["id"]: top for item in found if (top := await climb.top(item)) is not None}
    shown = [{"id": top["id"], "kind": top["object"], "title": _title(top)} for top in tops.values()]
    return sorted(shown, key=lambda root: root["title"].casefold())[:ROOTS_SHOWN]


class _Climb:
    """The way up from one object to the topmost one, asking Notion for at most ``LOOKUPS`` parents in all."""

    def __init__(self, client: NotionClient, known: dict[str, dict[str, Any]]) -> None:
        self._client = client
        self._known: dict[str, dict[str, Any] | None] = dict(known)
        self._lookups = LOOKUPS

    async def top(self, item: dict[str, Any]) -> dict[str, Any] | None:
        """None when it was not found out."""
        here = item
        for _ in range(DEEPEST):
            parent = _parent(here)
            above = await self._object(*parent) if parent is not None else None
            if above is None:
                return here if parent is None or parent[1] in self._known else None
            here = above
        return None

    async def _object(self, kind: str, object_id: str) -> dict[str, Any] | None:
        if object_id not in self._known and self._lookups:
            self._lookups -= 1
            self._known[object_id] = await _parent_object(self._client, kind, object_id)
        return self._known.get(object_id)


async def _parent_object(client: NotionClient, kind: str, object_id: str) -> dict[str, Any] | None:
    """None when the key does not open it: what lies below is topmost then."""
    read = {
        "page_id": client.retrieve_page,
        "database_id": client.retrieve_database,
        "data_source_id": client.retrieve_data_source,
        "block_id": client.retrieve_block,
    }
    try:
        return await read[kind](object_id) if kind in read else None
    except (ObjectNotFound, RestrictedResource, ValidationFailed):
        return None


def _read(me: dict[str, Any], roots: list[dict[str, str]]) -> Probe:
    bot = me.get("bot") or {}
    limits = bot.get("workspace_limits") or {}
    return Probe(
        # A personal access token acts as a person and names no workspace: the person stands for it.
        notion_id=str(bot.get("workspace_id") or me["id"]),
        name=str(bot.get("workspace_name") or me.get("name") or "Notion workspace"),
        bot_id=str(me["id"]),
        bot_name=str(me.get("name") or ""),
        max_file_size=limits.get("max_file_upload_size_in_bytes"),
        roots=roots,
    )


def _parent(item: dict[str, Any]) -> tuple[str, str] | None:
    """Kind and id of what it lies in; None at the top of the workspace."""
    parent = item.get("database_parent") or item.get("parent") or {}
    kind = str(parent.get("type", ""))
    return (kind, str(parent[kind])) if kind.endswith("_id") and kind in parent else None


def _title(item: dict[str, Any]) -> str:
    runs = item.get("title")
    if runs is None:
        titles = [p["title"] for p in item.get("properties", {}).values() if p.get("type") == "title"]
        runs = titles[0] if titles else []
    return "".join(str(run.get("plain_text", "")) for run in runs) or "Untitled"
