"""Writing the temporal store: what a capture saw, what is no longer there, and taking a capture back.

One workspace has one open snapshot, and it is the newest, so intervals are changed in place. All functions run in
the scope of the organization; those that write belong inside a transaction.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import BooleanField, Exists, F, OuterRef, QuerySet
from django.db.models.expressions import RawSQL

from apps.snapshots.models import FOREVER, CaptureNode, Chunk, ObjectVersion, StoredFile
from apps.snapshots.store.bodies import CHUNK_ABOVE, Packed, PackedChunk, chunk_digests

CLOSED = RawSQL("until_no < 2147483647", (), output_field=BooleanField())
"""SQLite uses a partial index only when the query repeats its condition with the literal in it."""
WRITTEN = (
    *("workspace", "object", "parent", "kind", "title", "sort_key", "digest", "from_no"),
    *("lines", "size", "edited", "listed", "attached", "file", "body"),
)


@dataclass(frozen=True, slots=True)
class FileContent:
    """Bytes that lie in the storage under ``name``."""

    sha256: str
    size: int
    content_type: str
    name: str


@dataclass(frozen=True, slots=True)
class Draft:
    """An object as a capture found it, not yet compared with what is stored.

    ``edited``, ``listed`` and ``attached`` are those of :class:`ObjectVersion`.
    """

    object: UUID
    kind: str
    title: str
    sort_key: str
    packed: Packed
    parent: UUID | None = None
    file: FileContent | None = None
    edited: str = ""
    listed: bytes = b""
    attached: bytes = b""


@dataclass(slots=True)
class Changes:
    """What drafts amount to: rows to add, versions that they replace, and how many bytes that adds.

    ``confirmed``: versions that stay as they are, although they know less of how they were read.
    """

    workspace_id: int
    number: int
    drafts: list[Draft] = field(default_factory=list)
    closed: list[int] = field(default_factory=list)
    overwritten: list[int] = field(default_factory=list)
    chunks: list[PackedChunk] = field(default_factory=list)
    confirmed: list[tuple[int, Draft]] = field(default_factory=list)
    files: list[FileContent] = field(default_factory=list)

    @property
    def size(self) -> int:
        """Bytes that these changes add to the store."""
        bodies = sum(len(draft.packed.body) for draft in self.drafts)
        return bodies + sum(len(chunk.body) for chunk in self.chunks) + sum(file.size for file in self.files)

    def write(self) -> None:
        """May be called again after its transaction was rolled back, so every row is made anew."""
        if self.overwritten:
            ObjectVersion.objects.filter(pk__in=self.overwritten).delete()
        if self.closed:
            ObjectVersion.objects.filter(pk__in=self.closed).update(until_no=self.number)
        for number, draft in self.confirmed:
            row = ObjectVersion.objects.filter(pk=number)
            row.update(edited=draft.edited, listed=draft.listed, attached=draft.attached)
        if self.chunks:
            rows = [
                Chunk(workspace_id=self.workspace_id, digest=chunk.digest, from_no=self.number, body=chunk.body)
                for chunk in self.chunks
            ]
            Chunk.objects.bulk_create(rows, ignore_conflicts=True)
        files = self._write_files()
        if self.drafts:
            ObjectVersion.objects.insert(WRITTEN, [self._row(draft, files) for draft in self.drafts])

    def _write_files(self) -> dict[str, int]:
        """Row numbers of the files that the drafts refer to, by their content."""
        if self.files:
            rows = [
                StoredFile(
                    workspace_id=self.workspace_id,
                    sha256=file.sha256,
                    size=file.size,
                    content_type=file.content_type[:200],
                    name=file.name,
                    from_no=self.number,
                )
                for file in self.files
            ]
            StoredFile.objects.bulk_create(rows)
        wanted = {draft.file.sha256 for draft in self.drafts if draft.file is not None}
        if not wanted:
            return {}
        known = StoredFile.objects.filter(workspace=self.workspace_id, sha256__in=wanted)
        return dict(known.values_list("sha256", "pk"))

    def _row(self, draft: Draft, files: dict[str, int]) -> tuple[Any, ...]:
        """The values of ``WRITTEN``."""
        return (
            self.workspace_id,
            draft.object,
            draft.parent,
            draft.kind,
            draft.title,
            draft.sort_key,
            draft.packed.digest,
            self.number,
            draft.packed.lines,
            draft.packed.size + (draft.file.size if draft.file is not None else 0),
            draft.edited,
            draft.listed,
            draft.attached,
            files[draft.file.sha256] if draft.file is not None else None,
            draft.packed.body,
        )


def compare(workspace_id: int, number: int, drafts: Sequence[Draft]) -> Changes:
    """Find what drafts change. An unchanged object changes nothing: its interval goes on by itself.

    A version that this very snapshot wrote is overwritten. Of several drafts of one object the last one counts.
    """
    changes = Changes(workspace_id, number)
    latest = {draft.object: draft for draft in drafts}
    stored = {row["object"]: row for row in _living_among(workspace_id, latest)}
    for draft in latest.values():
        known = stored.get(draft.object)
        if known is not None and _same(known, draft):
            if not _as_well_known(known, draft):
                changes.confirmed.append((known["id"], draft))
            continue
        if known is not None:
            (changes.overwritten if known["from_no"] == number else changes.closed).append(known["id"])
        changes.drafts.append(draft)
        changes.chunks.extend(draft.packed.chunks)
    _leave_out_stored_chunks(changes)
    changes.files = _new_files(changes)
    return changes


def _living_among(workspace_id: int, objects: Iterable[UUID]) -> Iterable[Mapping[str, Any]]:
    rows = living(workspace_id).filter(object__in=list(objects))
    return rows.values(
        "id",
        "object",
        "parent",
        "kind",
        "digest",
        "from_no",
        "file__sha256",
        "sort_key",
        "edited",
        "listed",
        "attached",
    )


def _same(known: Mapping[str, Any], draft: Draft) -> bool:
    return (
        bytes(known["digest"]) == draft.packed.digest
        and known["parent"] == draft.parent
        and known["kind"] == draft.kind
        and known["file__sha256"] == (draft.file.sha256 if draft.file is not None else None)
        and known["sort_key"] == draft.sort_key
    )


def _as_well_known(known: Mapping[str, Any], draft: Draft) -> bool:
    return (
        known["edited"] == draft.edited
        and bytes(known["listed"]) == draft.listed
        and bytes(known["attached"]) == draft.attached
    )


def _leave_out_stored_chunks(changes: Changes) -> None:
    if not changes.chunks:
        return
    wanted = {chunk.digest: chunk for chunk in changes.chunks}
    stored = Chunk.objects.filter(workspace=changes.workspace_id, digest__in=list(wanted))
    for known in stored.values_list("digest", flat=True):
        wanted.pop(bytes(known), None)
    changes.chunks = list(wanted.values())


def _new_files(changes: Changes) -> list[FileContent]:
    wanted = {draft.file.sha256: draft.file for draft in changes.drafts if draft.file is not None}
    if not wanted:
        return []
    stored = StoredFile.objects.filter(workspace=changes.workspace_id, sha256__in=list(wanted))
    known = set(stored.values_list("sha256", flat=True))
    return [file for sha256, file in wanted.items() if sha256 not in known]


def living(workspace_id: int) -> QuerySet[ObjectVersion]:
    """The versions that nothing has replaced."""
    return ObjectVersion.objects.filter(workspace=workspace_id, until_no=FOREVER)


def alive_at(workspace_id: int, number: int) -> QuerySet[ObjectVersion]:
    """The content of a snapshot.

    Nothing is to be found by the interval, which nearly every version of a workspace lies in, but SQLite would take its
    index before that of an object or of what lies in one. A sum has no index.
    """
    versions = ObjectVersion.objects.alias(began=F("from_no") + 0, ended=F("until_no") + 0)
    return versions.filter(workspace=workspace_id, began__lte=number, ended__gt=number)


def close_objects(workspace_id: int, number: int, objects: Sequence[UUID]) -> None:
    """End the living versions of these objects: the capture of this number saw that they are gone."""
    gone = living(workspace_id).filter(object__in=objects)
    gone.filter(from_no=number).delete()
    gone.update(until_no=number)


def close_unseen(workspace_id: int, number: int, snapshot_id: int, kinds: Iterable[str], states: Iterable[str]) -> int:
    """End the living versions that a full sweep did not meet in one of ``states``; how many there were."""
    met = CaptureNode.objects.filter(snapshot=snapshot_id, object=OuterRef("object"), state__in=list(states))
    unseen = living(workspace_id).filter(~Exists(met), from_no__lt=number, kind__in=list(kinds))
    return unseen.update(until_no=number)


def abort(workspace_id: int, number: int) -> list[str]:
    """Take everything back that the newest snapshot wrote. Doing it twice changes nothing.

    Returns the names of stored files that nothing refers to any more, to be deleted after the commit.
    """
    ObjectVersion.objects.filter(workspace=workspace_id, from_no=number).delete()
    ObjectVersion.objects.filter(CLOSED, workspace=workspace_id, until_no=number).update(until_no=FOREVER)
    Chunk.objects.filter(workspace=workspace_id, from_no=number).delete()
    return _forget_files(StoredFile.objects.filter(workspace=workspace_id, from_no=number))


def dead_between(workspace_id: int, previous: int, following: int) -> QuerySet[ObjectVersion]:
    """The versions that only snapshots between two kept ones show; ``previous`` is 0 when no older one is kept."""
    if not 0 <= previous < following < FOREVER:
        raise ValueError("A snapshot is dropped between an older kept one (or 0) and a newer kept one.")
    return ObjectVersion.objects.filter(CLOSED, workspace=workspace_id, from_no__gt=previous, until_no__lte=following)


def drop(workspace_id: int, previous: int, following: int, limit: int | None = None) -> list[str]:
    """Delete the versions that only snapshots between ``previous`` and ``following`` see; both are kept.

    ``previous`` is 0 when no older snapshot is kept. ``following`` must exist: the newest is never dropped, because
    the living versions are its content. At most ``limit`` versions go. Doing it twice changes nothing. Returns file
    names as :func:`abort` does.
    """
    dead = dead_between(workspace_id, previous, following)
    if limit is not None:
        dead = ObjectVersion.objects.filter(pk__in=list(dead.order_by("pk").values_list("pk", flat=True)[:limit]))
    chunked = dead.filter(lines__gt=CHUNK_ABOVE).values_list("body", flat=True)
    candidates = {name for body in chunked.iterator() for name in chunk_digests(bytes(body))}
    files = set(dead.filter(file__isnull=False).values_list("file", flat=True))
    dead.delete()
    _forget_chunks(workspace_id, candidates)
    return _forget_files(StoredFile.objects.filter(workspace=workspace_id, pk__in=files))


def _forget_chunks(workspace_id: int, candidates: set[bytes]) -> None:
    """Delete chunks that no version refers to any more; a run of blocks that was moved to another page is in both."""
    if not candidates:
        return
    kept = ObjectVersion.objects.filter(workspace=workspace_id, lines__gt=CHUNK_ABOVE)
    for body in kept.values_list("body", flat=True).iterator():
        candidates.difference_update(chunk_digests(bytes(body)))
    Chunk.objects.filter(workspace=workspace_id, digest__in=list(candidates)).delete()


def forget_unused_files(workspace_id: int) -> None:
    """Forget files that no version refers to, such as one that vanished within the capture that brought it."""
    _forget_files(StoredFile.objects.filter(workspace=workspace_id))


def _forget_files(files: QuerySet[StoredFile]) -> list[str]:
    unused = files.filter(~Exists(ObjectVersion.objects.filter(file=OuterRef("pk"))))
    rows = list(unused.values_list("pk", "name"))
    StoredFile.objects.filter(pk__in=[pk for pk, _ in rows]).delete()
    return [name for _, name in rows]
