"""The API under ``/v1``: who asks, in which version, whether something goes wrong, and which endpoint answers."""

import uuid
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qs

import orjson
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from apps.sandbox import errors, http, versions
from apps.sandbox.access import Connection
from apps.sandbox.call import ENDPOINTS, Call, Endpoint, Upload, checked_keys, checked_params
from apps.sandbox.endpoints import everything
from apps.sandbox.oauth import answer_oauth
from apps.sandbox.reading.reader import Reader
from apps.sandbox.service import Service
from apps.sandbox.striking import Strike
from apps.sandbox.uploads import SINGLE_PART_LIMIT
from apps.sandbox.world.json import Json

__all__ = ["Api", "everything"]
_WITH_BODY: Final = frozenset({"POST", "PATCH", "PUT"})
_TOO_LARGE: Final = b"<html><head><title>413 Request Entity Too Large</title></head></html>"
_UNNUMBERED: Final = "templates"
"""The one answer that was recorded without a request id."""


class Api:
    """ASGI application for everything below ``/v1/``."""

    def __init__(self, service: Service) -> None:
        self.service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request_id = str(uuid.uuid4())
        try:
            await self._answer(scope, receive, send, request_id)
        except errors.ApiError as problem:
            body = orjson.dumps({**problem.body(), "request_id": request_id})
            extra = {"x-notion-request-id": request_id, **problem.headers}
            await http.answer(send, problem.status, body, extra=extra)
        except http.BodyTooLarge:
            await http.answer(send, 413, _TOO_LARGE, b"text/html")

    async def _answer(self, scope: Scope, receive: Receive, send: Send, request_id: str) -> None:
        service, method = self.service, scope["method"]
        if service.settings.latency:
            await service.settings.sleep(service.settings.latency)
        segments = _segments(scope)
        if segments[0] == "oauth":
            await answer_oauth(service, segments, scope, receive, send, request_id)
            return
        connection = self._connection(scope)
        version = versions.choose(http.header(scope, b"notion-version"))
        endpoint, params = ENDPOINTS.find(method, segments, version)
        service.calls[f"{method} /v1{endpoint.path}"] += 1
        service.rate.spend(connection.id)
        is_form = (http.header(scope, b"content-type") or "").startswith("multipart/form-data")
        raw = await http.read_body(receive) if method in _WITH_BODY and not is_form else b""
        strike = Strike(service, connection, method, _full_path(scope), raw)
        await strike.before(scope)
        call = self._call(scope, connection, checked_params(params), version)
        call.reader.in_pieces = version.write_answer is not None
        if is_form:
            call.form = await _form(scope, receive)
        elif method in _WITH_BODY:
            call.body = _read(raw, endpoint, version)
        payload = endpoint.handler(call)
        if version.write_answer is not None:
            payload = version.write_answer(payload)
        if _UNNUMBERED not in payload:
            payload = {**payload, "request_id": request_id}
        body = call.reader.dump(payload)
        await strike.after(body, scope, send, request_id)

    def _connection(self, scope: Scope) -> Connection:
        kind, _, token = (http.header(scope, b"authorization") or "").partition(" ")
        connection = self.service.tokens.get(token.strip()) if kind.lower() == "bearer" else None
        if connection is None:
            raise errors.unauthorized()
        return connection

    def _call(self, scope: Scope, connection: Connection, params: Mapping[str, str], version: versions.Version) -> Call:
        service = self.service
        where = service.settings.base_url or http.origin(scope)
        query = parse_qs(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        reader = Reader(connection, where, service.signer, service.now())
        return Call(service, connection, reader, version, params, query)


def _read(raw: bytes, endpoint: Endpoint, version: versions.Version) -> Json:
    body = _json(raw)
    if version.read_body is not None:
        body = version.read_body(body)
    checked_keys(endpoint, body)
    return body


def _segments(scope: Scope) -> list[str]:
    """What follows ``/v1/``, still percent-encoded, so that an encoded slash does not split a property's id."""
    raw: bytes = scope.get("raw_path") or scope["path"].encode()
    return raw.split(b"?")[0].decode("latin-1").strip("/").split("/")[1:] or [""]


def _full_path(scope: Scope) -> str:
    query = scope["query_string"].decode("latin-1")
    return f"{scope['path']}?{query}" if query else str(scope["path"])


def _json(raw: bytes) -> Json:
    if not raw.strip():
        return {}
    try:
        body: Any = orjson.loads(raw)
    except orjson.JSONDecodeError as problem:
        raise errors.ApiError(400, "invalid_json", "Error parsing JSON body.") from problem
    if not isinstance(body, dict):
        raise errors.invalid(f"body failed validation: body should be an object, instead was {errors.shown(body)}.")
    return body


async def _form(scope: Scope, receive: Receive) -> dict[str, str | Upload]:
    parts: dict[str, str | Upload] = {}
    async with Request(scope, receive).form(max_part_size=SINGLE_PART_LIMIT) as form:
        for name, value in form.multi_items():
            if isinstance(value, str):
                parts[name] = value
            else:
                kind = value.content_type or "application/octet-stream"
                parts[name] = Upload(value.filename or "", kind, await value.read())
    return parts
