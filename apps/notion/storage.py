"""Addresses in Notion's own file storage, which are signed anew at every reading.

https://developers.notion.com/reference/file-object
"""

import re

HOST = re.compile(
    r"prod-files-secure\.s3\.[a-z0-9-]+\.amazonaws\.com"
    r"|secure\.notion-static\.com|file\.notion\.(?:so|com)|img\.notionusercontent\.com"
)
PATH_STYLE_HOST = re.compile(r"s3(?:[.-][a-z0-9-]+)?\.amazonaws\.com")
BUCKETS = ("/secure.notion-static.com/", "/prod-files-secure/")
"""Older addresses name the bucket in the path."""


def is_signed_by_notion(url: str) -> bool:
    """Whether the address is in Notion's storage and carries a query, which there is always a signature.

    Storage of other people, signed or not, is theirs: their addresses are content and are never touched. The whole
    host decides: an author may write an address that only begins like Notion's.
    """
    if "?" not in url or not url.startswith("https://"):
        return False
    host, _, path = url.removeprefix("https://").partition("?")[0].partition("/")
    if HOST.fullmatch(host):
        return True
    return PATH_STYLE_HOST.fullmatch(host) is not None and f"/{path}".startswith(BUCKETS)


def is_stored_by_notion(url: str) -> bool:
    """Whether the address is in Notion's storage, with or without its signature."""
    return is_signed_by_notion(f"{without_query(url)}?")


def without_query(url: str) -> str:
    return url.partition("?")[0]
