"""Notion's API as typed methods. Answers are handed on as they came: reading validates nothing.

Source: https://developers.notion.com/reference. Every method raises the `NotionError` that fits.
"""

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from typing import Any, Literal
from urllib.parse import quote, unquote, urlencode

import orjson

from apps.notion import pagination
from apps.notion.clock import Clocks
from apps.notion.errors import NotInVersion
from apps.notion.transports.base import Call, EventCallback, Json, Priority, Transport
from apps.notion.transports.budget import RateBudget
from apps.notion.versions import V20260311, Request, Version
from apps.notion.versions.version import Query

PAGE_SIZE = 100

_READING_POSTS = re.compile(r"/v1/(search|data_sources/[^/]+/query|blocks/meeting_notes/query)$")


class NotionClient:
    """One connection to one workspace. Made by `apps.notion.network.open_client`."""

    def __init__(
        self,
        transport: Transport,
        budget: RateBudget,
        *,
        version: Version | None = None,
        clocks: Clocks | None = None,
        priority: Priority = Priority.BACKGROUND,
        on_event: EventCallback | None = None,
        aclose: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self.budget = budget
        self.version = version or V20260311()
        self.clocks = clocks or Clocks()
        self._transport = transport
        self._priority = priority
        self._on_event = on_event
        self._aclose = aclose

    async def __aenter__(self) -> "NotionClient":
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._aclose is not None:
            await self._aclose()

    def using(self, *, priority: Priority | None = None, on_event: EventCallback | None = None) -> "NotionClient":
        """The same connection, budget and circuit, for calls of another priority or for another listener."""
        return NotionClient(
            self._transport,
            self.budget,
            version=self.version,
            clocks=self.clocks,
            priority=self._priority if priority is None else priority,
            on_event=on_event or self._on_event,
        )

    def know_data_sources(self, sources: Mapping[str, str], several: Iterable[str] = ()) -> None:
        """The data sources of databases that have one each (`{database id: data source id}`), as read at another time,
        and the databases that had `several`.

        For versions that do not tell these ids. To be said before anything is read.
        """
        self.version.ids.learn(sources, several)

    async def request(
        self,
        method: str,
        path: str,
        *,
        query: Query | None = None,
        body: Mapping[str, Any] | None = None,
        repeatable: bool | None = None,
    ) -> Json:
        """One call, in the words of the newest version; `path` is percent-encoded and begins with `/v1/`.

        Here, and nowhere else, requests and answers are translated from and to other versions. Raises `NotInVersion`
        for what the client's version has no words for.

        `repeatable` says that making the call twice does no more than making it once, so that it may be
        repeated after an unclear failure. By default: GET, DELETE and the POSTs that only read.
        """
        if repeatable is None:
            repeatable = method in ("GET", "DELETE") or (method == "POST" and bool(_READING_POSTS.match(path)))
        asked = Request(method, path, query, body)
        sent = self.version.write(asked)
        call = Call(
            sent.method,
            _target(sent.path, sent.query),
            body=None if sent.body is None else orjson.dumps(sent.body),
            repeatable=repeatable,
            priority=self._priority,
            on_event=self._on_event,
        )
        try:
            answer = await self._transport.send(call)
        except NotInVersion:
            self.version.refused(asked)
            raise
        return self.version.read(asked, answer)

    def paginate(self, listing: pagination.Listing, cursor: str | None = None) -> AsyncIterator[pagination.Batch]:
        """The batches of a listing: `client.paginate(partial(client.list_block_children, block_id))`."""
        return pagination.paginate(listing, cursor)

    def each(self, listing: pagination.Listing) -> AsyncIterator[Json]:
        """The objects of a listing, one by one. Raises `ListingIncomplete` where Notion left some out."""
        return pagination.each(listing)

    async def me(self) -> Json:
        """The bot user of the token; `bot.workspace_id` and `bot.workspace_name` tell the workspace."""
        return await self.request("GET", "/v1/users/me")

    async def list_users(self, cursor: str | None = None) -> Json:
        return await self._list("/v1/users", cursor)

    async def search(
        self,
        cursor: str | None = None,
        *,
        query: str | None = None,
        object_kind: Literal["page", "data_source"] | None = None,
    ) -> Json:
        """By title, newest edit first. Neither exhaustive nor free of trashed objects."""
        body: Json = {"sort": {"timestamp": "last_edited_time", "direction": "descending"}}
        if query is not None:
            body["query"] = query
        if object_kind is not None:
            body["filter"] = {"property": "object", "value": object_kind}
        return await self.request("POST", "/v1/search", body=_portion(body, cursor))

    async def retrieve_page(self, page_id: str) -> Json:
        return await self.request("GET", f"/v1/pages/{_segment(page_id)}")

    async def retrieve_property_item(self, page_id: str, property_id: str, cursor: str | None = None) -> Json:
        """One property in full: a single item, or a listing (title, rich_text, people, relation, rollup)."""
        return await self._list(f"/v1/pages/{_segment(page_id)}/properties/{_segment(property_id)}", cursor)

    async def retrieve_block(self, block_id: str) -> Json:
        return await self.request("GET", f"/v1/blocks/{_segment(block_id)}")

    async def list_block_children(self, block_id: str, cursor: str | None = None) -> Json:
        """The first level below a block or page."""
        return await self._list(f"/v1/blocks/{_segment(block_id)}/children", cursor)

    async def retrieve_database(self, database_id: str) -> Json:
        return await self.request("GET", f"/v1/databases/{_segment(database_id)}")

    async def retrieve_data_source(self, data_source_id: str) -> Json:
        return await self.request("GET", f"/v1/data_sources/{_segment(data_source_id)}")

    async def query_data_source(
        self,
        data_source_id: str,
        cursor: str | None = None,
        *,
        filter: Json | None = None,
        sorts: list[Json] | None = None,
    ) -> Json:
        """Rows, at most 10,000 per filter and sort: see `pagination.incomplete_reason`."""
        body: Json = {}
        if filter is not None:
            body["filter"] = filter
        if sorts is not None:
            body["sorts"] = sorts
        path = f"/v1/data_sources/{_segment(data_source_id)}/query"
        return await self.request("POST", path, body=_portion(body, cursor))

    async def list_data_source_templates(self, data_source_id: str, cursor: str | None = None) -> Json:
        """The objects lie under `templates`, not `results`."""
        return await self._list(f"/v1/data_sources/{_segment(data_source_id)}/templates", cursor)

    async def list_views(
        self,
        *,
        database_id: str | None = None,
        data_source_id: str | None = None,
        cursor: str | None = None,
    ) -> Json:
        """Ids only; each view is read with `retrieve_view`."""
        return await self._list("/v1/views", cursor, database_id=database_id, data_source_id=data_source_id)

    async def retrieve_view(self, view_id: str) -> Json:
        return await self.request("GET", f"/v1/views/{_segment(view_id)}")

    async def list_comments(self, block_id: str, cursor: str | None = None) -> Json:
        """Unresolved comments on a page or block, oldest first."""
        return await self._list("/v1/comments", cursor, block_id=block_id)

    async def list_custom_emojis(self, cursor: str | None = None) -> Json:
        return await self._list("/v1/custom_emojis", cursor)

    async def list_file_uploads(self, cursor: str | None = None) -> Json:
        """What this connection has uploaded, newest first. Nothing in it leads to the bytes."""
        return await self._list("/v1/file_uploads", cursor)

    async def retrieve_user(self, user_id: str) -> Json:
        return await self.request("GET", f"/v1/users/{_segment(user_id)}")

    async def _list(self, path: str, cursor: str | None, **query: str | None) -> Json:
        return await self.request("GET", path, query={**query, "start_cursor": cursor, "page_size": PAGE_SIZE})


def _target(path: str, query: Query | None) -> str:
    pairs = {name: value for name, value in (query or {}).items() if value is not None}
    return f"{path}?{urlencode(pairs, doseq=True)}" if pairs else path


def _portion(body: Json, cursor: str | None) -> Json:
    body["page_size"] = PAGE_SIZE
    if cursor is not None:
        body["start_cursor"] = cursor
    return body


def _segment(value: str) -> str:
    """One path segment. Property ids come percent-encoded or plain, depending on the place; both work."""
    if not value.strip("."):
        raise ValueError("An id is missing.")
    return quote(unquote(value), safe="")
