"""A page's properties as plain values, ready for YAML or JSON."""

from apps.notion.lowering import Context, Lowering, NoContext
from apps.notion.model import Json
from apps.notion.properties import Plain, parse_property
from apps.notion.properties.property import text_of
from apps.notion.refusals import Unreadable


def front_matter(page: Json, *, context: Context | None = None) -> dict[str, Plain]:
    """Name → value of every property of a raw page, the title among them, in the page's order.

    Dates are text, or `{start, end, time_zone}`; options, people and files are lists of text; related rows are their
    titles where the context knows them, else their ids. What cannot be read is given as JSON text.
    """
    lowering = Lowering(context or NoContext())
    properties = page.get("properties")
    return {name: _plain(raw, lowering) for name, raw in properties.items()} if isinstance(properties, dict) else {}


def _plain(raw: Json, lowering: Lowering) -> Plain:
    try:
        return parse_property(raw).plain(lowering)
    except Unreadable:
        return text_of(raw)
