"""From Notion's rich text, icons and files to neutral nodes, with the caller's say on where links lead."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from apps.notion import nodes
from apps.notion.file_objects import FileObject
from apps.notion.icons import Icon
from apps.notion.links import dashed, object_id_in
from apps.notion.model import Json
from apps.notion.nodes import Href
from apps.notion.rich_text import Annotations, DateRange, Mention, Run


@dataclass(frozen=True, slots=True)
class Link:
    title: str
    href: str


class Context(Protocol):
    """What only the caller knows: where an object or a file is found in what is being written."""

    def link(self, object_id: str) -> Link | None:
        """The page, database, data source or block with this dashed id; None when it is not part of it."""

    def file(self, file: Json) -> str | None:
        """The address of a file object (`{type, file|external|custom_emoji: {url, …}}`); None when not at hand."""


class NoContext:
    """Nothing is at hand: links lead to Notion, stored files nowhere."""

    def link(self, object_id: str) -> Link | None:
        return None

    def file(self, file: Json) -> str | None:
        return None


class Lowering:
    """Lowers the parts that blocks, properties and pages share."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def line(self, runs: Iterable[Run]) -> nodes.Line:
        return tuple(self._run(run) for run in runs)

    def link(self, object_id: str) -> Link | None:
        return self._context.link(dashed(object_id))

    def href(self, url: str) -> Href:
        """Where an author's link leads: to our copy of the object when it points at one, else where it says."""
        target = object_id_in(url)
        link = self.link(target) if target else None
        if link:
            return Href(link.href, trusted=True)
        return Href(f"https://www.notion.so{url}" if url.startswith("/") else url)

    def file(self, file: FileObject) -> Href | None:
        """Our copy of the file, or its address elsewhere; None for a file of Notion's that is not at hand."""
        stored = self._context.file(file.raw())
        if stored is not None:
            return Href(stored, trusted=True, stored=True)
        return Href(file.url) if file.url and not file.hosted else None

    def object_link(self, kind: str, object_id: str, title: str = "") -> nodes.ObjectLink:
        """A page, database or comment that stands as a block; `title` is what Notion says, if it says it."""
        link = self.link(object_id)
        words = title or (link.title if link else "") or "Untitled"
        return nodes.ObjectLink(kind, words, dashed(object_id), Href(link.href, trusted=True) if link else None)

    def icon(self, icon: Icon | None) -> nodes.Icon | None:
        if icon is None:
            return None
        if icon.emoji:
            return nodes.Icon(icon.emoji, emoji=True)
        if icon.custom_emoji:
            return nodes.Icon(icon.label, self._emoji(icon.raw(), icon.custom_emoji.url))
        return nodes.Icon(icon.label, self.file(icon) if icon.url else None)

    def _emoji(self, raw: Json, url: str | None) -> Href | None:
        stored = self._context.file(raw)
        if stored is not None:
            return Href(stored, trusted=True, stored=True)
        return Href(url) if url else None

    def _run(self, run: Run) -> nodes.Inline:
        style = lower_style(run.annotations)
        if run.equation:
            return nodes.Math(run.equation.expression, style)
        if run.text:
            link = run.text.link
            return nodes.Text(run.text.content, style, self.href(link.url) if link else None)
        if run.mention:
            return self._mention(run, run.mention, style)
        return nodes.Mention(run.type, run.plain, Href(run.href) if run.href else None, style)

    def _mention(self, run: Run, mention: Mention, style: nodes.Style) -> nodes.Inline:
        if mention.custom_emoji:
            emoji = mention.custom_emoji
            return nodes.Emoji(emoji.name or emoji.id, self._emoji(mention.raw(), emoji.url))
        text, href = run.plain, run.href or mention.url
        if mention.date:
            return lower_date(mention.date, text, mention=True, href=self.href(href) if href else None, style=style)
        if mention.object_id:
            link = self.link(mention.object_id)
            if link:
                return nodes.Mention(mention.type, text or link.title, Href(link.href, trusted=True), style)
        return nodes.Mention(mention.type, text or mention_label(mention), self.href(href) if href else None, style)


def mention_label(mention: Mention) -> str:
    """The words for a mention whose own words are missing."""
    if mention.user:
        return f"@{mention.user.label}"
    if mention.link_mention and mention.link_mention.title:
        return mention.link_mention.title
    return mention.url or mention.object_id or mention.type


def lower_date(
    date: DateRange,
    words: str = "",
    *,
    mention: bool = False,
    href: Href | None = None,
    style: nodes.Style = nodes.PLAIN,
) -> nodes.Moment:
    """A date as a node; `words` are Notion's own for it."""
    return nodes.Moment(words or date.label, date.start, date.end, date.time_zone, mention, href, style)


def lower_style(annotations: Annotations) -> nodes.Style:
    return nodes.Style(
        bold=annotations.bold,
        italic=annotations.italic,
        strikethrough=annotations.strikethrough,
        underline=annotations.underline,
        code=annotations.code,
        color=annotations.color,
    )
