"""A store that answers every request with one refusal, or never."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import MappingProxyType
from typing import Any

BODY = "<?xml version='1.0'?><Error><Code>{code}</Code><Message>m</Message></Error>"


@contextmanager
def refusing(
    status: int,
    code: str,
    *,
    silent_for: float = 0,
    headers: Mapping[str, str] = MappingProxyType({}),
    asked: list[str] | None = None,
) -> Iterator[str]:
    """Its address. ``silent_for`` seconds pass before each answer, unless it is closed earlier.

    ``headers`` go with each answer; ``asked`` takes the path of each request.
    """
    closed = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"  # else it is waited for a “100 Continue”
        timeout = 5

        def answer(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if asked is not None:
                asked.append(self.path)
            closed.wait(silent_for)
            body = b"" if self.command == "HEAD" else BODY.format(code=code).encode()
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Type", "application/xml")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = answer  # noqa: N815  (as the server calls them)

        def log_message(self, *_: Any) -> None:
            """Nothing to say."""

        def handle(self) -> None:
            with suppress(ConnectionError):  # whoever asked has gone
                super().handle()

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        closed.set()
        server.shutdown()
        server.server_close()
        thread.join()
