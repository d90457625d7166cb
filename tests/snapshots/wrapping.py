"""The sandbox with some of its answers changed: for situations that its worlds cannot be brought into."""

import re
from collections.abc import Callable
from typing import Any

import httpx
import orjson
from starlette.types import ASGIApp, Receive, Scope, Send

from apps.notion.client import NotionClient
from apps.notion.network import open_client
from apps.notion.transports.budget import RateBudget
from apps.notion.transports.retry import RetryPolicy
from apps.sandbox import Sandbox

Json = dict[str, Any]
Answer = tuple[int, Json]
Change = Callable[[Json], Json]


def not_found(kind: str = "page") -> Answer:
    message = f"Could not find {kind} with ID: x. Make sure the relevant pages and databases are shared."
    return 404, {"object": "error", "status": 404, "code": "object_not_found", "message": message}


def invalid(message: str = "Block type form is not supported via the API.") -> Answer:
    return 400, {"object": "error", "status": 400, "code": "validation_error", "message": message}


def bad_cursor() -> Answer:
    return invalid("The start_cursor provided is invalid: x")


class Wrapped:
    """Answers of ``rules`` come instead of the sandbox's, each for its first ``times`` fitting requests."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._app: ASGIApp = sandbox.app
        self._rules: list[tuple[re.Pattern[str], Answer | Change, list[int]]] = []
        self.asked: list[str] = []

    def answer(self, path: str, answer: Answer | Change, times: int = 10_000) -> None:
        """``path`` is searched in the path with its query; a function changes the sandbox's answer."""
        self._rules.append((re.compile(path), answer, [times]))

    def forget(self) -> None:
        """Answer as the sandbox does again."""
        self._rules.clear()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = f"{scope['path']}?{scope['query_string'].decode()}"
        self.asked.append(f"{scope['method']} {scope['path']}")
        for pattern, answer, left in self._rules:
            if left[0] > 0 and pattern.search(path):
                left[0] -= 1
                if callable(answer):
                    await self._change(answer, scope, receive, send)
                else:
                    await _respond(send, *answer)
                return
        await self._app(scope, receive, send)

    async def _change(self, change: Change, scope: Scope, receive: Receive, send: Send) -> None:
        body = b""
        status = 200

        async def gather(message: Any) -> None:
            nonlocal body, status
            status = message.get("status", status)
            body += message.get("body", b"")

        await self._app(scope, receive, gather)
        await _respond(send, status, change(orjson.loads(body)))

    def client(self, token: str) -> NotionClient:
        """A client that does not wait. Nothing of it needs closing: there are no sockets."""
        budget = RateBudget(10**6, 1.0, burst=10**6)
        retry = RetryPolicy(attempts=2, base=0.001, cap=0.001, patience=1.0)
        return open_client(
            token, base_url="http://sandbox.test", budget=budget, network=httpx.ASGITransport(self), retry=retry
        )


async def _respond(send: Send, status: int, body: Json) -> None:
    headers = [(b"content-type", b"application/json")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": orjson.dumps(body)})
