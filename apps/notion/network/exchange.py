"""One exchange with Notion's API: a call goes out, its whole answer comes back."""

import asyncio
import re
from collections.abc import Callable

from apps.notion.answers import read_answer
from apps.notion.encoding import CutShort, Gunzip, TooLong
from apps.notion.errors import ConnectionLost, MalformedResponse, Unauthorized, redact
from apps.notion.network.connections import Connections
from apps.notion.network.wires import FAILURES, Reply, lost
from apps.notion.transports.base import Call, Json

MAX_BODY = 64 * 1024 * 1024  # bytes; 100 rows with full rich text stay far below
_SENDABLE = re.compile(r"[!-~]+ [!-~]+")


class NetworkTransport:
    """The innermost layer: makes the exchange and reads the answer. Neither repeats nor waits.

    `headers` go with every call; `authorization` gives the value of that header and is asked each time, so
    a key can change while the client lives. `timeout` bounds one whole exchange, in seconds. What it sends as
    credentials, and `secrets`, never appear in errors. `hear` takes the `Date` of each answer.
    """

    def __init__(
        self,
        base_url: str,
        connections: Connections,
        authorization: Callable[[], str],
        headers: dict[str, str] | None = None,
        *,
        timeout: float = 60.0,
        secrets: tuple[str, ...] = (),
        max_body: int = MAX_BODY,
        hear: Callable[[str | None], None] | None = None,
    ) -> None:
        self.base_url = base_url.rstrip("/")
        self._connections = connections
        self._authorization = authorization
        self._timeout = timeout
        self._secrets = secrets
        self._max_body = max_body
        self._hear = hear
        self._headers = {"accept": "application/json", "accept-encoding": "gzip", "user-agent": "NotionHub"}
        self._headers |= {name.lower(): value for name, value in (headers or {}).items()}

    async def send(self, call: Call) -> Json:
        authorization = self._credentials()
        secrets = (authorization.partition(" ")[2], *self._secrets)
        headers = self._headers_of(call, authorization)
        try:
            async with (
                self._connections.lend() as wire,
                asyncio.timeout(self._timeout),
                wire.exchange(call.method, self.base_url + call.target, headers, call.body) as reply,
            ):
                if self._hear is not None:
                    self._hear(reply.headers.get("date"))
                body = await self._read(reply)
        except TimeoutError as error:
            raise ConnectionLost(f"No complete answer within {self._timeout:g} seconds.") from error
        except FAILURES as error:
            raise lost(error, *secrets) from error
        return read_answer(reply.status, reply.headers, body, *secrets)

    def _credentials(self) -> str:
        # The libraries below would name a header that they cannot send in full.
        authorization = self._authorization()
        if not _SENDABLE.fullmatch(authorization):
            raise Unauthorized("It is empty or holds characters that no token has, so it was not sent.")
        return authorization

    def _headers_of(self, call: Call, authorization: str) -> dict[str, str]:
        headers = self._headers | {"authorization": authorization}
        if call.body is not None:
            headers["content-type"] = "application/json"
        if call.body or call.method in ("POST", "PATCH"):
            headers["content-length"] = str(len(call.body or b""))
        return headers

    async def _read(self, reply: Reply) -> bytes:
        encoding = reply.headers.get("content-encoding", "identity").lower()
        pieces: list[bytes] = []
        size = 0
        async for piece in reply.body:
            size += len(piece)
            if size > self._max_body:
                raise self._unreadable(reply, f"It is longer than {self._max_body} bytes.")
            pieces.append(piece)
        body = b"".join(pieces)
        if encoding == "identity" or not body:
            return body
        if encoding != "gzip":
            raise self._unreadable(reply, f"It is encoded as {redact(encoding)}, which was not asked for.")
        gunzip = Gunzip(self._max_body)
        try:
            body = gunzip.feed(body)
            gunzip.finish()
        except TooLong as error:
            raise self._unreadable(reply, f"It is longer than {self._max_body} bytes.") from error
        except CutShort as error:
            raise self._unreadable(reply, "Its compressed body is damaged or cut.") from error
        return body

    def _unreadable(self, reply: Reply, message: str) -> MalformedResponse:
        return MalformedResponse(message, status=reply.status, edge_ray=reply.headers.get("cf-ray"))
