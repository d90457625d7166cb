"""Identifiers as Notion lays them out, with the place of a generated object folded in.

Notion's UUIDs (version 8) begin with the day of creation counted from 2024-01-01 and nine digits that are constant for
a workspace; some kinds carry a marker in the last group (reference: *Ids and URLs*). Nobody may rely on that, which
leaves the rest of the digits free: here they hold the number of the page and of the item inside it, scrambled by a
seeded bijection. So a block can be found from its id alone although the pages' content is only made when it is read.
"""

import re
from dataclasses import dataclass
from typing import Final

from apps.sandbox.dice import Dice, dashed, fold

EPOCH_2024: Final = 1_704_067_200
DAY: Final = 86_400

_UUID = re.compile(
    r"(?:[0-9a-f]{8}-?[0-9a-f]{4}-?[1-8][0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}"
    r"|00000000-?0000-?0000-?0000-?000000000000)"
)
_DASHED_LENGTH: Final = 36


def normalise(text: object) -> str | None:
    """The dashed lower-case form, or None when Notion would not call it a valid UUID.

    The version and variant digits are checked as Notion does: ``12345678-1234-1234-1234-123456789abc`` is refused,
    the all-zero UUID is accepted.
    """
    if not isinstance(text, str):
        return None
    lowered = text.lower()
    if not _UUID.fullmatch(lowered):
        return None
    return lowered if len(lowered) == _DASHED_LENGTH else dashed(lowered.replace("-", ""))


def plain(identifier: str) -> str:
    """The form used in URLs: 32 digits without dashes."""
    return identifier.replace("-", "")


class Scramble:
    """A seeded bijection on numbers of ``width`` bits."""

    def __init__(self, width: int, *key: int | str) -> None:
        dice = Dice(*key)
        self.mask = (1 << width) - 1
        self.shift = (width + 1) // 2
        self.salt = (dice.bits() << 64 | dice.bits()) & self.mask
        self.factors = [(dice.bits() << 64 | dice.bits()) & self.mask | 1 for _ in range(2)]
        self.inverses = [pow(factor, -1, 1 << width) for factor in self.factors]

    def apply(self, number: int) -> int:
        number ^= self.salt
        for factor in self.factors:
            number = number * factor & self.mask
            number ^= number >> self.shift
        return number

    def undo(self, number: int) -> int:
        for inverse in reversed(self.inverses):
            number ^= number >> self.shift
            number = number * inverse & self.mask
        return number ^ self.salt


@dataclass(frozen=True, slots=True)
class Place:
    """Where a generated object lies: the number of its page and its own number inside that page."""

    page: int
    item: int


MARKERS: Final = {
    "data_source": "000b",
    "view": "000c",
    "discussion": "001c",
    "comment": "001d",
    "file_upload": "00b2",
    "custom_emoji": "007a",
}
_KINDS: Final = ("page", "block", "file", "api", *MARKERS)
_NARROW: Final = 54
_WIDE: Final = 70
_ITEM_BITS: Final = 22
_PAGE_BITS: Final = 26


class IdMaker:
    """Makes and reads the ids of one workspace."""

    def __init__(self, seed: int, workspace: int) -> None:
        self.prefix = f"{fold(seed, workspace, 'space') >> 28:09x}"
        self.wide = Scramble(_WIDE, seed, workspace, "wide")
        self.narrow = Scramble(_NARROW, seed, workspace, "narrow")

    def make(self, kind: str, page: int, item: int, created: float, *, by_api: bool = False) -> str:
        number = _KINDS.index(kind) << _PAGE_BITS + _ITEM_BITS | page << _ITEM_BITS | item
        marker = MARKERS.get(kind)
        if marker is None:
            mixed = self.wide.apply(number)
            head, tail = mixed >> 48, f"{mixed & 0xFFFFFFFFFFFF:012x}"
        else:
            mixed = self.narrow.apply(number)
            head, tail = mixed >> 32, f"{marker}{mixed & 0xFFFFFFFF:08x}"
        day = min(max(int(created - EPOCH_2024) // DAY, 0), 0xFFF)
        prefix = self.prefix
        return (
            f"{day:03x}{prefix[:5]}-{prefix[5:]}-8{by_api:d}{head >> 14:02x}"
            f"-{8 | head >> 12 & 3:x}{head & 0xFFF:03x}-{tail}"
        )

    def place(self, kind: str, identifier: str) -> Place | None:
        """The place folded into an id of that kind; None when the id was not made here for it."""
        digits = plain(identifier)
        if digits[3:12] != self.prefix or digits[12] != "8":
            return None
        head = int(digits[14:16], 16) << 14 | (int(digits[16], 16) & 3) << 12 | int(digits[17:20], 16)
        marker = MARKERS.get(kind)
        if marker is None:
            number = self.wide.undo(head << 48 | int(digits[20:], 16))
        elif digits[20:24] == marker:
            number = self.narrow.undo(head << 32 | int(digits[24:], 16))
        else:
            return None
        if number >> _PAGE_BITS + _ITEM_BITS != _KINDS.index(kind):
            return None
        return Place(number >> _ITEM_BITS & (1 << _PAGE_BITS) - 1, number & (1 << _ITEM_BITS) - 1)
