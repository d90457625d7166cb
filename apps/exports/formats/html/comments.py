"""Comments at the end of their page, discussion by discussion."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from apps.exports.formats.html.site import Site
from apps.exports.ledger import Entry
from apps.exports.references import References
from apps.notion import nodes
from apps.notion.discussions import attached, quoted_words
from apps.notion.document import lower_rich_text
from apps.notion.html.line import linked, render_line
from apps.notion.html.markup import EMPTY, Markup, escape, join, tag
from apps.notion.html.moments import moment_words
from apps.notion.model import Json
from apps.notion.nodes import Href
from apps.notion.refusals import Unreadable
from apps.snapshots.models import Kind

SOMEBODY = "Somebody"
UNREADABLE = (nodes.Text("(This comment has a shape that we do not know; the JSON export holds it.)"),)


@dataclass(frozen=True, slots=True)
class Talk:
    """A discussion, drawn, and its words."""

    html: Markup
    words: tuple[str, ...]


class Comments:
    def __init__(self, site: Site) -> None:
        self._site = site

    def on(self, entry: Entry, blocks: Sequence[Json], links: References) -> Iterator[Talk]:
        ledger = self._site.ledger
        for kind in (Kind.DISCUSSION, Kind.BLOCK_DISCUSSION):
            for discussion in ledger.children(entry.id, kind):
                yield self._talk(discussion, blocks, links)

    def section(self, talks: Sequence[Talk]) -> Markup:
        if not talks:
            return EMPTY
        heading = tag("h2", "Comments", id="comments")
        return tag(
            "section", heading, join(talk.html for talk in talks), class_="s-comments", aria_labelledby="comments"
        )

    def _talk(self, discussion: Entry, blocks: Sequence[Json], links: References) -> Talk:
        parent = self._site.book.raw(discussion).get("parent") or {}
        quoted = quoted_words(parent.get("block_id"), blocks)
        place = tag("p", "On “", quoted, "”", class_="s-place") if quoted else EMPTY
        comments = list(self._site.book.lines(discussion))
        lines = [_line(comment, links) for comment in comments]
        drawn = (self._comment(comment, line, links) for comment, line in zip(comments, lines, strict=True))
        return Talk(tag("div", place, join(drawn), class_="s-talk"), tuple(nodes.plain(line) for line in lines))

    def _comment(self, comment: Json, line: nodes.Line, links: References) -> Markup:
        iso = str(comment.get("created_time") or "")
        when = tag("time", moment_words(iso), datetime=iso) if iso else EMPTY
        head = tag("p", tag("strong", self._author(comment)), " ", when, class_="s-said-by")
        files = [
            tag("p", linked(escape(name), Href(href, trusted=True, stored=True), "nb-file"))
            for name, file in attached(comment)
            if (href := links.file(file))
        ]
        return tag("div", head, tag("p", render_line(line)), join(files), class_="s-comment")

    def _author(self, comment: Json) -> str:
        shown = (comment.get("display_name") or {}).get("resolved_name")
        author = (comment.get("created_by") or {}).get("id") or ""
        known = self._site.ledger.object(author) if author else None
        return str(shown or (known.title if known else "") or SOMEBODY)


def _line(comment: Json, links: References) -> nodes.Line:
    try:
        return lower_rich_text(comment.get("rich_text") or [], context=links)
    except Unreadable:
        return UNREADABLE
