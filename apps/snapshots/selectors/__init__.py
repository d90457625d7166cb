"""Reading snapshots. Everything here runs in the scope of the organization and changes nothing."""

from apps.snapshots.selectors.accounts import UnmetGroup, kinds_held, reconciliation_of, unmet, unmet_groups
from apps.snapshots.selectors.history import last_loss, latest_complete, snapshots, versions_of
from apps.snapshots.selectors.objects import (
    Discussion,
    StoredObject,
    blocks,
    discussions,
    get_object,
    stored_files,
    titles,
    views,
)
from apps.snapshots.selectors.tables import Table, table
from apps.snapshots.selectors.tree import Entry, Slice, ancestors, children, roots, search

__all__ = [
    "Discussion",
    "Entry",
    "Slice",
    "StoredObject",
    "Table",
    "UnmetGroup",
    "ancestors",
    "blocks",
    "children",
    "discussions",
    "get_object",
    "kinds_held",
    "last_loss",
    "latest_complete",
    "reconciliation_of",
    "roots",
    "search",
    "snapshots",
    "stored_files",
    "table",
    "titles",
    "unmet",
    "unmet_groups",
    "versions_of",
    "views",
]
