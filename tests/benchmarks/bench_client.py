"""What reading a listing of blocks costs, beside Notion's SDK for Python on the same server.

    python -m tests.benchmarks.bench_client [--listings 1500] [--runs 5]

Prints the median over alternating runs: elapsed time as a share of the SDK's, and milliseconds of this
process's CPU per listing. The server runs in a process of its own and sends ready-made bytes.
"""

import argparse
import asyncio
import multiprocessing
import random
import statistics
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

import notion_client
import orjson

from apps.notion.network import open_client
from apps.notion.transports.budget import RateBudget

WORKERS = 20
SHAPES = ((50, 2), (100, 12))  # blocks and words per block: 34 KB, and 83 KB as 100 real blocks have

Read = Callable[[str], Awaitable[Any]]


def listing(blocks: int, words: int) -> bytes:
    rng = random.Random(7)
    return orjson.dumps(
        {
            "object": "list",
            "results": [_block(rng, words) for _ in range(blocks)],
            "next_cursor": None,
            "has_more": False,
            "type": "block",
            "block": {},
            "request_id": "1f0c6c2e-0000-4000-8000-000000000000",
        }
    )


def _block(rng: random.Random, words: int) -> dict[str, Any]:
    text = " ".join("".join(rng.choices("abcdefghijklmnopqrstuvwxyz", k=6)) for _ in range(words))
    identifier = f"{rng.getrandbits(128):032x}"
    plain = {
        "bold": False,
        "italic": False,
        "strikethrough": False,
        "underline": False,
        "code": False,
        "color": "default",
    }
    run = {
        "type": "text",
        "text": {"content": text, "link": None},
        "annotations": plain,
        "plain_text": text,
        "href": None,
    }
    return {
        "object": "block",
        "id": identifier,
        "parent": {"type": "page_id", "page_id": identifier},
        "created_time": "2026-07-04T09:11:00.000Z",
        "last_edited_time": "2026-07-04T09:11:00.000Z",
        "created_by": {"object": "user", "id": identifier},
        "last_edited_by": {"object": "user", "id": identifier},
        "has_children": False,
        "in_trash": False,
        "type": "paragraph",
        "paragraph": {"rich_text": [run], "icon": None, "color": "default"},
    }


class _Fixed(asyncio.Protocol):
    """Sends the same answer for each request head it sees."""

    def __init__(self, answer: bytes) -> None:
        self._answer = answer
        self._seen = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        *heads, self._seen = (self._seen + data).split(b"\r\n\r\n")
        for _ in heads:
            self._transport.write(self._answer)


def _serve(body: bytes, port: Connection) -> None:
    head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json; charset=utf-8\r\ncontent-length: %d\r\n\r\n"
    answer = head % len(body) + body

    async def main() -> None:
        server = await asyncio.get_running_loop().create_server(lambda: _Fixed(answer), "127.0.0.1", 0)
        port.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(main())


@dataclass(frozen=True)
class Figures:
    wall: float
    cpu: float


async def _measure(read: Read, listings: int) -> Figures:
    left = iter(range(listings))

    async def worker() -> None:
        for number in left:
            await read(f"{number:032x}")

    wall, cpu = time.perf_counter(), time.process_time()
    async with asyncio.TaskGroup() as group:
        for _ in range(WORKERS):
            group.create_task(worker())
    return Figures(time.perf_counter() - wall, (time.process_time() - cpu) / listings * 1000)


async def sdk(base_url: str, listings: int) -> Figures:
    async with notion_client.AsyncClient(auth="ntn_benchmark", base_url=base_url) as client:
        return await _measure(lambda block: client.blocks.children.list(block, page_size=100), listings)


async def ours(base_url: str, listings: int) -> Figures:
    budget = RateBudget(10**6, burst=10**6)
    opened = open_client("ntn_benchmark", base_url=base_url, budget=budget, connections=WORKERS)
    async with opened as client:
        return await _measure(client.list_block_children, listings)


def _runs(base_url: str, listings: int, runs: int) -> Iterator[tuple[Figures, Figures]]:
    for number in range(runs + 1):
        pair = asyncio.run(sdk(base_url, listings)), asyncio.run(ours(base_url, listings))
        if number:  # the first pair warms up
            yield pair


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--listings", type=int, default=1500)
    arguments.add_argument("--runs", type=int, default=5)
    chosen = arguments.parse_args()
    for blocks, words in SHAPES:
        body = listing(blocks, words)
        receiver, sender = multiprocessing.Pipe(duplex=False)
        server = multiprocessing.get_context("spawn").Process(target=_serve, args=(body, sender), daemon=True)
        server.start()
        pairs = list(_runs(f"http://127.0.0.1:{receiver.recv()}", chosen.listings, chosen.runs))
        server.terminate()
        server.join()
        theirs, own = zip(*pairs, strict=True)
        share = statistics.median(o.wall / t.wall for t, o in pairs)
        print(  # noqa: T201
            f"{blocks} blocks, {len(body) / 1024:.0f} KB: {share:.2f} of the SDK's time; "
            f"CPU per listing {statistics.median(f.cpu for f in own):.2f} ms, "
            f"SDK {statistics.median(f.cpu for f in theirs):.2f} ms"
        )


if __name__ == "__main__":
    main()
