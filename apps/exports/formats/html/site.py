"""The site as a whole: what all of its pages share."""

from dataclasses import dataclass, field

from apps.exports.book import Book
from apps.exports.formats.html.neighbours import Neighbours
from apps.exports.formats.html.register import Register
from apps.exports.ledger import Entry, Ledger
from apps.exports.naming import link_to
from apps.exports.references import References, path_of
from apps.snapshots.models import Kind

EXTENSION = ".html"
ASSETS = "assets"
INDEX = "index.html"
SEARCH = "search.html"
STYLE = f"{ASSETS}/site.css"
CONTENTS = f"{ASSETS}/contents"
TITLES = f"{ASSETS}/titles"
PEOPLE = f"{ASSETS}/people"
ROWS = f"{ASSETS}/rows"


@dataclass(frozen=True, slots=True)
class Site:
    """What is written and with which options. Runs in the scope of the snapshot's organization."""

    book: Book
    attachments: bool
    comments: bool
    search: bool
    neighbours: Neighbours = field(init=False)
    register: Register = field(init=False)
    has_people: bool = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "neighbours", Neighbours(self.ledger))
        object.__setattr__(self, "register", Register(self.ledger.database))
        object.__setattr__(self, "has_people", self.ledger.count_objects().get(Kind.USER, 0) > 0)

    @property
    def ledger(self) -> Ledger:
        return self.book.ledger

    def path(self, entry: Entry) -> str:
        return path_of(self.ledger, entry, EXTENSION)

    def path_of_table(self, entry: Entry) -> str:
        """Where the rows of a data source or of a database are listed."""
        if entry.kind == Kind.DATA_SOURCE and self.ledger.is_merged(entry):
            database = self.ledger.known(entry.home)
            return (
                leaf(f"{ROWS}/{entry.id}", 1) if self.neighbours.has_several_sources(database) else self.path(database)
            )
        return self.path(entry)

    def references(self, path: str) -> References:
        """What links look like in the file ``path``."""
        return References(self.ledger, path, extension=EXTENSION, attachments=self.attachments)

    def from_root(self, entry: Entry) -> str:
        """A link to the object from a file at the root."""
        return link_to(self.path(entry))


def leaf(folder: str, number: int) -> str:
    """The path of one of several pages of the same kind, counted from 1."""
    return f"{folder}/{number}{EXTENSION}"
