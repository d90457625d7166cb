"""Collectors on this machine: an HTTP server that acknowledges as it is told, and syslog servers."""

import json
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any


@dataclass
class Inbox:
    """What has arrived. ``answers`` are the statuses of the next requests, 200 when there is none left."""

    port: int = 0
    entries: list[dict[str, Any]] = field(default_factory=list)
    requests: list[dict[str, str]] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)

    @property
    def places(self) -> list[int]:
        return [entry["seq"] for entry in self.entries]


@contextmanager
def http_collector() -> Iterator[Inbox]:
    inbox = Inbox()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            status = inbox.answers.pop(0) if inbox.answers else 200
            inbox.requests.append({name.lower(): value for name, value in self.headers.items()})
            if status < 300:
                inbox.entries += [json.loads(line) for line in body.splitlines()]
            self.send_response(status)
            if status == 429:
                self.send_header("retry-after", "77")
            if status == 307:
                self.send_header("location", "http://127.0.0.1:1/")
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *args: Any) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Handler)
    inbox.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield inbox
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def syslog_stream(context: ssl.SSLContext | None = None) -> Iterator[Inbox]:
    """Octet counting over TCP, under TLS with a context."""
    inbox = Inbox()
    listener = socket.create_server(("127.0.0.1", 0))
    inbox.port = listener.getsockname()[1]

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            try:
                with context.wrap_socket(connection, server_side=True) if context else connection as stream:
                    _read_frames(stream, inbox)
            except OSError:
                continue

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield inbox
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()


@contextmanager
def syslog_datagrams() -> Iterator[Inbox]:
    inbox = Inbox()
    receiver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    receiver.bind(("127.0.0.1", 0))
    receiver.settimeout(5)
    inbox.port = receiver.getsockname()[1]
    try:
        yield inbox
        receiver.settimeout(0.3)
        try:
            while True:
                _take(receiver.recv(65_535), inbox)
        except TimeoutError:
            pass
    finally:
        receiver.close()


def _read_frames(stream: socket.socket, inbox: Inbox) -> None:
    data = b""
    while piece := stream.recv(65_536):
        data += piece
    while data:
        length, _, data = data.partition(b" ")
        _take(data[: int(length)], inbox)
        data = data[int(length) :]


def _take(message: bytes, inbox: Inbox) -> None:
    inbox.raw.append(message)
    inbox.entries.append(json.loads(message[message.index(b"{") :]))
