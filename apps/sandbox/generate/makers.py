"""Makers: the generated values of rows, one property at a time.

A value depends on the seed, the row and the property alone, so that a sum over a thousand related rows makes a
thousand numbers and nothing else.
"""

from typing import Any, Final

from apps.sandbox import times
from apps.sandbox.dice import Dice, fold
from apps.sandbox.generate import samples
from apps.sandbox.generate.company import Company
from apps.sandbox.generate.markup import rich
from apps.sandbox.generate.prose import Prose, slug
from apps.sandbox.world.json import Json
from apps.sandbox.world.objects import Maker, Page, Property
from apps.sandbox.world.rich_text import HostedFile, Person
from apps.sandbox.world.world import World

DAY: Final = 86_400
_ROW_FILES: Final = 1 << 16
"""Files of property values are numbered from here, those in the content of a page from zero."""


class Makers:
    """Makes makers for the rows of one workspace."""

    def __init__(self, world: World, company: Company) -> None:
        self.world = world
        self.company = company
        self.salt = fold(world.seed, world.number, "values")
        self.people = [user.id for user in world.users.values() if user.kind == "person"]

    def dice(self, page: Page, prop: Property) -> Dice:
        return Dice(self.salt, page.no, prop.key)

    def option(self, empty: float = 0.0) -> Maker:
        """One option; earlier ones are likelier."""

        def make(page: Page, prop: Property) -> str | None:
            dice = self.dice(page, prop)
            if dice.chance(empty):
                return None
            return prop.options[min(dice.below(len(prop.options)), dice.below(len(prop.options)))].id

        return make

    def options(self, most: int) -> Maker:
        def make(page: Page, prop: Property) -> list[str]:
            dice = self.dice(page, prop)
            return [option.id for option in dice.sample(prop.options, dice.below(most + 1))]

        return make

    def number(self, low: int, high: int, scale: float = 1, empty: float = 0.1) -> Maker:
        def make(page: Page, prop: Property) -> float | None:
            dice = self.dice(page, prop)
            if dice.chance(empty):
                return None
            drawn = dice.between(low, high)
            return drawn if scale == 1 else round(drawn * scale, 4)

        return make

    def date(self, first: int, last: int, *, longest: int = 0, with_time: bool = False, empty: float = 0.15) -> Maker:
        """Between ``first`` and ``last`` days after the row was created."""

        def make(page: Page, prop: Property) -> Json | None:
            dice = self.dice(page, prop)
            if dice.chance(empty):
                return None
            start = page.created + dice.between(first, last) * DAY
            end = times.day(start + dice.between(1, longest) * DAY) if longest else None
            if not with_time:
                return {"start": times.day(start), "end": end, "time_zone": None}
            clock = f"{dice.between(8, 16):02}:{dice.pick((0, 15, 30, 45)):02}"
            return {"start": f"{times.day(start)}T{clock}:00.000+00:00", "end": None, "time_zone": None}

        return make

    def some_people(self, least: int, most: int) -> Maker:
        def make(page: Page, prop: Property) -> list[str]:
            dice = self.dice(page, prop)
            return dice.sample(self.people, dice.between(least, most))

        return make

    def words(self, bank: tuple[str, ...], empty: float = 0.2) -> Maker:
        def make(page: Page, prop: Property) -> list[Json]:
            dice = self.dice(page, prop)
            if dice.chance(empty):
                return []
            return rich(Prose(self.company, dice).line(bank), self.people)

        return make

    def yes(self, probability: float) -> Maker:
        return lambda page, prop: self.dice(page, prop).chance(probability)

    def email(self) -> Maker:
        return lambda page, prop: f"{slug(_title(page)) or 'desk'}.{page.no}@customer.example"

    def phone(self) -> Maker:
        return lambda page, prop: f"+00 555 {self.dice(page, prop).between(1000, 9999)}"

    def url(self, path: str, empty: float = 0.3) -> Maker:
        def make(page: Page, prop: Property) -> str | None:
            if self.dice(page, prop).chance(empty):
                return None
            return f"https://{self.company.domain}/{path}/{page.subject + 1}"

        return make

    def files(self, name: str, probability: float) -> Maker:
        def make(page: Page, prop: Property) -> list[Json]:
            dice = self.dice(page, prop)
            if not dice.chance(probability):
                return []
            number = _ROW_FILES + dice.below(_ROW_FILES)
            file = HostedFile(self.world.ids.make("file", page.no, number, page.created), name)
            given: list[Json] = [{"name": name, "type": "file", "file": file}]
            if dice.chance(0.3):
                url = f"https://{self.company.domain}/downloads/{page.subject + 1}.zip"
                given.append({"name": "package.zip", "type": "external", "external": {"url": url}})
            return given

        return make

    def place(self, empty: float = 0.2) -> Maker:
        def make(page: Page, prop: Property) -> Json | None:
            dice = self.dice(page, prop)
            if dice.chance(empty):
                return None
            name, latitude, longitude = dice.pick(self.company.sites)
            address = f"{dice.between(1, 80)} {dice.pick(samples.MONTHS)} Street"
            searched = dice.chance(0.5)
            return {
                "lat": latitude,
                "lon": longitude,
                "name": None if searched else name,
                "address": address,
                "aws_place_id": f"aws-{page.no}" if searched else None,
                "google_place_id": f"google-{page.no}" if searched else None,
            }

        return make

    def verification(self) -> Maker:
        def make(page: Page, prop: Property) -> Json | None:
            dice = self.dice(page, prop)
            if dice.chance(0.5):
                return None
            start = times.day(page.created + DAY)
            end = times.day(page.created + 180 * DAY)
            state = "expired" if dice.chance(0.3) else "verified"
            date = {"start": start, "end": end if state == "expired" else None, "time_zone": None}
            return {"state": state, "verified_by": Person(dice.pick(self.people)), "date": date}

        return make

    @staticmethod
    def running_number() -> Maker:
        return lambda page, prop: page.subject + 1

    @staticmethod
    def same_as(other: Property, *names: str) -> Maker:
        """A checkbox that is ticked when another property has one of these options."""

        def make(page: Page, prop: Property) -> Any:
            chosen = other.make(page, other) if other.make else None
            return any(option.id == chosen and option.name in names for option in other.options)

        return make


def _title(page: Page) -> str:
    return page.title if isinstance(page.title, str) else ""
