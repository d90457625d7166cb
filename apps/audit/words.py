"""Full text over sealed entries: words, found by their beginnings, all of which have to occur.

The words are made here and not by the database, so that both find the same: FTS5 on SQLite, a ``tsvector`` under a GIN
index on PostgreSQL. The sealer writes them, so that they cost an operation nothing.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.expressions import RawSQL

TOLD = (
    "id", "event", "outcome", "reason", "actor_ref", "actor_label", "role", "teams", "credential", "workspace", "ip",
    "request_id", "subject_id", "subject_label", "before", "after",
)  # fmt: skip
MOST = 400
LONGEST = 64
_WORD = re.compile(r"[^\W_]+")

ADD = {
    "sqlite": "INSERT OR REPLACE INTO audit_words (rowid, words) VALUES (%s, %s)",
    "postgresql": (
        "INSERT INTO audit_words (entry_id, words) VALUES (%s, array_to_tsvector(%s::text[]))"
        " ON CONFLICT (entry_id) DO UPDATE SET words = excluded.words"
    ),
}
FIND = {
    "sqlite": "SELECT rowid FROM audit_words WHERE audit_words MATCH %s",
    "postgresql": "SELECT entry_id FROM audit_words WHERE words @@ %s::tsquery",
}
FORGET = {
    "sqlite": "DELETE FROM audit_words WHERE rowid = %s",
    "postgresql": "DELETE FROM audit_words WHERE entry_id = %s",
}


def words_of(text: str) -> list[str]:
    """``"Lena@harborlegal.example"`` → ``["lena", "harborlegal", "example"]``."""
    return [word[:LONGEST] for word in _WORD.findall(text.casefold())]


def add(entries: Sequence[tuple[int, Mapping[str, Any]]]) -> None:
    """Index entries, given as (row number, document)."""
    rows = []
    for pk, facts in entries:
        found = list(dict.fromkeys(word for text in _texts([facts[name] for name in TOLD]) for word in words_of(text)))
        rows.append((pk, _given([_organization(facts["organization"]), *found[:MOST]])))
    with connection.cursor() as cursor:
        cursor.executemany(ADD[connection.vendor], rows)


def matching(query: str, organization: str, *, newest: int | None = None) -> RawSQL | None:
    """The row numbers of entries with all words of a query, as a subquery; None for a query without words.

    ``newest`` looks at no more than so many, so that a word of every entry costs no more than a rare one.
    """
    found = words_of(query)[:20]
    if not found:
        return None
    if connection.vendor == "sqlite":
        wanted = " AND ".join([f'"{_organization(organization)}"', *(f'"{word}"*' for word in found)])
    else:
        wanted = " & ".join([f"'{_organization(organization)}'", *(f"'{word}':*" for word in found)])
    limit = "" if newest is None else f" ORDER BY 1 DESC LIMIT {newest:d}"
    return RawSQL(FIND[connection.vendor] + limit, (wanted,))  # noqa: S611  (our statement; the words are a parameter)


def forget(pks: Iterable[int]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(FORGET[connection.vendor], [(pk,) for pk in pks])


def forget_all(connection: BaseDatabaseWrapper) -> None:
    """For ``flush``, which knows the tables of models only."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM audit_words")


def _organization(public_id: str) -> str:
    """A word that only entries of that organization have, so that others' never come into the answer."""
    return public_id.replace("_", "")


def _given(found: list[str]) -> Any:
    return " ".join(found) if connection.vendor == "sqlite" else found


def _texts(value: Any) -> Iterator[str]:
    """All texts of a JSON value, keys included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield key
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
    elif value is not None and not isinstance(value, bool):
        yield str(value)
