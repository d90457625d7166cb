"""A page or row: content, properties, comments, and what is noted of it for the search."""

from collections.abc import Iterator
from itertools import chain

from apps.exports.formats.base import File
from apps.exports.formats.html.columns import Schemas
from apps.exports.formats.html.comments import Comments, Talk
from apps.exports.formats.html.frame import Frame, Sheet, trail
from apps.exports.formats.html.register import Listed
from apps.exports.formats.html.search import weighed
from apps.exports.formats.html.sidebar import Sidebar, titled
from apps.exports.formats.html.site import Site
from apps.exports.formats.html.text import body_of, headings_in
from apps.exports.ledger import Entry
from apps.exports.outside import with_addresses
from apps.notion import nodes
from apps.notion.document import build_document
from apps.notion.html import headings_of, render_html, render_outline
from apps.notion.html.line import linked
from apps.notion.html.markup import EMPTY, Markup, escape, join, tag
from apps.notion.html.moments import moment_words
from apps.notion.html.outline import listed
from apps.notion.model import Json
from apps.notion.nodes import Document, Href
from apps.snapshots.models import Kind

EXCERPT = 180
"""Characters of a page's text that the search shows."""
WORTH_A_LIST = 3
"""Headings from which on a page gets a table of contents beside it."""


class PageWriter:
    def __init__(self, site: Site, frame: Frame, schemas: Schemas) -> None:
        self._site = site
        self._frame = frame
        self._schemas = schemas
        self._comments = Comments(site)

    def file(self, entry: Entry) -> File:
        book, path = self._site.book, self._site.path(entry)
        links = self._site.references(path)
        raw, blocks = book.raw(entry), list(book.lines(entry))
        formats = self._schemas.columns(entry.parent).formats if entry.kind == Kind.ROW else {}
        document = with_addresses(build_document(raw, blocks, context=links, formats=formats))
        talks = list(self._comments.on(entry, blocks, links)) if self._site.comments else []
        sidebar = Sidebar(self._site, entry, path)
        way = sidebar.way()
        article = render_html(document, trail=way)
        sheet = Sheet(
            path=path,
            title=titled(entry),
            trail=trail(way),
            around=sidebar.tree(),
            beside=_contents(document),
            main=(article, self._comments.section(talks), _about(raw, document), sidebar.onward()),
        )
        self._note(entry, document, talks)
        return self._frame.file(sheet)

    def _note(self, entry: Entry, document: Document, talks: list[Talk]) -> None:
        """For the lists and the search."""
        site = self._site
        way = " › ".join(titled(above) for above in site.neighbours.above(entry))
        begins, searched = "", ""
        if site.search:
            body = list(body_of(document))
            fields = [f"{field.name}: {words}" for field in document.fields if (words := nodes.plain(field.content))]
            said = (words for talk in talks for words in talk.words)
            begins = excerpt(body or fields)
            searched = weighed(nodes.plain(document.title), headings_in(document), chain(fields, body, said))
        site.register.add(Listed(entry.turn, titled(entry), site.from_root(entry), way, begins), searched)


def excerpt(texts: list[str]) -> str:
    """The beginning of a text, in one line."""
    taken: list[str] = []
    length = 0
    for text in texts:
        words = " ".join(text[:EXCERPT].split())
        taken.append(words)
        length += len(words) + 1
        if length > EXCERPT:
            break
    whole = " ".join(taken)
    return whole if len(whole) <= EXCERPT else f"{whole[:EXCERPT].rpartition(' ')[0] or whole[:EXCERPT]}…"


def _contents(document: Document) -> Markup:
    headings = headings_of(document)
    if len(listed(headings)) < WORTH_A_LIST:
        return EMPTY
    inside = tag("details", tag("summary", "On this page"), render_outline(headings))
    return tag("nav", inside, class_="s-contents", aria_label="On this page")


def _about(raw: Json, document: Document) -> Markup:
    """When the page was made and changed, and where it is in Notion."""
    return tag("p", join(_facts(raw, document)), class_="s-about")


def _facts(raw: Json, document: Document) -> Iterator[Markup]:
    if raw.get("in_trash"):
        yield tag("span", "In the trash of Notion")
    for words, name in (("Created", "created_time"), ("Last edited", "last_edited_time")):
        if isinstance(iso := raw.get(name), str):
            yield tag("span", f"{words} ", tag("time", moment_words(iso), datetime=iso))
    if document.url:
        yield tag("span", linked(escape("Open in Notion"), Href(document.url)))
