"""Carries a fault out on one request."""

import asyncio
from typing import Final

import orjson
from starlette.types import Scope, Send

from apps.sandbox import http, rate
from apps.sandbox.access import Connection
from apps.sandbox.errors import Additional, ApiError, bad_cursor, conflict
from apps.sandbox.faults import SERVER_FAULTS, Fault
from apps.sandbox.service import Service
from apps.sandbox.world import edits
from apps.sandbox.world.json import Json

RESET: Final = "sandbox.reset"
"""The scope extension through which a server lets the sandbox cut its connection."""
_HTML: Final = b"<!DOCTYPE html><html><head><title>Just a moment...</title></head><body></body></html>"
_SERVER_ERRORS: Final = {
    "500": ("internal_server_error", "Unexpected error occurred."),
    "502": ("bad_gateway", "Bad gateway."),
    "503": ("service_unavailable", "Request timed out waiting to connect to a database. Please try again later."),
    "504": ("gateway_timeout", "The request took too long to process. It may have been applied."),
}


class Strike:
    """The faults that hit one request, in their two moments: before the endpoint runs and after it."""

    def __init__(
        self, service: Service, connection: Connection | None, method: str, path: str, body: bytes = b""
    ) -> None:
        self.service = service
        self.connection = connection
        self.answering: Fault | None = None
        for fault in service.faults.striking(method, path, body):
            if fault.kind == "vanish":
                self._vanish(fault)
            elif fault.kind == "expired_cursor" and not fault.target:
                service.cursors.expire_all()
            elif fault.kind == "revoke":
                self._revoke(fault)
            else:
                self.answering = fault

    def _vanish(self, fault: Fault) -> None:
        for world in self.service.worlds:
            thing = edits.find(world, fault.target)
            if thing is not None:
                edits.set_trash(world, thing, True, self.service.now(), thing.edited_by)

    def _revoke(self, fault: Fault) -> None:
        tokens = [fault.target] if fault.target else list(self.connection.tokens if self.connection else [])
        for token in tokens:
            self.service.revoke(token)

    async def before(self, scope: Scope) -> None:
        """Raises the error the fault gives, when it strikes before the request is carried out."""
        fault = self.answering
        if fault is None:
            return
        if fault.kind == "429":
            raise rate.rate_limited(fault.retry_after or 1, fault.reason)
        if fault.kind == "529":
            raise _overload(fault)
        if fault.kind == "409":
            raise conflict()
        if fault.kind == "expired_cursor":
            raise bad_cursor(fault.target)
        if fault.kind == "expired_url":
            self.service.signer.expired_from_the_start += 1
        if fault.kind == "reset" and not fault.after_commit:
            await reset(self.service, scope)
        if fault.kind in SERVER_FAULTS and not fault.after_commit:
            raise server_error(fault)

    async def after(self, body: bytes, scope: Scope, send: Send, request_id: str) -> None:
        """Send the answer, or what the fault makes of it."""
        fault, extra = self.answering, {"x-notion-request-id": request_id}
        kind = fault.kind if fault is not None else None
        if fault is None or kind == "expired_url":
            await http.answer(send, 200, body, extra=extra)
        elif kind == "html":
            await http.answer(send, 200, _HTML, b"text/html")
        elif kind == "truncated":
            await http.answer(send, 200, body[: len(body) // 2], extra=extra)
        elif kind == "slow":
            await http.start(send, 200, http.JSON_TYPE, len(body), extra)
            half = len(body) // 2
            await send({"type": "http.response.body", "body": body[:half], "more_body": True})
            await self.service.settings.sleep(fault.delay)
            await send({"type": "http.response.body", "body": body[half:]})
        elif kind == "reset":
            await reset(self.service, scope)
        else:
            raise server_error(fault, orjson.loads(body))


class ConnectionCut(Exception):
    """The socket is gone; there is nobody left to answer."""


async def reset(service: Service, scope: Scope) -> None:
    """Cut the connection. Raises ConnectionCut, or the plan's ``reset_error`` where there is no socket."""
    cut = scope.get("extensions", {}).get(RESET)
    if cut is None:
        raise service.faults.reset_error("Connection reset by peer")
    cut()
    await asyncio.sleep(0)
    raise ConnectionCut


def _overload(fault: Fault) -> ApiError:
    seconds = str(int(fault.retry_after or 1))
    return ApiError(
        529,
        "service_overload",
        "Notion is overloaded. Please try again later.",
        additional={"retry_after": seconds},
        headers={"retry-after": seconds},
    )


def server_error(fault: Fault, committed: Json | None = None) -> ApiError:
    """After a commit it says what was saved, as Notion does (reference: *503 after a saved write*)."""
    code, message = _SERVER_ERRORS[fault.kind]
    additional: Additional = {}
    if committed is not None:
        message = "The request was saved, but the response could not be built in time. Do not repeat it."
        additional = {"retry_guidance": ["The write was saved. Read the resource instead of retrying."]}
        if committed.get("object") == "list":
            additional["committed_child_ids"] = [each["id"] for each in committed["results"]]
        elif "id" in committed:
            additional["committed_resource_id"] = committed["id"]
    headers = {"retry-after": str(int(fault.retry_after))} if fault.retry_after else {}
    return ApiError(int(fault.kind), code, message, additional=additional or None, headers=headers)
