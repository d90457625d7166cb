"""The blocks of one page while they are being listed: a tree of listings, kept as canonical lines.

What was listed can be written down as records and read back, so that a long page survives an interruption.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import orjson

from apps.notion.normalise import canonical, normalise
from apps.snapshots.store.bodies import Line, compress, decompress

Json = dict[str, Any]
ROLES = ("created_by", "last_edited_by")
OWN_OBJECTS = frozenset({"child_page", "child_database"})
"""Blocks that stand for an object with a listing of its own."""


@dataclass(slots=True, eq=False)
class Container:
    """A page or block whose children are listed.

    ``source`` is what Notion is asked for: a synced copy may have to be asked for by its ``original``.
    ``dropped``: its own place in the page is gone, because the listing that showed it began anew. ``cut``: Notion ended
    its listing although there is more.
    """

    number: int
    id: str
    source: str
    type: str = ""
    original: str | None = None
    cursor: str | None = None
    entries: list[tuple[Line, "Container | None"]] = field(default_factory=list)
    ended: bool = False
    cut: bool = False
    skipped: str = ""
    dropped: bool = False


class PageContent:
    """Grows by :meth:`add` and :meth:`skip` until nothing is pending."""

    def __init__(self, page_id: str) -> None:
        self.root = Container(0, page_id, page_id)
        self._containers = [self.root]
        self._pending = deque(self._containers)
        self._records: list[Json] = []
        self.own_objects: set[str] = set()
        """Ids of blocks that stand for a page or database."""
        self.authors: set[str | None] = set()
        """Ids of those who made or edited a block."""
        self.attached: set[UUID] = set()
        """Ids of the files that were met. One whose block is listed no more may still be among them."""
        self._kept_files: set[UUID] = set()
        self.shows_others = False
        """Whether it holds copies of blocks that may change where they come from, while this page does not."""
        self.met_in_trash = False
        """Whether a block lay in the trash when it was listed: with a page above, whose return is no edit of this one.
        """

    @classmethod
    def restored(cls, page_id: str, parts: Iterable[bytes]) -> "PageContent":
        """From what :meth:`take_records` gave, in order."""
        content = cls(page_id)
        for part in parts:
            for record in orjson.loads(decompress(part)):
                content._replay(record)
        content._records.clear()
        content._pending = deque(each for each in content._containers if not each.ended and not each.dropped)
        return content

    def next_pending(self) -> Container | None:
        """A container that nobody lists yet."""
        while self._pending:
            container = self._pending.popleft()
            if not container.dropped:
                return container
        return None

    def add(self, container: Container, blocks: list[Json], cursor: str | None) -> list[bytes]:
        """One portion of a container's listing, as the lines that it becomes; ``cursor`` None is its end."""
        lines: list[bytes] = []
        for block in blocks:
            line = canonical(normalise(block))
            lines.append(line)
            kind = block.get("type")
            if kind in OWN_OBJECTS:
                self.own_objects.add(block["id"])
            elif kind == "synced_block" and original_of(block) is not None:
                self.shows_others = True
            if block.get("in_trash"):
                self.met_in_trash = True
            for role in ROLES:
                if author := block.get(role):
                    self.authors.add(author.get("id"))
            child = self._child(container, block) if block.get("has_children") else None
            container.entries.append((Line(block["id"], line), child))
        container.cursor, container.ended = cursor, cursor is None
        fragments = list(map(orjson.Fragment, lines))
        self._records.append({"at": container.number, "next": cursor, "lines": fragments})
        return lines

    def restart(self, container: Container) -> None:
        """Forget what was listed of a container: its listing begins anew, because its cursor died."""
        self._drop_entries(container)
        container.cursor, container.ended, container.cut = None, False, False
        self._records.append({"at": container.number, "restart": True})

    def cut(self, container: Container) -> None:
        """Notion says that its listing is not whole."""
        container.cut = True
        self._records.append({"at": container.number, "cut": True})

    def skip(self, container: Container, reason: str) -> None:
        """Its children cannot be listed, and why."""
        container.skipped, container.ended = reason, True
        self._records.append({"at": container.number, "skip": reason})

    def _child(self, container: Container, block: Json) -> Container | None:
        """To be listed as well. Only called for a block that says it has children."""
        kind = block.get("type")
        if kind in OWN_OBJECTS:
            return None
        child = Container(len(self._containers), block["id"], block["id"], str(kind), original_of(block))
        child.dropped = container.dropped
        self._containers.append(child)
        self._pending.append(child)
        return child

    def _drop_entries(self, container: Container) -> None:
        for _, child in container.entries:
            if child is not None:
                child.dropped = True
                self._drop_entries(child)
        container.entries.clear()

    def _replay(self, record: Json) -> None:
        if "files" in record:
            self.attached |= {UUID(name) for name in record["files"]}
            self._kept_files |= self.attached
            return
        container = self._containers[record["at"]]
        if "skip" in record:
            self.skip(container, record["skip"])
        elif "cut" in record:
            self.cut(container)
        elif "restart" in record:
            self.restart(container)
        else:
            self.add(container, record["lines"], record["next"])

    @property
    def unsaved(self) -> int:
        """How many listings are not written down yet."""
        return len(self._records)

    def take_records(self) -> bytes:
        """What happened since the last time, packed."""
        records, self._records = self._records, []
        if fresh := self.attached - self._kept_files:
            records.append({"files": [str(file) for file in fresh]})
            self._kept_files |= fresh
        return compress(orjson.dumps(records))

    def lines(self) -> Iterator[Line]:
        """Every block, depth first."""
        stack = [iter(self.root.entries)]
        while stack:
            entry = next(stack[-1], None)
            if entry is None:
                stack.pop()
                continue
            line, child = entry
            yield line
            if child is not None:
                stack.append(iter(child.entries))

    @property
    def is_cut(self) -> bool:
        """Whether Notion kept some of its blocks back."""
        return any(each.cut and not each.dropped for each in self._containers)

    def skipped(self) -> Iterator[Container]:
        """Containers whose children could not be listed."""
        return (each for each in self._containers if each.skipped and not each.dropped)


def original_of(block: Json) -> str | None:
    """For a synced copy, the id of the block that it shows."""
    synced = block.get("synced_block")
    origin = synced.get("synced_from") if isinstance(synced, dict) else None
    named = origin.get("block_id") if isinstance(origin, dict) else None
    return named if isinstance(named, str) else None
