"""Icons and words of the kinds of objects."""

KIND_ICONS = {
    "page": "file-text",
    "row": "file-text",
    "database": "database",
    "data_source": "table",
    "view": "layout-list",
    "comment": "message",
    "user": "user",
    "file": "paperclip",
}
UNKNOWN_KIND = "cube"
KIND_WORDS = {"listing": "list asked of Notion", "listings": "lists asked of Notion"}
"""Kinds whose stored word is one of ours; all others are Notion's own words."""


def kind_icon(kind: str) -> str:
    """The icon of a kind; a kind that we do not know is shown as one."""
    return KIND_ICONS.get(kind, UNKNOWN_KIND)


def kind_words(kind: str) -> str:
    """A kind as it is counted in a job, for people."""
    return KIND_WORDS.get(kind, kind)
