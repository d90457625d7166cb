"""The objects of a snapshot, as Notion gave them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson

from apps.core.errors import NotFound
from apps.notion.storage import without_query
from apps.snapshots.capture.files_in import file_id
from apps.snapshots.models import Kind, ObjectVersion, Snapshot, StoredFile
from apps.snapshots.store.bodies import own_json, read_lines
from apps.snapshots.store.chunks import chunk_loader
from apps.snapshots.store.versions import alive_at

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class StoredObject:
    """``raw`` is the object's JSON without what changes from reading to reading; ``lines`` counts what is in it."""

    id: UUID
    kind: str
    parent: UUID | None
    title: str
    raw: Json
    lines: int
    size: int
    since: int
    """The number of the snapshot that saw it like this first."""


@dataclass(frozen=True, slots=True)
class Discussion:
    """Open comments on a page, or on the block ``on``, oldest first."""

    id: UUID
    on: str
    comments: list[Json]


def get_object(snapshot: Snapshot, object_id: UUID) -> StoredObject:
    """Raises :class:`NotFound` when the snapshot does not hold it."""
    return stored_object(_version(snapshot, object_id))


def stored_object(version: ObjectVersion) -> StoredObject:
    return StoredObject(
        id=version.object,
        kind=version.kind,
        parent=version.parent,
        title=version.title,
        raw=own_json(bytes(version.body)),
        lines=version.lines,
        size=version.size,
        since=version.from_no,
    )


def blocks(snapshot: Snapshot, object_id: UUID) -> Iterator[Json]:
    """The blocks of a page or row, depth first; read piece by piece. Raises :class:`NotFound`."""
    return lines_of(_version(snapshot, object_id))


def lines_of(version: ObjectVersion) -> Iterator[Json]:
    """What lies in an object: blocks, comments, templates."""
    for line in read_lines(bytes(version.body), chunk_loader(version.workspace_id)):
        yield orjson.loads(line)


def discussions(snapshot: Snapshot, page: UUID) -> list[Discussion]:
    """The open discussions on a page and on its blocks, by their first comment."""
    kinds = (Kind.DISCUSSION, Kind.BLOCK_DISCUSSION)
    rows = alive_at(snapshot.workspace_id, snapshot.number).filter(parent=page, kind__in=kinds).order_by("sort_key")
    return [_discussion(row) for row in rows]


def _discussion(version: ObjectVersion) -> Discussion:
    parent = own_json(bytes(version.body))["parent"]
    return Discussion(version.object, str(parent.get(parent.get("type"), "")), list(lines_of(version)))


def views(snapshot: Snapshot, database: UUID) -> list[StoredObject]:
    """The views of a database, oldest first."""
    rows = alive_at(snapshot.workspace_id, snapshot.number).filter(parent=database, kind=Kind.VIEW)
    return [stored_object(row) for row in rows.order_by("sort_key")]


def stored_files(snapshot: Snapshot, addresses: Iterable[str]) -> dict[str, StoredFile]:
    """The stored files at these addresses (signed or not), by address without its signature."""
    wanted = {file_id(plain): plain for plain in map(without_query, addresses)}
    rows = alive_at(snapshot.workspace_id, snapshot.number).filter(object__in=list(wanted), file__isnull=False)
    return {wanted[row.object]: row.file for row in rows.select_related("file").defer("body") if row.file is not None}


def titles(snapshot: Snapshot, ids: Iterable[UUID]) -> dict[UUID, tuple[str, str]]:
    """Kind and title of those objects that the snapshot holds, for links to them."""
    rows = alive_at(snapshot.workspace_id, snapshot.number).filter(object__in=list(ids))
    return {object_id: (kind, title) for object_id, kind, title in rows.values_list("object", "kind", "title")}


def _version(snapshot: Snapshot, object_id: UUID) -> ObjectVersion:
    found = alive_at(snapshot.workspace_id, snapshot.number).filter(object=object_id).first()
    if found is None:
        raise NotFound(f"Snapshot {snapshot.number} does not hold this object.")
    return found
