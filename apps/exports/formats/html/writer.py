"""Which file each object of the snapshot becomes, and the files that belong to none."""

from collections.abc import Iterator
from pathlib import Path

from apps.exports.formats.base import File, Outcome, Skipped, Within, Written
from apps.exports.formats.html.columns import Schemas
from apps.exports.formats.html.frame import Frame, Sheet, trail
from apps.exports.formats.html.front import Front
from apps.exports.formats.html.lists import Lists
from apps.exports.formats.html.pages import PageWriter
from apps.exports.formats.html.search import index_files
from apps.exports.formats.html.sidebar import Sidebar, titled
from apps.exports.formats.html.site import ASSETS, EXTENSION, SEARCH, STYLE, TITLES, Site, leaf
from apps.exports.formats.html.tables import TableWriter
from apps.exports.formats.outcomes import part_of_another, stored_file
from apps.exports.ledger import Entry
from apps.exports.reasons import FAILURES
from apps.notion.html.markup import EMPTY, Markup, join, tag, void
from apps.snapshots.models import Kind
from apps.snapshots.store.roots import TREE

SCRIPTS = ("words.js", "search.js")
READY_MADE = Path(__file__).parent / "assets"


class HtmlWriter:
    def __init__(self, site: Site) -> None:
        self._site = site
        self._frame = Frame(site)
        schemas = Schemas(site.book)
        self._pages = PageWriter(site, self._frame, schemas)
        self._tables = TableWriter(site, self._frame, schemas)

    def write(self, entry: Entry) -> Outcome:
        match entry.kind:
            case Kind.PAGE | Kind.ROW | Kind.TEMPLATE:
                return Written([self._pages.file(entry)])
            case Kind.DATABASE | Kind.DATA_SOURCE:
                return self._table(entry)
            case Kind.VIEW:
                return part_of_another(self._site.ledger, entry, "database", EXTENSION)
            case Kind.DISCUSSION | Kind.BLOCK_DISCUSSION:
                if not self._site.comments:
                    return Skipped("Comments were not asked for.")
                return part_of_another(self._site.ledger, entry, "page", EXTENSION)
            case Kind.FILE:
                return stored_file(self._site.ledger, entry, wanted=self._site.attachments)
            case Kind.USER:
                return self._person(entry)
            case Kind.CUSTOM_EMOJI:
                return Skipped("Pictures stand where emojis are used; the JSON export holds the emojis themselves.")
            case _:
                return Skipped("HTML has no place for this kind of object; the JSON export holds it.")

    def closing(self) -> Iterator[File]:
        yield from self._stand_ins()
        yield Front(self._site, self._frame).file()
        yield from Lists(self._site, self._frame).files()
        yield File(STYLE, (READY_MADE / "site.css").read_bytes())
        if self._site.search:
            yield self._search()
            yield from (File(f"{ASSETS}/{name}", (READY_MADE / name).read_bytes()) for name in SCRIPTS)
            yield from index_files(self._site.register, self._site.ledger.database)

    def _table(self, entry: Entry) -> Outcome:
        if self._site.ledger.is_merged(entry):
            return part_of_another(self._site.ledger, entry, "database", EXTENSION)
        return Written(self._tables.files(entry))

    def _person(self, entry: Entry) -> Outcome:
        kind = str(self._site.book.raw(entry).get("type") or "user")
        self._site.register.add_person(entry.seq, entry.title, kind)
        return Within()

    def _stand_ins(self) -> Iterator[File]:
        """A page in the place of each that could not be made, so that no link of the site leads nowhere."""
        for problem in self._site.ledger.problems():
            entry = self._site.ledger.object(problem.object_id)
            if entry is None or entry.kind not in TREE or self._site.ledger.has_file(self._site.path(entry)):
                continue
            path = self._site.path(entry)
            sidebar = Sidebar(self._site, entry, path)
            reason = tag("p", tag("strong", "Not in this export. "), FAILURES[problem.code].sentence, class_="s-note")
            main = (tag("header", tag("h1", titled(entry)), class_="s-head"), reason)
            yield self._frame.file(Sheet(path, titled(entry), main, trail(sidebar.way()), sidebar.tree()))

    def _search(self) -> File:
        links = self._site.references(SEARCH)
        titles = tag("a", "A–Z of all titles", href=links.to(leaf(TITLES, 1)))
        without = tag(
            "p", "The search needs JavaScript, which is switched off. There is an ", titles, ".", id="without"
        )
        parts: tuple[Markup, ...] = (
            tag("h1", "Search"),
            _FIELD,
            without,
            tag("p", id="told", class_="s-quiet", role="status"),
            tag("ol", EMPTY, id="hits", class_="s-hits"),
        )
        main = (tag("div", join(parts), class_="s-list"),)
        return self._frame.file(Sheet(SEARCH, "Search", main, scripts=tuple(f"{ASSETS}/{name}" for name in SCRIPTS)))


_FIELD = tag(
    "form",
    void("input", type="search", name_="q", id="q", aria_label="Words to look for", autocomplete="off", autofocus=True),
    tag("button", "Search"),
    class_="s-find",
    role="search",
)
