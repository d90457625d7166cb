"""A capture, storing included, beside a walk of the same workspace with Notion's SDK for Python that stores nothing.

Both run in one process, in turns, against the same ready-made answers (see ``replay``); a ratio is the median of the
ratios of the runs. The capture is timed from its first request to the proof that nothing is missing; finding the job
in the queue, half a second, is the same for a workspace of any size and left out.
"""

import asyncio
import statistics
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import notion_client

from tests.benchmarks.figures import Figure
from tests.benchmarks.house import House, open_house
from tests.benchmarks.servers import replay

WORKERS = 20


@dataclass(frozen=True)
class Shape:
    """A page's blocks and the words in each; ``goal`` is the promised share of the SDK's time."""

    name: str
    blocks: int
    words: int
    goal: float


SHAPES = (Shape("30 KB", 44, 2, 0.6), Shape("80 KB", 97, 12, 0.8))


@dataclass(frozen=True)
class Timed:
    wall: float
    cpu: float


class Walk:
    """Every page that search shows, and every listing of blocks below it."""

    def __init__(self, client: notion_client.AsyncClient) -> None:
        self._client = client
        self._queue: asyncio.Queue[str] = asyncio.Queue()

    async def go(self) -> None:
        workers = [asyncio.create_task(self._work()) for _ in range(WORKERS)]
        cursor: str | None = None
        while True:
            more = {"start_cursor": cursor} if cursor else {}
            pages = {"property": "object", "value": "page"}
            found = await self._client.search(filter=pages, page_size=100, **more)
            for page in found["results"]:
                self._queue.put_nowait(page["id"])
            cursor = found["next_cursor"]
            if not found["has_more"]:
                break
        await self._queue.join()
        for each in workers:
            each.cancel()

    async def _work(self) -> None:
        while True:
            await self._list(await self._queue.get())
            self._queue.task_done()

    async def _list(self, block: str) -> None:
        cursor: str | None = None
        while True:
            more = {"start_cursor": cursor} if cursor else {}
            listing = await self._client.blocks.children.list(block, page_size=100, **more)
            for child in listing["results"]:
                if child["has_children"] and child["type"] != "child_page":
                    self._queue.put_nowait(child["id"])
            cursor = listing["next_cursor"]
            if not listing["has_more"]:
                return


async def _walk(base_url: str, token: str) -> None:
    async with notion_client.AsyncClient(auth=token, base_url=base_url, notion_version="2026-03-11") as client:
        await Walk(client).go()


def walked(base_url: str, token: str) -> Timed:
    wall, cpu = time.perf_counter(), time.process_time()
    asyncio.run(_walk(base_url, token))
    return Timed(time.perf_counter() - wall, time.process_time() - cpu)


def captured(house: House, base_url: str, token: str, name: str) -> Timed:
    workspace = house.connect(base_url, token, name)
    cpu = time.process_time()
    snapshot = house.capture(workspace, comments="none")
    assert snapshot.seconds is not None
    return Timed(snapshot.seconds, time.process_time() - cpu)


def compared(house: House, shape: Shape, pages: int, runs: int) -> Iterator[Figure]:
    with replay(pages, shape.blocks, shape.words) as (base_url, token):
        pairs: list[tuple[Timed, Timed]] = []
        for number in range(runs + 1):
            pairs.append((walked(base_url, token), captured(house, base_url, token, f"{shape.name} {number}")))
    pairs = pairs[1:]  # the first pair fills the server's memory
    wall = statistics.median(own.wall / sdk.wall for sdk, own in pairs)
    cpu = statistics.median(own.cpu / sdk.cpu for sdk, own in pairs)
    sdk = Timed(statistics.median(s.wall for s, _ in pairs), statistics.median(s.cpu for s, _ in pairs))
    own = Timed(statistics.median(o.wall for _, o in pairs), statistics.median(o.cpu for _, o in pairs))
    note = f"{own.wall:.2f} s against {sdk.wall:.2f} s; {pages:,} pages, median of {runs} runs in turns"
    yield Figure(f"capture ÷ SDK walk, {shape.name} listings", wall, "of its time", "<=", shape.goal, note)
    note = f"{own.cpu:.2f} s against {sdk.cpu:.2f} s of CPU, the job's start and end included"
    yield Figure(f"the same in CPU, {shape.name} listings", cpu, "of its CPU", note=note)
    yield Figure(f"captured and stored, {shape.name} listings", pages / own.cpu * 60, "pages/CPU min", ">=", 6000)


def measure(quick: bool) -> Iterator[Figure]:
    pages, runs = (500, 2) if quick else (3000, 5)
    with tempfile.TemporaryDirectory(prefix="notionhub-bench-") as folder, open_house(Path(folder)) as house:
        for shape in SHAPES:
            yield from compared(house, shape, pages, runs)
