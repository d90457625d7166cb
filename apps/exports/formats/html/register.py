"""What the site's lists and its search are made of: a line for each page that was written, kept in the ledger.

It is committed with the rest of the ledger, so that a run that goes on has what an earlier one wrote.
"""

import sqlite3
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from apps.exports.formats.html.words import folded, words

SYMBOLS = "Symbols"
DIGITS = "0–9"
_SCHEMA = (
    "CREATE TABLE IF NOT EXISTS html_page (turn INTEGER PRIMARY KEY, title TEXT NOT NULL, path TEXT NOT NULL,"
    " trail TEXT NOT NULL, excerpt TEXT NOT NULL, words TEXT NOT NULL, letter TEXT NOT NULL, sort TEXT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS html_person (seq INTEGER PRIMARY KEY, name TEXT NOT NULL, kind TEXT NOT NULL)",
)


@dataclass(frozen=True, slots=True)
class Listed:
    """A written page; ``path`` is seen from the root, ``trail`` names what it lies in, ``turn`` is its number."""

    turn: int
    title: str
    path: str
    trail: str
    excerpt: str = ""


class Register:
    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        for statement in _SCHEMA:
            database.execute(statement)

    def add(self, page: Listed, searched: str) -> None:
        """``searched`` are the page's words as :mod:`apps.exports.formats.html.search` weighs them."""
        sort = " ".join(words(page.title))
        self._database.execute(
            "INSERT OR REPLACE INTO html_page VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (page.turn, page.title, page.path, page.trail, page.excerpt, searched, letter_of(sort), sort),
        )

    def add_person(self, seq: int, name: str, kind: str) -> None:
        self._database.execute("INSERT OR REPLACE INTO html_person VALUES (?, ?, ?)", (seq, name, kind))

    def count(self) -> int:
        return self._number("SELECT count(*) FROM html_page")

    def count_people(self) -> int:
        return self._number("SELECT count(*) FROM html_person")

    def pages(self) -> Iterator[tuple[Listed, str]]:
        """Each page with its searched words, in turn."""
        columns = "SELECT turn, title, path, trail, excerpt, words FROM html_page ORDER BY turn"
        for *facts, searched in self._database.execute(columns):
            yield Listed(*facts), searched

    def letters(self) -> list[tuple[str, int]]:
        """The first letters of titles, and how many titles each has, in the order of :meth:`by_title`."""
        grouped = "SELECT letter, count(*) FROM html_page GROUP BY letter ORDER BY letter = ? DESC, min(sort)"
        return self._database.execute(grouped, (SYMBOLS,)).fetchall()

    def by_title(self) -> Iterator[tuple[str, Listed]]:
        """Letter and page, those of a letter together."""
        statement = (
            "SELECT page.letter, turn, title, path, trail FROM html_page page JOIN"
            " (SELECT letter, min(sort) AS first FROM html_page GROUP BY letter) USING (letter)"
            " ORDER BY letter = ? DESC, first, letter, sort, turn"
        )
        for letter, *facts in self._database.execute(statement, (SYMBOLS,)):
            yield letter, Listed(*facts)

    def people(self) -> Iterator[tuple[str, str]]:
        """Name and type, by name."""
        return iter(self._database.execute("SELECT name, kind FROM html_person ORDER BY name, seq"))

    def _number(self, statement: str) -> int:
        found: int = self._database.execute(statement).fetchone()[0]
        return found


def letter_of(sort: str) -> str:
    """The group of the A–Z in which a title stands; a script without capitals is one group, such as “Han”."""
    if not sort:
        return SYMBOLS
    first = sort[0]
    if first.isdigit():
        return DIGITS
    if first.upper() != first:
        return folded(first).upper()
    script = unicodedata.name(first, "other").split(maxsplit=1)[0].partition("-")[0]
    return {"CJK": "Han"}.get(script, script.title())
