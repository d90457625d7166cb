"""How the tests talk to a sandbox: plain httpx, so that nothing of the product's own client is between."""

from collections.abc import AsyncIterator
from typing import Any

import httpx

from apps.sandbox import Sandbox

VERSION = "2026-03-11"
Query = dict[str, str | int | list[str]]
NOVEMBER = 1_795_000_000.0
"""2026-11-18, a moment after everything that is generated."""


class FakeClock:
    """Stands still until it is moved; sleeping moves it."""

    def __init__(self, now: float = NOVEMBER) -> None:
        self.now = now
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def forward(self, seconds: float) -> None:
        self.now += seconds

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


class Ask:
    """Requests to one sandbox with one token."""

    def __init__(self, sandbox: Sandbox, token: str | None = None, version: str = VERSION) -> None:
        self.sandbox = sandbox
        self.headers = {"authorization": f"Bearer {token or sandbox.token}", "notion-version": version}

    async def raw(
        self, method: str, path: str, *, headers: dict[str, str] | None = None, **more: Any
    ) -> httpx.Response:
        transport = httpx.ASGITransport(app=self.sandbox.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://sandbox.test") as client:
            return await client.request(method, path, headers=self.headers if headers is None else headers, **more)

    async def answer(self, method: str, path: str, status: int = 200, **more: Any) -> dict[str, Any]:
        response = await self.raw(method, path, **more)
        body: dict[str, Any] = response.json()
        assert response.status_code == status, body
        return body

    async def get(self, path: str, query: Query | None = None, *, status: int = 200) -> dict[str, Any]:
        return await self.answer("GET", f"/v1/{path}", status, params=query)

    async def post(
        self, path: str, body: Any = None, *, query: Query | None = None, status: int = 200
    ) -> dict[str, Any]:
        return await self.answer("POST", f"/v1/{path}", status, json={} if body is None else body, params=query)

    async def patch(self, path: str, body: Any) -> dict[str, Any]:
        return await self.answer("PATCH", f"/v1/{path}", 200, json=body)

    async def delete(self, path: str) -> dict[str, Any]:
        return await self.answer("DELETE", f"/v1/{path}", 200)

    async def refusal(
        self, method: str, path: str, body: Any = None, query: Query | None = None
    ) -> tuple[int, str, str]:
        """Status, code and message of an error."""
        response = await self.raw(method, f"/v1/{path}", json=body, params=query)
        problem = response.json()
        assert problem["object"] == "error", problem
        assert problem["status"] == response.status_code
        return problem["status"], problem["code"], problem["message"]

    async def every(self, path: str, query: Query | None = None) -> AsyncIterator[dict[str, Any]]:
        """All results of a listing that is read with GET."""
        cursor: Query = {}
        while True:
            page = await self.get(path, {**(query or {}), **cursor})
            for result in page["results"]:
                yield result
            if not page["has_more"]:
                return
            cursor = {"start_cursor": page["next_cursor"]}

    async def every_row(self, data_source_id: str, **body: Any) -> AsyncIterator[dict[str, Any]]:
        cursor: dict[str, str] = {}
        while True:
            page = await self.post(f"data_sources/{data_source_id}/query", {**body, **cursor})
            for result in page["results"]:
                yield result
            if not page["has_more"]:
                return
            cursor = {"start_cursor": page["next_cursor"]}


def source_named(sandbox: Sandbox, name: str) -> str:
    """The id of the data source with that title."""
    return next(s.id for s in sandbox.world.data_sources.values() if s.title[0]["plain_text"] == name)


def page_written_as(sandbox: Sandbox, recipe: str) -> str:
    """The id of the first page the generator wrote that way."""
    return next(page.id for page in sandbox.world.by_no if page.recipe == recipe)


def page_titled(sandbox: Sandbox, title: str) -> str:
    return next(page.id for page in sandbox.world.by_no if page.title == title)


def words(value: str) -> list[dict[str, Any]]:
    """Rich text as a client writes it."""
    return [{"text": {"content": value}}]
