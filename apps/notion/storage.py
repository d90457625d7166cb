"""Addresses in Notion's own file storage, which are signed anew at every reading.

https://developers.notion.com/reference/file-object
"""

HOSTS = (
    "https://prod-files-secure.",
    "https://secure.notion-static.com/",
    "https://file.notion.so/",
    "https://file.notion.com/",
    "https://img.notionusercontent.com/",
)
BUCKETS = ("/secure.notion-static.com/", "/prod-files-secure/")
"""Older addresses name the bucket in the path."""


def is_signed_by_notion(url: str) -> bool:
    """Whether the address is in Notion's storage and carries a query, which there is always a signature.

    Storage of other people, signed or not, is theirs: their addresses are content and are never touched.
    """
    if "?" not in url:
        return False
    if url.startswith(HOSTS):
        return True
    host, _, path = url.removeprefix("https://").partition("/")
    return host.startswith("s3") and host.endswith(".amazonaws.com") and f"/{path}".startswith(BUCKETS)


def is_stored_by_notion(url: str) -> bool:
    """Whether the address is in Notion's storage, with or without its signature."""
    return is_signed_by_notion(f"{without_query(url)}?")


def without_query(url: str) -> str:
    return url.partition("?")[0]
