"""The walk: takes nodes from the frontier, has them read side by side, hands what comes of it to the writer."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Coroutine, Mapping
from typing import Any, Protocol

from apps.jobs.run import JobRun
from apps.notion.errors import NotionError
from apps.snapshots.capture.failures import failed, refuse_to_go_on
from apps.snapshots.capture.frontier import take
from apps.snapshots.capture.steps import Node, Step, ended
from apps.snapshots.capture.trust import Base
from apps.snapshots.capture.writer import Writer
from apps.snapshots.models import Kind, NodeKind, Snapshot, Turn

logger = logging.getLogger(__name__)

FIND, READ = "Find top pages", "Read pages"
WIDTH = 8
"""Nodes read side by side: enough for 600 requests a minute at half a second each, with some in other waits."""
FILES_WIDTH = 4
QUEUE = 200
BACKLOG = 1_000
"""Files waiting, above which no further pages are begun: their addresses are good for an hour only."""
TICK = 0.25
SHAPES = (LookupError, TypeError, ValueError, AttributeError)
"""What reading an object of an unforeseen shape raises. The object is named as failed, the rest goes on."""


class Reader(Protocol):
    async def read(self, node: Node) -> Step: ...


class Crew:
    """One sort of work: its queue, and the tasks that do it, at most ``width`` at a time."""

    def __init__(self, width: int, *turns: Turn) -> None:
        self.turns = turns
        self.queue: deque[Node] = deque()
        self.tasks: dict[asyncio.Task[Step], Node] = {}
        self.dry = False
        """The frontier had nothing more for it when it was last asked."""
        self._width = width

    @property
    def hungry(self) -> bool:
        return len(self.queue) < self._width and not self.dry

    @property
    def starving(self) -> bool:
        return not self.queue and len(self.tasks) < self._width

    @property
    def idle(self) -> bool:
        return not self.queue and not self.tasks

    def start(self, read: Callable[[Node], Coroutine[Any, Any, Step]]) -> None:
        while self.queue and len(self.tasks) < self._width:
            node = self.queue.popleft()
            self.tasks[asyncio.create_task(read(node))] = node

    def collect(self) -> tuple[list[Step], list[BaseException]]:
        """The steps of the tasks that have ended, and what ended the walk for good."""
        steps: list[Step] = []
        errors: list[BaseException] = []
        for task in [task for task in self.tasks if task.done()]:
            del self.tasks[task]
            error = task.exception()
            if error is None:
                steps.append(task.result())
            else:
                errors.append(error)
        return steps, errors

    async def cancel(self) -> None:
        tasks, self.tasks = list(self.tasks), {}
        self.queue.clear()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class Walk:
    """Until the frontier is empty, or the run is told to stop. Raises what concerns the whole capture."""

    def __init__(self, run: JobRun, snapshot: Snapshot) -> None:
        self._run = run
        self._snapshot = snapshot
        self.base: Base | None = None
        """What an incremental capture builds on."""
        self._pages = Crew(WIDTH, Turn.FRESH, Turn.KNOWN)
        self._files = Crew(FILES_WIDTH, Turn.FILE)
        self._crews = (self._pages, self._files)
        self._flushing: asyncio.Task[None] | None = None

    def working_on(self) -> set[int]:
        """The nodes that are in somebody's hands."""
        return {node.id for crew in self._crews for node in (*crew.queue, *crew.tasks.values())}

    async def go(self, writer: Writer, readers: Mapping[str, Reader]) -> bool:
        """Whether the frontier is empty; False when the run was told to stop first."""
        try:
            while not self._run.stopping:
                await self._refill(writer)
                if not all(crew.idle for crew in self._crews):
                    self._start(writer, readers)
                    await self._wait()
                    self._collect(writer)
                    self._flush_if_due(writer)
                elif writer.waiting or self._flushing is not None:
                    await self._flush(writer)
                elif not await self._take(self._pages, (Turn.LAST,), writer):
                    return True
            return False
        finally:
            for crew in self._crews:
                await crew.cancel()
            await self._flush(writer)

    async def _refill(self, writer: Writer) -> None:
        for crew in self._crews:
            if crew.hungry:
                limit = QUEUE - len(crew.queue)
                crew.dry = await self._take(crew, crew.turns, writer) < limit

    async def _take(self, crew: Crew, turns: tuple[Turn, ...], writer: Writer) -> int:
        """Fill the queue from the frontier; how many nodes came."""
        held = frozenset(self.working_on() | writer.uncommitted())
        nodes = await self._run.db(take, self._snapshot, turns, QUEUE - len(crew.queue), held, self.base)
        crew.queue.extend(nodes)
        if writer.stage == FIND and any(node.kind not in NodeKind.values for node in nodes):
            writer.stage = READ
        return len(nodes)

    def _start(self, writer: Writer, readers: Mapping[str, Reader]) -> None:
        async def read(node: Node) -> Step:
            return await _read(readers[node.kind], node)

        if writer.tally.left(Kind.FILE) < BACKLOG or self._files.idle:
            self._pages.start(read)
        self._files.start(read)

    async def _wait(self) -> None:
        tasks: list[asyncio.Task[Any]] = [task for crew in self._crews for task in crew.tasks]
        if self._flushing is not None:
            tasks.append(self._flushing)
        await asyncio.wait(tasks, timeout=TICK, return_when=asyncio.FIRST_COMPLETED)

    def _collect(self, writer: Writer) -> None:
        trouble: list[BaseException] = []
        for crew in self._crews:
            steps, errors = crew.collect()
            trouble += errors
            for step in steps:
                writer.add(step)
        if self._flushing is not None and self._flushing.done():
            flushing, self._flushing = self._flushing, None
            flushing.result()
            self._moisten()
        if trouble:
            raise trouble[0]

    def _flush_if_due(self, writer: Writer) -> None:
        starving = any(crew.starving for crew in self._crews)
        if self._flushing is None and writer.is_due(starving=starving):
            self._flushing = asyncio.create_task(writer.flush())

    async def _flush(self, writer: Writer) -> None:
        if self._flushing is not None:
            flushing, self._flushing = self._flushing, None
            await flushing
        await writer.flush()
        self._moisten()

    def _moisten(self) -> None:
        for crew in self._crews:
            crew.dry = False


async def _read(reader: Reader, node: Node) -> Step:
    try:
        return await reader.read(node)
    except NotionError as error:
        refuse_to_go_on(error)
        return failed(node, error)
    except SHAPES:
        logger.exception("object not readable", extra={"kind": node.kind, "object": node.notion_id})
        return ended(node, "unreadable")
