"""Settling the tree of an export, once all objects are known: what is chosen, where it lies, how it is called.

All of it depends on the objects alone, never on the order of neighbours. Works on the ledger's tables, so memory does
not grow with the workspace.
"""

import sqlite3
from dataclasses import dataclass

from apps.exports.arrangement import Arrangement
from apps.exports.naming import FULL, SHORT, clash_key
from apps.snapshots.models import Kind

_LEVELS = (Kind.PAGE, Kind.ROW, Kind.TEMPLATE, Kind.DATABASE)
"""Kinds that lie one level below what holds them; a data source and all others are on the level of their holder."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Which objects are wanted: ``pages`` by id (none: the topmost), and ``depth`` levels below them (None: all)."""

    pages: tuple[str, ...] = ()
    depth: int | None = None

    @property
    def is_whole(self) -> bool:
        return not self.pages and self.depth is None


def settle(db: sqlite3.Connection, arrangement: Arrangement, selection: Selection) -> None:
    find_homes(db)
    choose(db, selection)
    put_in_folders(db, arrangement)
    give_names(db, arrangement)
    complete_folders(db)
    put_in_order(db)


def find_homes(db: sqlite3.Connection) -> None:
    """In whose folder everything lies.

    A data source has no folder of its own: what it holds lies in the folder of its database, where that is known. An
    object whose parent is not in the snapshot, or that lies in itself, lies at the top.
    """
    db.execute(
        "UPDATE object SET home = (SELECT s.parent FROM object s WHERE s.id = object.parent)"
        " WHERE parent IN (SELECT s.id FROM object s JOIN object d ON d.id = s.parent"
        " WHERE s.kind = 'data_source' AND d.kind = 'database')"
    )
    db.execute("UPDATE object SET home = '' WHERE home NOT IN (SELECT id FROM object)")
    db.execute("CREATE INDEX object_home ON object (home)")
    db.execute(
        "WITH RECURSIVE reached(id) AS (SELECT id FROM object WHERE home = ''"
        " UNION SELECT o.id FROM object o JOIN reached r ON o.home = r.id)"
        " UPDATE object SET home = '' WHERE id NOT IN (SELECT id FROM reached)"
    )


def choose(db: sqlite3.Connection, selection: Selection) -> None:
    """Mark what is chosen; what lies in nothing that is chosen comes to the top.

    Levels are counted from the nearest chosen object. People and emojis belong to the workspace, not to a page.
    """
    if selection.is_whole:
        return
    db.execute("ALTER TABLE object ADD COLUMN level INTEGER")
    db.execute("CREATE INDEX object_level ON object (level)")
    if selection.pages:
        db.executemany("UPDATE object SET level = 0 WHERE id = ?", [(page,) for page in selection.pages])
    else:
        db.execute("UPDATE object SET level = 0 WHERE home = ''")
    _count_levels(db, selection.depth)
    db.execute("UPDATE object SET chosen = level IS NOT NULL")
    db.execute("DROP INDEX object_level")
    db.execute("ALTER TABLE object DROP COLUMN level")
    chosen = "(SELECT id FROM object WHERE chosen)"
    db.execute(
        f"UPDATE object SET home = CASE WHEN chosen AND parent IN {chosen} THEN parent ELSE '' END"  # noqa: S608
        f" WHERE home <> '' AND home NOT IN {chosen}"
    )


def _count_levels(db: sqlite3.Connection, depth: int | None) -> None:
    marks = ", ".join(f"'{kind.value}'" for kind in _LEVELS)
    statement = (
        "UPDATE object SET level = :new WHERE level IS NULL AND kind {} IN ({})"
        " AND parent IN (SELECT id FROM object WHERE level = :old)"
    )
    beside, below = statement.format("NOT", marks), statement.format("", marks)
    level = 0
    while True:
        while db.execute(beside, {"new": level, "old": level}).rowcount:
            pass
        if level == depth or not db.execute(below, {"new": level + 1, "old": level}).rowcount:
            return
        level += 1


def put_in_folders(db: sqlite3.Connection, arrangement: Arrangement) -> None:
    """``folder`` is a path, or null for the folder of the home; ``among`` is what a name must be unique in."""
    db.create_function("folder_of", 4, arrangement.folder, deterministic=True)
    db.create_function("is_divided", 1, arrangement.is_divided, deterministic=True)
    db.execute("UPDATE object SET folder = folder_of(kind, parent, home, created)")
    db.execute("UPDATE object SET among = coalesce(folder, home)")
    db.execute(
        "UPDATE object SET among = folder || '/' || parent WHERE is_divided(kind)"
        " AND parent IN (SELECT id FROM object WHERE chosen)"
    )


def give_names(db: sqlite3.Connection, arrangement: Arrangement) -> None:
    """Names that differ in each folder, whatever a file system tells apart.

    All objects that clash get more digits of their ids, not only those that come later, and that until none clashes.
    """

    def first_digits(title: str, object_id: str, created: str, among: str) -> int:
        return arrangement.first_digits(arrangement.name(title, object_id, created, 0), among)

    db.create_function("first_digits", 4, first_digits, deterministic=True)
    db.create_function("name_of", 4, arrangement.name, deterministic=True)
    db.create_function("clash_key", 1, clash_key, deterministic=True)
    db.execute(
        "UPDATE object SET digits = first_digits(title, id, created, among), name = NULL WHERE chosen OR kind = 'file'"
    )
    twins = (
        "SELECT seq FROM (SELECT seq, count(*) OVER (PARTITION BY among, clash) AS twins FROM object"
        " WHERE clash IS NOT NULL) WHERE twins > 1"
    )
    while db.execute(
        "UPDATE object SET name = name_of(title, id, created, digits),"
        " clash = clash_key(name_of(title, id, created, digits)) WHERE name IS NULL"
    ).rowcount:
        db.execute(
            f"UPDATE object SET name = NULL, digits = CASE WHEN digits < ? THEN ? ELSE ? END"  # noqa: S608
            f" WHERE digits < ? AND seq IN ({twins})",
            (SHORT, SHORT, FULL, FULL),
        )


def complete_folders(db: sqlite3.Connection) -> None:
    """A row's folder is called like its data source, which differs from all others; a comment's like its page's id."""
    db.execute(
        "UPDATE object SET folder = folder || '/' || (SELECT CASE object.kind WHEN 'row' THEN s.name ELSE s.id END"
        " FROM object s WHERE s.id = object.parent) WHERE among = folder || '/' || parent"
    )


def put_in_order(db: sqlite3.Connection) -> None:
    """Depth first, siblings as they came, but for data sources, which come before their rows.

    Stored files come after everything that may refer to them.
    """
    db.execute(
        "CREATE TEMP TABLE turn AS WITH RECURSIVE tree(seq, id, level, late) AS ("
        " SELECT seq, id, 0, 1 FROM object WHERE home = '' AND chosen AND kind <> 'file'"
        " UNION ALL SELECT o.seq, o.id, t.level + 1, o.kind <> 'data_source' FROM object o JOIN tree t ON o.home = t.id"
        " WHERE o.chosen AND o.kind <> 'file' ORDER BY 3 DESC, 4, 1) SELECT seq FROM tree"
    )
    db.execute("INSERT INTO turn SELECT seq FROM object WHERE kind = 'file' ORDER BY seq")
    db.execute("UPDATE object SET turn = t.rowid FROM turn t WHERE t.seq = object.seq")
    db.execute("DROP TABLE turn")
