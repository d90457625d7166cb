"""Sentences about one company, filled from its vocabulary."""

import re
from typing import Final

from apps.sandbox.dice import Dice
from apps.sandbox.generate import phrases
from apps.sandbox.generate.company import Company

_SLOT = re.compile(r"\{(\w+)\}")
_NOT_IN_SLUGS = re.compile(r"[^a-z0-9]+")
YEARS: Final = (2025, 2026)


class Prose:
    """Draws words for one document; equal dice give equal sentences."""

    __slots__ = ("company", "dice")

    def __init__(self, company: Company, dice: Dice) -> None:
        self.company = company
        self.dice = dice

    def line(self, bank: tuple[str, ...]) -> str:
        return self.fill(self.dice.pick(bank))

    def lines(self, bank: tuple[str, ...], count: int) -> list[str]:
        """Different ones as long as the bank has them."""
        chosen = self.dice.sample(bank, count)
        while len(chosen) < count:
            chosen.append(self.dice.pick(bank))
        return [self.fill(each) for each in chosen]

    def fill(self, template: str) -> str:
        filled = _SLOT.sub(self._slot, template)
        return filled[:1].upper() + filled[1:]

    def _slot(self, match: re.Match[str]) -> str:
        dice, company = self.dice, self.company
        match match[1]:
            case "product":
                return dice.pick(company.products)
            case "part":
                return dice.pick(company.parts)
            case "customer":
                return dice.pick(company.customers)
            case "site":
                return dice.pick(company.sites)[0]
            case "metric":
                return dice.pick(company.metrics)
            case "tool":
                return dice.pick(company.tools)
            case "person":
                return "<@" + str(dice.below(len(company.people))) + ">"
            case "team":
                return dice.pick(phrases.TEAMS)
            case "channel":
                return dice.pick(phrases.CHANNELS)
            case "weekday":
                return dice.pick(phrases.WEEKDAYS)
            case "month":
                return dice.pick(phrases.MONTHS)
            case "quarter":
                return f"Q{dice.between(1, 4)} {dice.pick(YEARS)}"
            case "version":
                return f"{dice.between(1, 4)}.{dice.between(0, 19)}.{dice.between(0, 9)}"
            case "slug":
                return slug(dice.pick(company.parts))
            case "pct":
                return str(dice.between(3, 48))
            case "n":
                return str(dice.between(2, 45))
            case "big":
                return str(dice.between(60, 900))
            case unknown:
                raise KeyError(f"no such slot: {unknown}")

    def plain(self, bank: tuple[str, ...]) -> str:
        """A sentence without markup, for titles and plain fields."""
        people = self.company.people
        named = re.sub(r"<@(\d+)>", lambda match: people[int(match[1])].split()[0], self.line(bank))
        return re.sub(r"[*`_]", "", named)


def slug(words: str) -> str:
    return _NOT_IN_SLUGS.sub("-", words.lower()).strip("-")
