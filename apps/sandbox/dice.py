"""Seeded randomness that is the same in every process and costs almost nothing to start.

``random.Random`` needs microseconds to seed, and a world draws from hundreds of thousands of independent streams
(one per page and one per property value), so this is SplitMix64.
"""

import hashlib
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")

MASK = (1 << 64) - 1
GAMMA = 0x9E3779B97F4A7C15


def mix64(value: int) -> int:
    """SplitMix64's finaliser: a bijection on 64 bits."""
    value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & MASK
    return value ^ (value >> 31)


def fold(*parts: int | str) -> int:
    """One 64-bit key out of numbers and words."""
    state = 0x243F6A8885A308D3
    for part in parts:
        if isinstance(part, str):
            part = int.from_bytes(hashlib.blake2b(part.encode(), digest_size=8).digest(), "big")
        state = mix64((state ^ part) + GAMMA & MASK)
    return state


class Dice:
    """A stream of random choices. Equal keys give equal streams."""

    __slots__ = ("key", "state")

    def __init__(self, *parts: int | str) -> None:
        self.key = self.state = fold(*parts)

    def fork(self, *parts: int | str) -> "Dice":
        """Another stream, independent of how much was drawn from this one."""
        return Dice(self.key, *parts)

    def bits(self) -> int:
        self.state = (self.state + GAMMA) & MASK
        return mix64(self.state)

    def below(self, bound: int) -> int:
        return (self.bits() * bound) >> 64

    def between(self, low: int, high: int) -> int:
        """A whole number from ``low`` to ``high``, both included."""
        return low + self.below(high - low + 1)

    def chance(self, probability: float) -> bool:
        return self.bits() < probability * (MASK + 1)

    def fraction(self) -> float:
        return self.bits() / (MASK + 1)

    def pick(self, items: Sequence[T]) -> T:
        return items[self.below(len(items))]

    def sample(self, items: Sequence[T], count: int) -> list[T]:
        pool = list(items)
        return [pool.pop(self.below(len(pool))) for _ in range(min(count, len(pool)))]

    def uuid(self) -> str:
        """A random (version 4) UUID."""
        number = self.bits() << 64 | self.bits()
        number = number & ~(0xF << 76) | 0x4 << 76
        number = number & ~(0x3 << 62) | 0x2 << 62
        return dashed(f"{number:032x}")


def dashed(digits: str) -> str:
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
