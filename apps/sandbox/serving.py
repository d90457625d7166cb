"""Runs the sandbox on a socket with uvicorn, whose connections it can cut."""

import asyncio
import socket
import struct
from typing import Any, cast

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from apps.sandbox.striking import RESET


class CuttableProtocol(H11Protocol):
    """Offers the application a way to reset its connection, through a scope extension."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        served = cast("ASGIApp", self.app)

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            scope.setdefault("extensions", {})[RESET] = self.cut
            await served(scope, receive, send)

        self.app = cast("Any", app)

    def cut(self) -> None:
        """A TCP reset: the client sees the connection die, not end."""
        connection: socket.socket | None = self.transport.get_extra_info("socket")
        if connection is not None:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.transport.abort()


def server(app: ASGIApp, host: str, port: int) -> uvicorn.Server:
    """A server that stops gracefully on SIGTERM and SIGINT; ``port`` 0 takes a free one."""
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        http=CuttableProtocol,
        ws="none",
        lifespan="off",
        log_level="warning",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=5,
        backlog=2048,
    )
    return uvicorn.Server(config)


def run(app: ASGIApp, host: str, port: int) -> None:
    asyncio.run(server(app, host, port).serve())
