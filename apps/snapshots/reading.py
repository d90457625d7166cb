"""Where the links of a snapshot's documents lead: to other objects and to stored files of the same snapshot."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar
from uuid import UUID

from apps.notion.lowering import Context, Link
from apps.notion.storage import without_query
from apps.snapshots.capture.files_in import file_id
from apps.snapshots.models import Snapshot
from apps.snapshots.selectors.objects import stored_files, titles

Json = dict[str, Any]
Drawn = TypeVar("Drawn")


class SnapshotContext:
    """Where objects and files of one snapshot are found: ``object_href(id)`` and ``file_href(file's id)`` say it."""

    def __init__(
        self, snapshot: Snapshot, object_href: Callable[[UUID], str], file_href: Callable[[UUID], str]
    ) -> None:
        self._snapshot = snapshot
        self._object_href = object_href
        self._file_href = file_href
        self._links: dict[str, Link | None] = {}
        self._files: dict[str, str | None] = {}

    def link(self, object_id: str) -> Link | None:
        if object_id not in self._links:
            self._learn_links([object_id])
        return self._links[object_id]

    def file(self, file: Json) -> str | None:
        address = _address(file)
        if address is None:
            return None
        if address not in self._files:
            self._learn_files([address])
        return self._files[address]

    def drawn(self, draw: Callable[[Context], Drawn]) -> Drawn:
        """What ``draw`` makes with this context, with one query for all objects that it asks for and one for all files.

        It is called twice: first with a context that only notes what is asked.
        """
        asked = _Asked()
        draw(asked)
        if links := asked.links - self._links.keys():
            self._learn_links(links)
        if files := asked.files - self._files.keys():
            self._learn_files(files)
        return draw(self)

    def _learn_links(self, object_ids: Iterable[str]) -> None:
        wanted = {object_id: _as_id(object_id) for object_id in object_ids}
        found = titles(self._snapshot, [known for known in wanted.values() if known])
        for object_id, known in wanted.items():
            held = found.get(known) if known else None
            self._links[object_id] = Link(held[1] or "Untitled", self._object_href(known)) if held and known else None

    def _learn_files(self, addresses: Iterable[str]) -> None:
        wanted = list(addresses)
        stored = stored_files(self._snapshot, wanted)
        for address in wanted:
            self._files[address] = self._file_href(file_id(address)) if address in stored else None


class _Asked:
    """Answers nothing and notes what it is asked for."""

    def __init__(self) -> None:
        self.links: set[str] = set()
        self.files: set[str] = set()

    def link(self, object_id: str) -> Link | None:
        self.links.add(object_id)
        return None

    def file(self, file: Json) -> str | None:
        if (address := _address(file)) is not None:
            self.files.add(address)
        return None


def _as_id(object_id: str) -> UUID | None:
    """None for what stands in a link that somebody typed and is no id."""
    try:
        return UUID(object_id)
    except ValueError:
        return None


def _address(file: Json) -> str | None:
    held = file.get(str(file.get("type")))
    url = held.get("url") if isinstance(held, dict) else None
    return without_query(url) if isinstance(url, str) else None
