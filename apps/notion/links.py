"""Addresses in content: which may be followed, and which Notion object one points at."""

import re
from urllib.parse import parse_qs, urlsplit

from apps.notion.nodes import Href

SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)
SCHEMES = frozenset({"http", "https", "mailto"})
DROPPED_AROUND = "".join(map(chr, range(0x21)))
DROPPED_INSIDE = re.compile(r"[\t\n\r]")
HEX_ID = re.compile(r"[0-9a-f]{32}", re.IGNORECASE)
NOTION_HOSTS = ("notion.so", "notion.com", "notion.site")


def followable(href: Href | None) -> str | None:
    """The address if it may be followed: http, https, mailto, or a relative one that our caller made.

    The address is first cleaned as browsers clean it before they look at the scheme (https://url.spec.whatwg.org/,
    basic URL parser): otherwise `java\\nscript:` would pass.
    """
    if href is None:
        return None
    url = DROPPED_INSIDE.sub("", href.url.strip(DROPPED_AROUND))
    scheme = SCHEME.match(url)
    allowed = scheme.group(1).lower() in SCHEMES if scheme else href.trusted and url != ""
    return url if allowed else None


def dashed(object_id: str) -> str:
    """The id as Notion writes it: lower case, with dashes."""
    bare = object_id.replace("-", "").lower()
    if len(bare) != 32:
        return object_id
    return f"{bare[:8]}-{bare[8:12]}-{bare[12:16]}-{bare[16:20]}-{bare[20:]}"


def object_id_in(url: str) -> str | None:
    """The dashed id of the Notion object that a link points at: the page peeked at, else the last id of the path."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return None
    ours = url.startswith("/") if not host else any(host == h or host.endswith(f".{h}") for h in NOTION_HOSTS)
    if not ours:
        return None
    peeked = parse_qs(parts.query).get("p", [""])[0]
    last = parts.path.rstrip("/").rpartition("/")[2].replace("-", "")
    found = HEX_ID.fullmatch(peeked) or HEX_ID.fullmatch(last[-32:])
    return dashed(found.group()) if found else None
