"""One round of the soak: faults × kills × options × full and incremental, against an undisturbed capture."""

import json
import random
import time
from dataclasses import dataclass

from tests.soak.site import CALM, DISTURBED, SoakSite

MOST_KILLS = 10
COMMENTS = ("none", "pages", "blocks")


class Difference(AssertionError):
    """The disturbed capture does not equal the undisturbed one."""


@dataclass(frozen=True)
class Round:
    """What was done, and how it ended."""

    number: int
    kind: str
    options: dict[str, str]
    edits: int
    faults: int
    kills: int
    objects: int
    seconds: float

    def __str__(self) -> str:
        options = ", ".join(f"{name} {value}" for name, value in self.options.items())
        done = f"{self.edits} edits, {self.faults} faults, {self.kills} kills"
        found = f"{self.objects:,} object versions equal, {self.seconds:.0f} s"
        return f"round {self.number}: {self.kind} ({options}); {done}: {found}"


def play(site: SoakSite, seed: int, number: int) -> Round:
    """Raises :class:`Difference`."""
    dice = random.Random(f"{seed} {number}")
    began = time.monotonic()
    usual = random.Random(seed).choice(COMMENTS)  # an incremental capture builds on one with the same options
    comments = usual if dice.random() < 0.75 else dice.choice(COMMENTS)
    options = {"comments": comments, "mode": "full" if number == 1 else dice.choice(["auto", "auto", "auto", "full"])}
    edits = site.edit(dice) if number > 1 else 0
    site.run("start", CALM, json.dumps(options))
    site.wait_for(CALM)
    site.disturb(dice.randrange(2**32), dice.uniform(0.01, 0.06), dice.uniform(0.02, 0.05))
    site.run("start", DISTURBED, json.dumps(options))
    kills = site.kill_some(dice, MOST_KILLS if number == 1 else dice.randint(0, MOST_KILLS))
    site.wait_for(DISTURBED)
    struck = site.calm_down()
    if difference := site.difference():
        raise Difference(f"round {number} with {options}, {edits} edits, {kills} kills, {dict(struck)}:\n{difference}")
    objects = len(site.content(DISTURBED))
    seconds = time.monotonic() - began
    return Round(number, site.kind(DISTURBED), options, edits, sum(struck.values()), kills, objects, seconds)
