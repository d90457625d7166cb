"""Pictures, films, sounds and files. Only what is stored with the document is ever loaded."""

from urllib.parse import urlsplit

from apps.notion import nodes
from apps.notion.html.line import linked, render_line
from apps.notion.html.markup import EMPTY, Markup, escape, join, picture, tag, void


def render_media(block: nodes.Media) -> Markup:
    return tag("figure", _shown(block), render_caption(block.caption), class_=f"nb-media nb-{block.kind}")


def render_caption(line: nodes.Line) -> Markup:
    return tag("figcaption", render_line(line)) if line else EMPTY


def _shown(block: nodes.Media) -> Markup:
    url = picture(block.href)
    if block.kind == "image" and url:
        words = nodes.plain(block.caption) or block.name
        return linked(void("img", src=url, alt=words, loading="lazy"), block.href)
    if block.kind in ("video", "audio") and url:
        return tag(block.kind, linked(escape(block.name), block.href), src=url, controls=True, preload="none")
    if block.href is None:
        return tag("span", f"{block.name} (not stored)", class_="nb-file nb-missing")
    link = linked(escape(block.name), block.href, "nb-file")
    host = "" if block.href.trusted else _host(block.href.url)
    return join((link, " ", tag("span", host, class_="nb-host"))) if host else link


def _host(url: str) -> str:
    """The site that a link leads to; empty where that cannot be told."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
