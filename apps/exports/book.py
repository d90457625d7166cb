"""What a format reads: one snapshot, its tree in the ledger, its stored files."""

import re
from collections.abc import Iterable, Iterator
from hashlib import sha256
from itertools import islice
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from apps.core.ordering import Bytewise
from apps.exports.ledger import Entry, Ledger
from apps.exports.manifest import Missing
from apps.exports.reasons import NotWritten
from apps.exports.sinks import CHUNK
from apps.notion.model import Json
from apps.snapshots.models import Kind, ObjectVersion, Snapshot, SnapshotState, StoredFile
from apps.snapshots.reasons import REASONS
from apps.snapshots.selectors.objects import lines_of
from apps.snapshots.store.bodies import own_json
from apps.snapshots.store.files import open_stored
from apps.snapshots.store.versions import alive_at

BATCH = 200
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}T")
"""How the sort key of an object begins that says when it was created (``apps.snapshots.capture.anatomy.sort_key``)."""


class Book:
    """Reads one object at a time. Runs in the scope of the snapshot's organization."""

    def __init__(self, snapshot: Snapshot, ledger: Ledger) -> None:
        self.snapshot = snapshot
        self.ledger = ledger
        self._open: tuple[str, ObjectVersion] | None = None

    def entries(self) -> Iterator[Entry]:
        """All objects, siblings in the order of their creation; the ledger decides where each lies."""
        columns = self._alive().order_by(Bytewise("sort_key"), "object")
        rows = columns.values_list("object", "kind", "parent", "title", "lines", "file__sha256", "sort_key")
        for seq, row in enumerate(rows.iterator(chunk_size=BATCH)):
            object_id, kind, parent, title, lines, content, sort_key = row
            weight = lines if kind in (Kind.DISCUSSION, Kind.BLOCK_DISCUSSION) else 1
            created = sort_key[:10] if _DAY.match(sort_key) else ""
            yield Entry(seq, str(object_id), kind, str(parent or ""), title, weight, content or "", lines, created)

    def raw(self, entry: Entry) -> Json:
        """The object as Notion gave it."""
        return own_json(bytes(self._version(entry).body))

    def raws(self, entries: Iterable[Entry]) -> Iterator[tuple[Entry, Json]]:
        """Many objects as Notion gave them, a few hundred to a query."""
        waiting = iter(entries)
        while batch := list(islice(waiting, BATCH)):
            rows = self._alive().filter(object__in=[UUID(entry.id) for entry in batch])
            bodies = {str(object_id): body for object_id, body in rows.values_list("object", "body")}
            for entry in batch:
                yield entry, own_json(bytes(bodies[entry.id]))

    def lines(self, entry: Entry) -> Iterator[Json]:
        """What lies inside the object: blocks depth first, comments, templates."""
        return lines_of(self._version(entry))

    def line_count(self, entry: Entry) -> int:
        return self._version(entry).lines

    def stored_file(self, entry: Entry) -> StoredFile:
        stored = self._version(entry).file
        if stored is None:
            raise NotWritten("file_gone")
        return stored

    def attachment(self, entry: Entry) -> Iterator[bytes]:
        """The bytes of a stored file. Raises :class:`NotWritten` when they are gone or not what was stored."""
        stored = self.stored_file(entry)
        digest = sha256()
        try:
            with open_stored(stored.name) as opened:
                while chunk := opened.read(CHUNK):
                    digest.update(chunk)
                    yield chunk
        except FileNotFoundError as error:
            raise NotWritten("file_gone") from error
        if digest.hexdigest() != stored.sha256:
            raise NotWritten("file_changed")

    def facts(self) -> dict[str, Any]:
        """What the manifest says of the snapshot."""
        snapshot, workspace = self.snapshot, self.snapshot.workspace
        return {
            "workspace": {"id": workspace.notion_id, "name": workspace.name},
            "snapshot": {
                "id": snapshot.public_id,
                "number": snapshot.number,
                "state": snapshot.state,
                "finished_at": snapshot.finished_at.isoformat() if snapshot.finished_at else None,
                "counts": {kind: dict(sorted(row.items())) for kind, row in sorted(snapshot.counts.items())},
            },
        }

    def gap(self) -> str:
        """What the snapshot itself lacks, as the end of the sentence “Incomplete: …”; empty for a complete one."""
        if self.snapshot.state == SnapshotState.COMPLETE:
            return ""
        missing = self.snapshot.count("seen") - self.snapshot.count("done") - self.snapshot.count("skipped")
        return f"the snapshot lacks {missing:,} of {self.snapshot.count('seen'):,} objects"

    def is_unchanged(self) -> bool:
        """Whether the snapshot is still as it was when the book was opened: a retried capture may go on in it."""
        same = Snapshot.objects.filter(state=self.snapshot.state, finished_at=self.snapshot.finished_at)
        return same.filter(pk=self.snapshot.pk).exists()

    def missing(self) -> Iterator[Missing]:
        """The objects that the snapshot could not get, in a fixed order."""
        unmet = self.snapshot.unmet.order_by(Bytewise("kind"), Bytewise("reason"), "object")
        for one in unmet.iterator(chunk_size=500):
            reason = REASONS[one.reason].sentence if one.reason in REASONS else one.reason
            yield Missing(one.kind, str(one.object), one.title, one.outcome, reason)

    def _version(self, entry: Entry) -> ObjectVersion:
        if self._open is None or self._open[0] != entry.id:
            self._open = (entry.id, self._alive().select_related("file").get(object=UUID(entry.id)))
        return self._open[1]

    def _alive(self) -> QuerySet[ObjectVersion]:
        return alive_at(self.snapshot.workspace_id, self.snapshot.number)
