"""The index behind search: it lags behind, is not exhaustive, and shows trashed data sources.

Recorded answers (June 2026) show what the words of a query do: any of them is enough, endings are folded
(``Test`` finds ``Tests``), and without a sort the newest edits come first.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from apps.sandbox.access import Connection
from apps.sandbox.dice import Dice
from apps.sandbox.world.objects import DataSource, Page
from apps.sandbox.world.rich_text import plain_text
from apps.sandbox.world.tree import is_trashed
from apps.sandbox.world.world import World

Found = Page | DataSource
_WORD = re.compile(r"\w+")
_SHORTEST_STEM: Final = 4


def stem(word: str) -> str:
    return word[:-1] if len(word) >= _SHORTEST_STEM and word.endswith("s") else word


def words_of(text: str) -> set[str]:
    return {stem(word) for word in _WORD.findall(text.casefold())}


@dataclass(slots=True)
class _Known:
    """What the index believes of a world."""

    revision: int = -1
    settled: bool = False
    edited: dict[str, float] = field(default_factory=dict)
    order: list[Found] = field(default_factory=list)


@dataclass(slots=True)
class SearchIndex:
    lag: float = 0.0
    """Seconds until a creation or an edit is seen."""
    omitted: float = 0.0
    """Share of the objects it never shows; pages at the top of the workspace are always shown."""
    duplicated: float = 0.0
    """Share of the objects it shows twice."""
    known: dict[str, _Known] = field(default_factory=dict)

    def ordered(self, world: World, now: float) -> list[Found]:
        """Everything indexed in a world, newest edit first."""
        known = self.known.setdefault(world.id, _Known())
        if known.revision == world.revision and known.settled:
            return known.order
        horizon = now - self.lag
        known.settled = True
        found: list[Found] = []
        pages = (page for page in world.pages.values() if not page.is_template)
        things: list[Found] = [*world.data_sources.values(), *pages]
        for thing in things:
            if thing.edited <= horizon or known.revision < 0:
                known.edited[thing.id] = thing.edited
            elif thing.edited != known.edited.get(thing.id):
                known.settled = False
            if thing.id in known.edited and (isinstance(thing, DataSource) or not is_trashed(thing)):
                found.append(thing)
        found.sort(key=lambda thing: known.edited[thing.id] // 60, reverse=True)
        known.order, known.revision = self._unreliable(world, found), world.revision
        return known.order

    def _unreliable(self, world: World, found: Sequence[Found]) -> list[Found]:
        if not self.omitted and not self.duplicated:
            return list(found)
        shown: list[Found] = []
        late: list[Found] = []
        for thing in found:
            dice = Dice(world.seed, "search", thing.id)
            at_the_top = isinstance(thing, Page) and thing.parent is None
            if dice.chance(self.omitted) and not at_the_top:
                continue
            shown.append(thing)
            if dice.chance(self.duplicated):
                late.append(thing)
        return shown + late

    def search(self, connection: Connection, now: float, query: str, kind: str | None) -> list[Found]:
        wanted = words_of(query)
        return [
            thing
            for thing in self.ordered(connection.world, now)
            if (kind is None or kind == _kind(thing))
            and (not wanted or wanted & words_of(_title(thing)))
            and connection.sees(thing)
        ]


def _kind(thing: Found) -> str:
    return "page" if isinstance(thing, Page) else "data_source"


def _title(thing: Found) -> str:
    return thing.title if isinstance(thing.title, str) else plain_text(thing.title)
