"""Icons of Notion's kinds of objects."""

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


def kind_icon(kind: str) -> str:
    """The icon of a kind; a kind that we do not know is shown as one."""
    return KIND_ICONS.get(kind, UNKNOWN_KIND)
