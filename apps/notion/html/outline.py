"""The headings of a document: which element each becomes, and the list of them all."""

from collections.abc import Iterable, Sequence

from apps.notion import nodes
from apps.notion.html.markup import Markup, join, slug, tag


class Levels:
    """Levels of headings, in the order of reading, of which none is left out.

    An author who goes from a heading 1 to a heading 3 means the next level; somebody who reads by headings would look
    for the one between (https://www.w3.org/WAI/tutorials/page-structure/headings/).
    """

    def __init__(self) -> None:
        self._open: list[int] = []

    def next(self, level: int) -> int:
        """From the author's level to ours, which begins with 1."""
        while self._open and self._open[-1] >= level:
            self._open.pop()
        self._open.append(level)
        return len(self._open)


class Outline:
    """Gives headings their elements one after the other, in the order of reading."""

    def __init__(self) -> None:
        self._levels = Levels()
        self._anchored: set[str] = set()

    def place(self, heading: nodes.Heading) -> tuple[str, str | None]:
        """The element's name and its id; a heading without words is none.

        A heading in a synced copy has the same id again; only its first place is one to jump to.
        """
        found = anchor(heading)
        free = found if found not in self._anchored else None
        if free:
            self._anchored.add(free)
        if not nodes.plain(heading.content).strip():
            return "p", free
        return f"h{self._levels.next(heading.level) + 1}", free


def anchor(heading: nodes.Heading) -> str | None:
    return f"nb-{slug(heading.id)}" if slug(heading.id) else None


def listed(headings: Iterable[nodes.Heading]) -> Sequence[nodes.Heading]:
    """Those that have words and a place to jump to, each place once."""
    by_anchor: dict[str, nodes.Heading] = {}
    for heading in headings:
        found = anchor(heading)
        if found and nodes.plain(heading.content).strip():
            by_anchor.setdefault(found, heading)
    return tuple(by_anchor.values())


def render_outline(headings: Iterable[nodes.Heading]) -> Markup:
    """A list of links to the headings, each with its level among them in its class."""
    levels = Levels()
    return tag("ul", join(_entry(heading, levels.next(heading.level)) for heading in listed(headings)))


def _entry(heading: nodes.Heading, level: int) -> Markup:
    link = tag("a", nodes.plain(heading.content), href=f"#{anchor(heading)}")
    return tag("li", link, class_=f"nb-contents-{level}")
