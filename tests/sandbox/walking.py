"""A complete walk of a workspace with the official-style SDK."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
from notion_client import APIResponseError, AsyncClient

from apps.sandbox import Sandbox
from tests.sandbox.asking import VERSION


@asynccontextmanager
async def sdk(sandbox: Sandbox, token: str | None = None, version: str = VERSION) -> AsyncIterator[AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=sandbox.app)) as client:
        yield AsyncClient(
            client=client,
            auth=token or sandbox.token,
            notion_version=version,
            base_url="http://sandbox.test",
            log_level=logging.CRITICAL,
            retry=False,
        )


class Walk:
    """What is found from the top of the workspace downwards, in the form of ``Sandbox.expected()``."""

    def __init__(self, client: AsyncClient) -> None:
        self.client = client
        self.found: dict[str, Any] = {
            kind: set()
            for kind in ("pages", "rows", "templates", "databases", "data_sources", "views", "users", "unreadable")
        }
        self.found["blocks"] = {}
        self.found["comments"] = {}
        self.answers: list[Any] = []

    async def every(self, call: Any, **arguments: Any) -> AsyncIterator[dict[str, Any]]:
        cursor: dict[str, str] = {}
        while True:
            page = await call(**arguments, **cursor)
            self.answers.append(page)
            for result in page["results"]:
                yield result
            if not page["has_more"]:
                return
            cursor = {"start_cursor": page["next_cursor"]}

    async def run(self) -> "Walk":
        self.found["users"] = {user["id"] async for user in self.every(self.client.users.list)}
        async for thing in self.every(self.client.search):
            if thing["in_trash"]:
                continue
            if thing["object"] == "page" and thing["parent"]["type"] == "workspace":
                await self.page(thing["id"], "pages")
            elif thing["object"] == "data_source" and thing["database_parent"]["type"] == "workspace":
                await self.database(thing["parent"]["database_id"])
        return self

    async def page(self, page_id: str, kind: str) -> None:
        if page_id in self.found[kind]:
            return
        self.found[kind].add(page_id)
        await self.comments(page_id)
        await self.children(page_id, page_id)

    async def children(self, page_id: str, block_id: str) -> None:
        blocks = [block async for block in self.every(self.client.blocks.children.list, block_id=block_id)]
        for block in blocks:
            self.found["blocks"].setdefault(page_id, set()).add(block["id"])
            if block["type"] == "child_page":
                await self.page(block["id"], "pages")
                continue
            if block["type"] == "child_database":
                await self.database(block["id"])
                continue
            await self.comments(block["id"])
            if block["type"] == "unsupported":
                self.found["unreadable"].add(block["id"])
            elif block["has_children"]:
                await self.tolerant(block["id"], self.children(page_id, block["id"]))

    async def tolerant(self, identifier: str, reading: Any) -> None:
        try:
            await reading
        except APIResponseError:
            self.found["unreadable"].add(identifier)

    async def comments(self, about: str) -> None:
        found = {comment["id"] async for comment in self.every(self.client.comments.list, block_id=about)}
        if found:
            self.found["comments"][about] = found

    async def database(self, database_id: str) -> None:
        if database_id not in self.found["databases"]:
            await self.tolerant(database_id, self._database(database_id))

    async def _database(self, database_id: str) -> None:
        database = await self.client.databases.retrieve(database_id=database_id)
        self.answers.append(database)
        self.found["databases"].add(database_id)
        async for view in self.every(self.client.views.list, database_id=database_id):
            self.found["views"].add(view["id"])
            self.answers.append(await self.client.views.retrieve(view_id=view["id"]))
        for source in database["data_sources"]:
            self.found["data_sources"].add(source["id"])
            self.answers.append(await self.client.data_sources.retrieve(data_source_id=source["id"]))
            rows = self.every(self.client.data_sources.query, data_source_id=source["id"])
            for row in [row async for row in rows]:
                await self.page(row["id"], "rows")
            listed = await self.client.request(path=f"data_sources/{source['id']}/templates", method="GET")
            for template in listed["templates"]:
                await self.page(template["id"], "templates")
