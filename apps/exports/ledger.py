"""What an export knows while it is being made: the tree of objects, what was written, what could not be.

A file of its own on the worker's disk (SQLite), because all of it grows with the workspace and memory must not.
It is the checkpoint as well: what it has committed, together with the archive's mark, is where a later run goes on.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from apps.exports.arrangement import DEEP, Arrangement
from apps.exports.naming import UNTITLED, bare_id, clash_key, safe
from apps.exports.settling import Selection, settle

PLACE_BYTES = 600
"""Beyond this many bytes of path, a folder continues at :data:`DEEP`."""
REMEMBERED = 5_000

_COLUMNS = "seq, id, kind, parent, title, weight, content, lines, created, home, folder, name, chosen, turn"
_SCHEMA = """
CREATE TABLE object (
    seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, parent TEXT NOT NULL,
    title TEXT NOT NULL, weight INTEGER NOT NULL, content TEXT NOT NULL, lines INTEGER NOT NULL, created TEXT NOT NULL,
    home TEXT NOT NULL, folder TEXT, name TEXT DEFAULT '', chosen INTEGER NOT NULL DEFAULT 1, turn INTEGER UNIQUE,
    among TEXT, digits INTEGER, clash TEXT
);
CREATE INDEX object_parent ON object (parent, kind, seq);
CREATE TABLE file (path TEXT PRIMARY KEY, clash TEXT NOT NULL UNIQUE, size INTEGER NOT NULL, sha256 TEXT NOT NULL)
    WITHOUT ROWID;
CREATE TABLE attachment (path TEXT PRIMARY KEY, content TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX attachment_content ON attachment (content);
CREATE TABLE problem (
    id INTEGER PRIMARY KEY, kind TEXT NOT NULL, object TEXT NOT NULL, title TEXT NOT NULL, code TEXT NOT NULL
);
CREATE TABLE note (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""


_USUAL, _WHOLE = Arrangement(), Selection()


@dataclass(frozen=True, slots=True)
class Entry:
    """An object of the snapshot; ``parent`` is ``""`` where it has none.

    ``weight`` is how many things it stands for in the counts (the comments of a discussion), ``content`` the SHA-256
    of a stored file, ``lines`` how much lies in it (blocks, comments), ``created`` the day of its creation in UTC
    (``2026-07-04``, or empty). The rest is known once the ledger is settled (:mod:`apps.exports.settling`): ``home``
    is the object whose folder it lies in, ``""`` at the top; ``folder`` where it lies instead, if that is not None;
    ``name`` is its name without extension; ``chosen`` whether it is wanted; ``turn`` says when it is written.
    """

    seq: int
    id: str
    kind: str
    parent: str
    title: str
    weight: int = 1
    content: str = ""
    lines: int = 0
    created: str = ""
    home: str = ""
    folder: str | None = None
    name: str = ""
    chosen: int = 1
    turn: int = 0


@dataclass(frozen=True, slots=True)
class WrittenFile:
    path: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Problem:
    """An object that is not in the export although it should; ``code`` says why (``apps.exports.reasons``)."""

    kind: str
    object_id: str
    title: str
    code: str


class PathTaken(Exception):
    """Two files would have one path (or two that some file system cannot tell apart)."""


class Ledger:
    """Not shared between threads. Changes count from :meth:`commit` on; closing without it forgets them."""

    def __init__(self, path: Path) -> None:
        new = not path.exists()
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.execute("PRAGMA cache_size=-4000")
        if new:
            self._db.executescript(_SCHEMA)
        self._db.execute("BEGIN")
        self._places: dict[str, str] = {}

    def commit(self) -> None:
        self._db.execute("COMMIT")
        self._db.execute("BEGIN")

    def close(self) -> None:
        self._db.execute("ROLLBACK")
        self._db.close()

    @property
    def database(self) -> sqlite3.Connection:
        """For a format's tables of its own: what is written there counts from :meth:`commit` on, too."""
        return self._db

    # Notes: small facts of the run itself, as JSON.
    def note(self, name: str, value: Any) -> None:
        self._db.execute("INSERT OR REPLACE INTO note VALUES (?, ?)", (name, json.dumps(value)))

    def noted(self, name: str) -> Any:
        row = self._db.execute("SELECT value FROM note WHERE name = ?", (name,)).fetchone()
        return None if row is None else json.loads(row[0])

    # The tree.
    def add_objects(self, entries: Iterable[Entry]) -> None:
        self._db.executemany(
            "INSERT INTO object (seq, id, kind, parent, title, weight, content, lines, created, home)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                (e.seq, e.id, e.kind, e.parent, e.title, e.weight, e.content, e.lines, e.created, e.parent)
                for e in entries
            ),
        )

    def settle(self, arrangement: Arrangement = _USUAL, selection: Selection = _WHOLE) -> None:
        """Decide what is chosen, where everything lies and how it is called, once all objects are known."""
        settle(self._db, arrangement, selection)
        self.note("partial", not selection.is_whole)

    @property
    def is_partial(self) -> bool:
        """Whether only some objects were chosen."""
        return bool(self.noted("partial"))

    def choose(self, entry: Entry) -> None:
        """Take in an object that was not chosen: a stored file that a chosen page shows."""
        self._db.execute("UPDATE object SET chosen = 1 WHERE seq = ?", (entry.seq,))

    def count_left_out(self) -> dict[str, int]:
        """How much of each kind was not chosen, by weight; stored files have their turn to be asked for."""
        rows = self._db.execute(
            "SELECT kind, sum(weight) FROM object WHERE NOT chosen AND kind <> 'file' GROUP BY kind ORDER BY kind"
        )
        return dict(rows.fetchall())

    def count_objects(self) -> dict[str, int]:
        """How much there is of each kind, by weight."""
        rows = self._db.execute("SELECT kind, sum(weight) FROM object GROUP BY kind ORDER BY kind")
        return dict(rows.fetchall())

    def objects(self, after: int, limit: int) -> list[Entry]:
        """The next objects in turn, from the turn ``after`` (excluded) on."""
        statement = f"SELECT {_COLUMNS} FROM object WHERE turn > ? ORDER BY turn LIMIT ?"  # noqa: S608
        rows = self._db.execute(statement, (after, limit))
        return [Entry(*row) for row in rows]

    def object(self, object_id: str) -> Entry | None:
        """An object of the snapshot, chosen or not."""
        statement = f"SELECT {_COLUMNS} FROM object WHERE id = ?"  # noqa: S608
        row = self._db.execute(statement, (object_id,)).fetchone()
        return None if row is None else Entry(*row)

    def where(self, condition: str, values: Sequence[str | int]) -> list[Entry]:
        """The objects that meet a condition in SQL, which may order and limit them."""
        statement = f"SELECT {_COLUMNS} FROM object WHERE {condition}"  # noqa: S608
        return [Entry(*row) for row in self._db.execute(statement, values)]

    def known(self, object_id: str) -> Entry:
        """An object that is surely there. Raises :class:`LookupError`."""
        entry = self.object(object_id)
        if entry is None:
            raise LookupError(f"The ledger does not know the object {object_id}.")
        return entry

    def is_merged(self, entry: Entry) -> bool:
        """Whether it is a data source whose database is known, and so has no place of its own."""
        return entry.kind == "data_source" and entry.home != "" and self.known(entry.home).kind == "database"

    def top(self, kinds: Sequence[str]) -> Iterator[Entry]:
        """The chosen objects of these kinds that lie in no other, in order."""
        marks = ", ".join("?" * len(kinds))
        statement = f"SELECT {_COLUMNS} FROM object WHERE home = '' AND chosen AND kind IN ({marks}) ORDER BY seq"  # noqa: S608
        return (Entry(*row) for row in self._db.execute(statement, [str(kind) for kind in kinds]))

    def count_children(self, parent_id: str, kind: str) -> int:
        statement = "SELECT count(*) FROM object WHERE parent = ? AND kind = ? AND chosen"
        count: int = self._db.execute(statement, (parent_id, kind)).fetchone()[0]
        return count

    def children(self, parent_id: str, kind: str) -> Iterator[Entry]:
        """The chosen ones, in order. The caller may write to the ledger meanwhile."""
        last = -1
        statement = (
            f"SELECT {_COLUMNS} FROM object WHERE parent = ? AND kind = ? AND seq > ? AND chosen"  # noqa: S608
            " ORDER BY seq LIMIT 500"
        )
        while rows := self._db.execute(statement, (parent_id, kind, last)).fetchall():
            for row in rows:
                yield Entry(*row)
            last = rows[-1][0]

    def place(self, entry: Entry) -> str:
        """The path of the object's file without extension, which is the folder of what it holds."""
        if entry.folder is not None:
            return f"{entry.folder}/{entry.name}" if entry.folder else entry.name
        if (known := self._places.get(entry.id)) is not None:
            return known
        chain = [entry]
        while chain[-1].folder is None and chain[-1].home not in self._places:
            chain.append(self.known(chain[-1].home))
        if len(self._places) > REMEMBERED:
            home = chain[-1].home
            self._places = {home: self._places[home]} if home in self._places else {}
        for link in reversed(chain):
            self._places[link.id] = (
                self.place(link) if link.folder is not None else _under(self._places[link.home], link)
            )
        return self._places[entry.id]

    # What was written.
    def add_file(self, file: WrittenFile) -> None:
        """Raises :class:`PathTaken`."""
        try:
            values = (file.path, clash_key(file.path), file.size, file.sha256)
            self._db.execute("INSERT INTO file VALUES (?, ?, ?, ?)", values)
        except sqlite3.IntegrityError as error:
            raise PathTaken(file.path) from error

    def has_file(self, path: str) -> bool:
        return self._db.execute("SELECT 1 FROM file WHERE path = ?", (path,)).fetchone() is not None

    def has_alike(self, path: str) -> bool:
        """Whether there is a file of this path, or one that some file system cannot tell from it."""
        return self._db.execute("SELECT 1 FROM file WHERE clash = ?", (clash_key(path),)).fetchone() is not None

    def files(self) -> Iterator[WrittenFile]:
        """Sorted by path, in the order of code points."""
        rows = self._db.execute("SELECT path, size, sha256 FROM file ORDER BY path")
        return (WrittenFile(*row) for row in rows)

    def file_totals(self) -> tuple[int, int]:
        """Number of files and sum of their bytes."""
        count, size = self._db.execute("SELECT count(*), coalesce(sum(size), 0) FROM file").fetchone()
        return count, size

    # Attachments that pages refer to.
    def want_attachment(self, path: str, content: str) -> None:
        """``content`` names the stored bytes: the hexadecimal SHA-256."""
        self._db.execute("INSERT OR IGNORE INTO attachment VALUES (?, ?)", (path, content))

    def attachments(self, content: str) -> list[str]:
        """The paths under which this content is wanted."""
        rows = self._db.execute("SELECT path FROM attachment WHERE content = ? ORDER BY path", (content,))
        return [path for (path,) in rows]

    # What is missing.
    def add_problem(self, problem: Problem) -> None:
        self._db.execute(
            "INSERT INTO problem (kind, object, title, code) VALUES (?, ?, ?, ?)",
            (problem.kind, problem.object_id, problem.title, problem.code),
        )

    def problems(self) -> Iterator[Problem]:
        rows = self._db.execute("SELECT kind, object, title, code FROM problem ORDER BY id")
        return (Problem(*row) for row in rows)


def _under(folder: str, entry: Entry) -> str:
    if len(folder.encode()) > PLACE_BYTES:
        return f"{DEEP}/{safe(entry.title) or UNTITLED} {bare_id(entry.id)}"
    return f"{folder}/{entry.name}"
