"""What the store knows of data sources, for API versions that do not tell their ids."""

from collections import Counter

from apps.snapshots.models import Kind, Snapshot, Unmet
from apps.snapshots.store.versions import alive_at


def known_data_sources(snapshot: Snapshot) -> tuple[dict[str, str], set[str]]:
    """Database → data source where a database has one, and the databases with several; all as Notion writes ids.

    Taken at the snapshot itself, so that a capture that is resumed or retried knows what it knew at first. A database
    that a version could not read has several, too.
    """
    sources = alive_at(snapshot.workspace_id, snapshot.number).filter(kind=Kind.DATA_SOURCE, parent__isnull=False)
    pairs = list(sources.values_list("parent", "object"))
    count = Counter(database for database, _ in pairs)
    single = {str(database): str(source) for database, source in pairs if count[database] == 1}
    unread = Unmet.objects.filter(
        snapshot__workspace=snapshot.workspace_id, snapshot__number__lte=snapshot.number, reason="newer_version"
    )
    several = {str(database) for database, number in count.items() if number > 1}
    return single, several | {str(database) for database in unread.values_list("object", flat=True) if database}
