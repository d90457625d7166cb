"""Sentences about one company, filled from its vocabulary."""

import re
from collections.abc import Callable
from typing import Final

from apps.sandbox.dice import Dice
from apps.sandbox.generate import samples
from apps.sandbox.generate.company import Company

_SLOT = re.compile(r"\{(\w+)\}")
_SENTENCE = re.compile(r"^[a-z]|(?<=[.!?] )[a-z]")
_NOT_IN_SLUGS = re.compile(r"[^a-z0-9]+")
YEARS: Final = (2025, 2026)


class Prose:
    """Draws words for one document; equal dice give equal sentences."""

    __slots__ = ("company", "dice", "teams")

    def __init__(self, company: Company, dice: Dice) -> None:
        self.company = company
        self.dice = dice
        self.teams: list[str] = []

    def line(self, bank: tuple[str, ...]) -> str:
        return self.fill(self.dice.pick(bank))

    def lines(self, bank: tuple[str, ...], count: int) -> list[str]:
        """Different ones as long as the bank has them."""
        chosen = self.dice.sample(bank, count)
        while len(chosen) < count:
            chosen.append(self.dice.pick(bank))
        return [self.fill(each) for each in chosen]

    def fill(self, template: str) -> str:
        """Sentences begin with a capital, and no team stands twice in one."""
        self.teams = list(samples.TEAMS)
        filled = _SLOT.sub(lambda match: _SLOTS[match[1]](self), template)
        return _SENTENCE.sub(lambda match: match[0].upper(), filled)

    def team(self) -> str:
        return self.teams.pop(self.dice.below(len(self.teams)))

    def plain(self, bank: tuple[str, ...]) -> str:
        """A sentence without markup, for titles and plain fields."""
        people = self.company.people
        named = re.sub(r"<@(\d+)>", lambda match: people[int(match[1])].split()[0], self.line(bank))
        return re.sub(r"[*`_]", "", named)


def slug(words: str) -> str:
    return _NOT_IN_SLUGS.sub("-", words.lower()).strip("-")


_SLOTS: Final[dict[str, Callable[[Prose], str]]] = {
    "product": lambda prose: prose.dice.pick(prose.company.products),
    "part": lambda prose: prose.dice.pick(prose.company.parts),
    "customer": lambda prose: prose.dice.pick(prose.company.customers),
    "site": lambda prose: prose.dice.pick(prose.company.sites)[0],
    "metric": lambda prose: prose.dice.pick(prose.company.metrics),
    "tool": lambda prose: prose.dice.pick(prose.company.tools),
    "things": lambda prose: prose.company.things,
    "kit": lambda prose: prose.dice.pick(prose.company.kit),
    "person": lambda prose: f"<@{prose.dice.below(len(prose.company.people))}>",
    "team": Prose.team,
    "channel": lambda prose: prose.dice.pick(samples.CHANNELS),
    "weekday": lambda prose: prose.dice.pick(samples.WEEKDAYS),
    "month": lambda prose: prose.dice.pick(samples.MONTHS),
    "quarter": lambda prose: f"Q{prose.dice.between(1, 4)} {prose.dice.pick(YEARS)}",
    "version": lambda prose: ".".join(str(prose.dice.between(low, 9)) for low in (1, 0, 0)),
    "slug": lambda prose: slug(prose.dice.pick(prose.company.parts)),
    "pct": lambda prose: str(prose.dice.between(3, 48)),
    "n": lambda prose: str(prose.dice.between(2, 45)),
    "big": lambda prose: str(prose.dice.between(60, 900)),
}
