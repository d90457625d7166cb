"""Asking Notion, with a key that is not stored yet, what it opens."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from asgiref.sync import async_to_sync
from django.conf import settings
from django.utils.module_loading import import_string
from pydantic import SecretStr

from apps.core.errors import ConfigError, Invalid, TransientError
from apps.notion.client import NotionClient
from apps.notion.errors import NotionError, Unauthorized
from apps.notion.network import Network, open_client
from apps.notion.transports.budget import RateBudget
from apps.notion.transports.retry import RetryPolicy

ROOTS_SHOWN = 100
PATIENCE = 15.0
"""Seconds a person is kept waiting for Notion before we give up."""
HURRIED = RetryPolicy(attempts=3, base=0.2, cap=1.0, patience=5.0)


@dataclass(frozen=True, slots=True)
class Probe:
    """What a key opens. ``roots`` are the topmost shared things found in the first search answer."""

    notion_id: str
    name: str
    bot_id: str
    bot_name: str
    max_file_size: int | None
    roots: list[dict[str, str]] = field(default_factory=list)


def network_for(base_url: str) -> Network | None:
    """The network named by ``settings.NOTION_NETWORK``; None means the real one."""
    if settings.NOTION_NETWORK is None:
        return None
    make: Callable[[str], Network] = import_string(settings.NOTION_NETWORK)
    return make(base_url)


def probe(token: SecretStr, base_url: str) -> Probe:
    """Check a key at once. Nothing is stored.

    Raises :class:`Invalid` when Notion refuses the key, :class:`TransientError` when Notion cannot be
    asked now, :class:`ConfigError` for any other refusal.
    """
    try:
        return async_to_sync(_ask)(token, base_url)
    except Unauthorized as error:
        raise Invalid(
            "Notion does not accept this key: it was mistyped, revoked or has expired. Nothing was stored. "
            "Copy it again from the connection's page in Notion.",
            field="token",
        ) from error
    except (NotionError, TimeoutError) as error:
        if isinstance(error, TimeoutError) or error.retryable:
            raise TransientError(
                "Notion cannot be asked about this key at the moment. Nothing was stored. Try again in a minute."
            ) from error
        raise ConfigError(f"Notion refused to answer with this key. Nothing was stored. {error}") from error


async def _ask(token: SecretStr, base_url: str) -> Probe:
    budget = RateBudget(settings.NOTION_RATE_LIMIT, settings.NOTION_RATE_WINDOW)
    opened = open_client(
        token.get_secret_value(), base_url=base_url, budget=budget, network=network_for(base_url), retry=HURRIED
    )
    async with asyncio.timeout(PATIENCE), opened as client:
        me = await client.me()
        return _read(me, await _roots(client))


async def _roots(client: NotionClient) -> list[dict[str, str]]:
    found = await client.search()
    shown = [item for item in found["results"] if not item.get("in_trash")]
    known = {item["id"] for item in shown}
    tops = [item for item in shown if _parent_id(item) not in known]
    return [{"id": item["id"], "kind": item["object"], "title": _title(item)} for item in tops[:ROOTS_SHOWN]]


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


def _parent_id(item: dict[str, Any]) -> str:
    parent = item.get("database_parent") or item.get("parent") or {}
    return str(parent.get(parent.get("type", ""), ""))


def _title(item: dict[str, Any]) -> str:
    runs = item.get("title")
    if runs is None:
        titles = [p["title"] for p in item.get("properties", {}).values() if p.get("type") == "title"]
        runs = titles[0] if titles else []
    return "".join(str(run.get("plain_text", "")) for run in runs) or "Untitled"
