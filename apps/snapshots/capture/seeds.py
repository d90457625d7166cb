"""Where a capture begins: the listings that Notion offers for a whole workspace."""

from uuid import UUID, uuid5

from apps.snapshots.capture.anatomy import shortened
from apps.snapshots.capture.steps import Found
from apps.snapshots.models import NodeKind, NodeState, Turn

_NAMESPACE = UUID(int=0)


def listing_id(kind: NodeKind, of: UUID = _NAMESPACE) -> UUID:
    """The id that stands for a listing in the frontier."""
    return uuid5(of, kind)


def unlisted(kind: NodeKind, of: UUID, title: str, reason: str = "unlisted") -> Found:
    """A listing that belongs to an object and that Notion does not give: said, and no loss of the object."""
    return Found(
        listing_id(kind, of),
        kind,
        parent=of,
        title=shortened(title),
        state=NodeState.SKIPPED,
        turn=None,
        reason=reason,
    )


def _seed(kind: NodeKind, title: str) -> Found:
    return Found(listing_id(kind), kind, title=title, turn=Turn.FRESH)


SEARCHES = (listing_id(NodeKind.SEARCH_PAGES), listing_id(NodeKind.SEARCH_DATA_SOURCES))

SEEDS = (
    _seed(NodeKind.USERS, "People and bots"),
    _seed(NodeKind.CUSTOM_EMOJIS, "Custom emojis"),
    _seed(NodeKind.FILE_UPLOADS, "File uploads"),
    _seed(NodeKind.SEARCH_DATA_SOURCES, "Search for data sources"),
    _seed(NodeKind.SEARCH_PAGES, "Search for pages"),
)
