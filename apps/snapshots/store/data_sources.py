"""What the store knows of data sources, for API versions that do not tell their ids."""

from collections import Counter

from apps.snapshots.models import Kind, Snapshot
from apps.snapshots.store.versions import alive_at


def known_data_sources(snapshot: Snapshot) -> dict[str, str]:
    """Database → data source, both as Notion writes ids, where a database has one.

    Taken at the snapshot itself, so that a capture that is resumed or retried knows what it knew at first.
    """
    sources = alive_at(snapshot.workspace_id, snapshot.number).filter(kind=Kind.DATA_SOURCE, parent__isnull=False)
    pairs = list(sources.values_list("parent", "object"))
    count = Counter(database for database, _ in pairs)
    return {str(database): str(source) for database, source in pairs if count[database] == 1}
