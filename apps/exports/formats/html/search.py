"""The search index, as small scripts: a page that was opened from the disk may load scripts, but no data.

``assets/words/<n>.js`` hold the words in order of code points, cut into pieces of about the same size;
``assets/words/first.js`` holds the first word of each, so that a word, or all that begin alike, are found in the few
pieces that can hold them. ``assets/pages/<n>.js`` say what to show of a page. All is made from the register with
memory that does not grow with the site: words are gathered in runs, which SQLite sorts on the disk.
"""

import sqlite3
from array import array
from collections.abc import Iterable, Iterator
from itertools import groupby

import orjson

from apps.exports.formats.base import File
from apps.exports.formats.html.register import Register
from apps.exports.formats.html.site import ASSETS
from apps.exports.formats.html.words import words

WORDS = f"{ASSETS}/words"
PAGES = f"{ASSETS}/pages"
PIECE = 48_000
"""Bytes of words from which on a new piece is begun."""
PAGES_TO_A_FILE = 128
"""``assets/search.js`` knows this number."""
RUN = 100_000
"""Occurrences that are gathered in memory."""
ONCE, OFTEN, HEADING, TITLE = range(4)
"""What a word counts in a page; two bits of the number that stands for its occurrence."""


def weighed(title: str, headings: Iterable[str], body: Iterable[str]) -> str:
    """The words of a page: a line for each weight, from :data:`ONCE` to :data:`TITLE`, with blanks between words."""
    weights: dict[str, int] = {}
    for word in words("\n".join(body)):
        weights[word] = OFTEN if word in weights else ONCE
    weights |= dict.fromkeys(words("\n".join(headings)), HEADING)
    weights |= dict.fromkeys(words(title), TITLE)
    lines: list[list[str]] = [[], [], [], []]
    for word, weight in weights.items():
        lines[weight].append(word)
    return "\n".join(" ".join(line) for line in lines)


def index_files(register: Register, database: sqlite3.Connection) -> Iterator[File]:
    """``database`` may hold temporary tables."""
    runs = _Runs(database)
    yield from _pages(register, runs)
    yield from _pieces(runs.sorted())
    runs.forget()


def _pages(register: Register, runs: "_Runs") -> Iterator[File]:
    """What the search shows of each page; on the way its words are gathered."""
    for number, group in groupby(register.pages(), key=lambda page: page[0].turn // PAGES_TO_A_FILE):
        shown = []
        for page, searched in group:
            shown.append([page.turn, page.title, page.path, page.trail, page.excerpt])
            runs.add(page.turn, searched)
        yield File(f"{PAGES}/{number}.js", _call("pages", number, shown))


def _pieces(entries: Iterable[tuple[str, "array[int]"]]) -> Iterator[File]:
    firsts: list[str] = []
    piece: list[bytes] = []
    size = 0
    for word, occurrences in entries:
        if not piece:
            firsts.append(word)
        piece.append(orjson.dumps([word, _steps(occurrences)]))
        size += len(piece[-1])
        if size > PIECE:
            yield _piece(len(firsts) - 1, piece)
            piece, size = [], 0
    if piece:
        yield _piece(len(firsts) - 1, piece)
    yield File(f"{WORDS}/first.js", _call("first", 0, firsts))


def _piece(number: int, entries: list[bytes]) -> File:
    return File(f"{WORDS}/{number}.js", b"notionhub.words(%d,[\n%s\n]);\n" % (number, b",\n".join(entries)))


def _call(name: str, number: int, value: object) -> bytes:
    return b"notionhub.%s(%d,%s);\n" % (name.encode(), number, orjson.dumps(value))


def _steps(occurrences: Iterable[int]) -> list[int]:
    """From number to number of a page how many steps, times four, and the weight in it."""
    steps: list[int] = []
    last = 0
    for occurrence in occurrences:
        turn, weight = divmod(occurrence, 4)
        steps.append((turn - last) * 4 + weight)
        last = turn
    return steps


class _Runs:
    """Occurrences of words (page × 4 + weight), gathered in the order of pages and given in that of words."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        self._database.execute("DROP TABLE IF EXISTS temp.html_run")
        self._database.execute(
            "CREATE TEMP TABLE html_run (word TEXT NOT NULL, run INTEGER NOT NULL, occurrences BLOB)"
        )
        self._gathered: dict[str, array[int]] = {}
        self._count = self._run = 0

    def add(self, turn: int, searched: str) -> None:
        for weight, line in enumerate(searched.split("\n")):
            for word in line.split():
                self._gathered.setdefault(word, array("Q")).append(turn * 4 + weight)
                self._count += 1
        if self._count >= RUN:
            self._put_down()

    def sorted(self) -> Iterator[tuple[str, "array[int]"]]:
        self._put_down()
        rows = self._database.execute("SELECT word, occurrences FROM temp.html_run ORDER BY word, run")
        for word, group in groupby(rows, key=lambda row: row[0]):
            occurrences = array("Q")
            for _, packed in group:
                occurrences.frombytes(packed)
            yield word, occurrences

    def forget(self) -> None:
        self._database.execute("DROP TABLE temp.html_run")

    def _put_down(self) -> None:
        rows = ((word, self._run, found.tobytes()) for word, found in self._gathered.items())
        self._database.executemany("INSERT INTO temp.html_run VALUES (?, ?, ?)", rows)
        self._gathered.clear()
        self._count = 0
        self._run += 1
