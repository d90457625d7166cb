"""The little of HTTP the API needs, directly on ASGI: it is on the path of every request."""

from typing import Final

from starlette.types import Receive, Scope, Send

LARGEST_BODY: Final = 500 * 1024
JSON_TYPE: Final = b"application/json; charset=utf-8"


class BodyTooLarge(Exception):
    """More than the 500 KB a request may have."""


async def read_body(receive: Receive, limit: int = LARGEST_BODY) -> bytes:
    """Raises BodyTooLarge."""
    message = await receive()
    body: bytes = message.get("body", b"")
    while message.get("more_body"):
        message = await receive()
        body += message.get("body", b"")
        if len(body) > limit:
            raise BodyTooLarge
    if len(body) > limit:
        raise BodyTooLarge
    return body


def header(scope: Scope, name: bytes) -> str | None:
    for key, value in scope["headers"]:
        if key == name:
            return bytes(value).decode("latin-1")
    return None


def origin(scope: Scope) -> str:
    """Scheme and host the client used."""
    host = header(scope, b"host")
    if host is None:
        name, port = scope.get("server") or ("127.0.0.1", 80)
        host = f"{name}:{port}"
    return f"{scope.get('scheme', 'http')}://{host}"


async def start(send: Send, status: int, content_type: bytes, length: int, extra: dict[str, str]) -> None:
    headers = [(b"content-type", content_type), (b"content-length", str(length).encode())]
    headers += [(name.lower().encode(), value.encode("latin-1")) for name, value in extra.items()]
    await send({"type": "http.response.start", "status": status, "headers": headers})


async def answer(
    send: Send, status: int, body: bytes, content_type: bytes = JSON_TYPE, extra: dict[str, str] | None = None
) -> None:
    await start(send, status, content_type, len(body), extra or {})
    await send({"type": "http.response.body", "body": body})
