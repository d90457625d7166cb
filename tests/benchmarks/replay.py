"""The sandbox behind a memory: what it was asked once it answers from ready-made bytes.

The sandbox computes its answers in Python, which takes longer than reading them does. Behind this server it is never
the limit, and whoever is measured sees the very same answers.

    python -m tests.benchmarks.replay PAGES BLOCKS WORDS

prints the port and the token of a workspace of so many pages with so many blocks each.
"""

import asyncio
import random
import sys
from collections.abc import Mapping

import httpx

from apps.sandbox import Sandbox


def uniform_world(pages: int, blocks: int, words: int) -> Sandbox:
    """A workspace of one shared page and others below it, each with one listing of the same size."""
    rng = random.Random(7)

    def text() -> str:
        return " ".join("".join(rng.choices("abcdefghijklmnopqrstuvwxyz", k=6)) for _ in range(words))

    sandbox = Sandbox.generate(pages=1, seed=1, base_url="http://127.0.0.1")
    top = sandbox.edit.create_page(None, "Top")
    for number in range(pages - 1):
        sandbox.edit.create_page(top, f"Page {number}", *(text() for _ in range(blocks)))
    sandbox.token = sandbox.issue_token(shared={top})
    return sandbox


class Memory:
    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client
        self._answers: dict[bytes, bytes] = {}

    async def answer(self, line: bytes, headers: Mapping[str, str], body: bytes) -> bytes:
        key = line + b"\n" + body
        if key not in self._answers:
            method, path, _ = line.decode().split(" ", 2)
            kept = {name: value for name, value in headers.items() if name not in ("host", "accept-encoding")}
            got = await self._client.request(method, path, headers=kept, content=body)
            head = f"HTTP/1.1 {got.status_code} {got.reason_phrase}\r\ncontent-type: application/json\r\n"
            self._answers[key] = f"{head}content-length: {len(got.content)}\r\n\r\n".encode() + got.content
        return self._answers[key]


class Connection(asyncio.Protocol):
    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._seen = b""
        self._tasks: set[asyncio.Task[None]] = set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._seen += data
        while b"\r\n\r\n" in self._seen:
            head, _, rest = self._seen.partition(b"\r\n\r\n")
            line, *lines = head.split(b"\r\n")
            headers = {
                name.decode().lower(): value.decode() for name, _, value in (row.partition(b": ") for row in lines)
            }
            length = int(headers.get("content-length", 0))
            if len(rest) < length:
                return
            self._seen = rest[length:]
            task = asyncio.create_task(self._reply(line, headers, rest[:length]))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _reply(self, line: bytes, headers: Mapping[str, str], body: bytes) -> None:
        self._transport.write(await self._memory.answer(line, headers, body))


async def serve(sandbox: Sandbox) -> None:
    inside = httpx.ASGITransport(app=sandbox.app)
    async with httpx.AsyncClient(transport=inside, base_url="http://127.0.0.1") as client:
        memory = Memory(client)
        server = await asyncio.get_running_loop().create_server(lambda: Connection(memory), "127.0.0.1", 0)
        print(server.sockets[0].getsockname()[1], sandbox.token, flush=True)  # noqa: T201
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(uniform_world(*map(int, sys.argv[1:4]))))
