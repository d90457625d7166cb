"""Which data source a database has, for a version that only knows databases.

Notion tells the id of a data source in every version, but before 2025-09-03 only where a relation happens to point at
it. An id that comes and goes with relations is no name, so the id is taken from where it is always the same: from what
an earlier capture under a newer version has learned (`learn`), or else from the id of the database, by a rule that can
be undone, so that a worker that knows nothing yet finds the way back.

A database with several data sources cannot be read with such a version, and its rows do not say in which of them they
lie: for these no id is made, and the database itself is named.
"""

from collections.abc import Iterable, Mapping
from uuid import UUID

from apps.notion.links import dashed

_TURNED = 0x0000_0000_0000_0000_0000_5A5A_5A5A_5A5A
"""The bits of a database's id that are turned over in the id made for its data source: the last group."""


class DataSourceIds:
    """Ids as Notion writes them: lower case, with dashes."""

    def __init__(self) -> None:
        self._source_of: dict[str, str] = {}
        self._database_of: dict[str, str] = {}
        self._several: set[str] = set()

    def learn(self, sources: Mapping[str, str], several: Iterable[str] = ()) -> None:
        """The data sources of databases that have one each (`{database id: data source id}`), and those with more."""
        self._source_of.update(sources)
        self._several.update(map(dashed, several))
        self._database_of.update({source: database for database, source in sources.items()})

    def has_several(self, database_id: str) -> bool:
        return dashed(database_id) in self._several

    def has_one(self, database_id: str) -> None:
        """Notion gave the database, so it has one data source now, whatever it had before."""
        self._several.discard(dashed(database_id))

    def source_of(self, database_id: str) -> str:
        return self._source_of.get(dashed(database_id)) or _turned(database_id)

    def database_of(self, source_id: str) -> str:
        return self._database_of.get(dashed(source_id)) or _turned(source_id)


def _turned(identifier: str) -> str:
    """Undone by doing it again. What is no id stays as it is: Notion refuses it in its own words."""
    try:
        return str(UUID(int=UUID(identifier).int ^ _TURNED))
    except ValueError:
        return identifier
