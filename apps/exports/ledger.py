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

from apps.exports.naming import FULL, SHORT, clash_key, object_name

DEEP = "_deep"
"""The folder for what lies too deep in the tree for a path that every system takes."""
PLACE_BYTES = 600
"""Beyond this many bytes of path, a folder continues at :data:`DEEP`."""
REMEMBERED = 20_000

_SCHEMA = """
CREATE TABLE object (
    seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, parent TEXT NOT NULL,
    title TEXT NOT NULL, weight INTEGER NOT NULL, content TEXT NOT NULL, home TEXT NOT NULL, digits INTEGER NOT NULL,
    turn INTEGER UNIQUE
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


@dataclass(frozen=True, slots=True)
class Entry:
    """An object of the snapshot; ``parent`` is ``""`` where it has none.

    ``weight`` is how many things it stands for in the counts (the comments of a discussion), ``content`` the SHA-256
    of a stored file. ``home`` is the object whose folder it lies in, ``""`` at the top, known once the ledger is
    settled; ``digits`` is how much of its id its name shows, ``turn`` when it is written.
    """

    seq: int
    id: str
    kind: str
    parent: str
    title: str
    weight: int = 1
    content: str = ""
    home: str = ""
    digits: int = SHORT
    turn: int = 0

    @property
    def name(self) -> str:
        return object_name(self.title, self.id, self.digits)


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

    # Notes: small facts of the run itself, as JSON.
    def note(self, name: str, value: Any) -> None:
        self._db.execute("INSERT OR REPLACE INTO note VALUES (?, ?)", (name, json.dumps(value)))

    def noted(self, name: str) -> Any:
        row = self._db.execute("SELECT value FROM note WHERE name = ?", (name,)).fetchone()
        return None if row is None else json.loads(row[0])

    # The tree.
    def add_objects(self, entries: Iterable[Entry]) -> None:
        self._db.executemany(
            "INSERT INTO object VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)",
            ((e.seq, e.id, e.kind, e.parent, e.title, e.weight, e.content, e.parent, SHORT) for e in entries),
        )

    def settle(self) -> None:
        """Decide where everything lies, once all objects are known. See :mod:`apps.exports.naming`.

        A data source has no folder of its own: what it holds lies in the folder of its database, where that is
        known. An object whose parent is not in the snapshot, or that lies in itself, lies at the top.
        """
        execute = self._db.execute
        execute(
            "UPDATE object SET home = (SELECT s.parent FROM object s WHERE s.id = object.parent)"
            " WHERE parent IN (SELECT s.id FROM object s JOIN object d ON d.id = s.parent"
            " WHERE s.kind = 'data_source' AND d.kind = 'database')"
        )
        execute("UPDATE object SET home = '' WHERE home NOT IN (SELECT id FROM object)")
        execute("CREATE INDEX object_home ON object (home)")
        execute(
            "WITH RECURSIVE reached(id) AS (SELECT id FROM object WHERE home = ''"
            " UNION SELECT o.id FROM object o JOIN reached r ON o.home = r.id)"
            " UPDATE object SET home = '' WHERE id NOT IN (SELECT id FROM reached)"
        )
        self._tell_twins_apart()
        self._put_in_order()

    def _put_in_order(self) -> None:
        """Depth first, siblings as they came; stored files after everything that may refer to them."""
        execute = self._db.execute
        execute(
            "CREATE TEMP TABLE turn AS WITH RECURSIVE tree(seq, id, level) AS ("
            " SELECT seq, id, 0 FROM object WHERE home = '' AND kind <> 'file'"
            " UNION ALL SELECT o.seq, o.id, t.level + 1 FROM object o JOIN tree t ON o.home = t.id"
            " WHERE o.kind <> 'file' ORDER BY 3 DESC, 1) SELECT seq FROM tree"
        )
        execute("INSERT INTO turn SELECT seq FROM object WHERE kind = 'file' ORDER BY seq")
        execute("UPDATE object SET turn = t.rowid FROM turn t WHERE t.seq = object.seq")
        execute("DROP TABLE turn")

    def _tell_twins_apart(self) -> None:
        """Objects whose names would clash in one folder are named with their whole id, all of them."""
        self._db.create_function("clash", 2, lambda title, id_: clash_key(object_name(title, id_)), deterministic=True)
        self._db.execute(
            "UPDATE object SET digits = ? WHERE seq IN (SELECT seq FROM (SELECT seq,"
            " count(*) OVER (PARTITION BY home, clash(title, id)) AS twins FROM object) WHERE twins > 1)",
            (FULL,),
        )

    def count_objects(self) -> dict[str, int]:
        """How much there is of each kind, by weight."""
        rows = self._db.execute("SELECT kind, sum(weight) FROM object GROUP BY kind ORDER BY kind")
        return dict(rows.fetchall())

    def objects(self, after: int, limit: int) -> list[Entry]:
        """The next objects in turn, from the turn ``after`` (excluded) on."""
        rows = self._db.execute("SELECT * FROM object WHERE turn > ? ORDER BY turn LIMIT ?", (after, limit))
        return [Entry(*row) for row in rows]

    def object(self, object_id: str) -> Entry | None:
        row = self._db.execute("SELECT * FROM object WHERE id = ?", (object_id,)).fetchone()
        return None if row is None else Entry(*row)

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
        """The objects of these kinds that lie at the top, in order."""
        marks = ", ".join("?" * len(kinds))
        statement = f"SELECT * FROM object WHERE home = '' AND kind IN ({marks}) ORDER BY seq"  # noqa: S608
        return (Entry(*row) for row in self._db.execute(statement, [str(kind) for kind in kinds]))

    def count_children(self, parent_id: str, kind: str) -> int:
        statement = "SELECT count(*) FROM object WHERE parent = ? AND kind = ?"
        count: int = self._db.execute(statement, (parent_id, kind)).fetchone()[0]
        return count

    def children(self, parent_id: str, kind: str) -> Iterator[Entry]:
        """In order. The caller may write to the ledger meanwhile."""
        last = -1
        statement = "SELECT * FROM object WHERE parent = ? AND kind = ? AND seq > ? ORDER BY seq LIMIT 500"
        while rows := self._db.execute(statement, (parent_id, kind, last)).fetchall():
            for row in rows:
                yield Entry(*row)
            last = rows[-1][0]

    def place(self, entry: Entry) -> str:
        """The path of the object's file without extension, which is the folder of what it holds."""
        if (known := self._places.get(entry.id)) is not None:
            return known
        chain = [entry]
        while (home := chain[-1].home) and home not in self._places:
            chain.append(self.known(home))
        if len(self._places) > REMEMBERED:
            last_known = self._places.get(chain[-1].home, "")
            self._places = {chain[-1].home: last_known} if chain[-1].home else {}
        for link in reversed(chain):
            self._places[link.id] = _under(self._places[link.home] if link.home else "", link)
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
    if not folder:
        return entry.name
    if len(folder.encode()) > PLACE_BYTES:
        return f"{DEEP}/{object_name(entry.title, entry.id, FULL)}"
    return f"{folder}/{entry.name}"
