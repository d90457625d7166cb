"""What a check found."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

Key: TypeAlias = tuple[str, str]
"""Section (`block`, `property value`, …) and Notion's name of the type."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Something that was not read, or that would be lost. `place` is a path into the recorded response."""

    line: int
    place: str
    reason: str

    def __str__(self) -> str:
        return f"line {self.line}, {self.place}: {self.reason}" if self.place else f"line {self.line}: {self.reason}"


@dataclass(slots=True)
class Report:
    exchanges: int = 0
    seen: Counter[Key] = field(default_factory=Counter)
    written: Counter[Key] = field(default_factory=Counter)
    read_only: Counter[Key] = field(default_factory=Counter)
    needs_upload: Counter[Key] = field(default_factory=Counter)
    unknown: Counter[Key] = field(default_factory=Counter)
    failures: list[Failure] = field(default_factory=list)

    def lines(self) -> Iterator[str]:
        """The report for people: a line to a type, then the failures, then the sum."""
        yield f"{'section':<17}{'type':<26}{'seen':>8}  found"
        for key in sorted(self.seen):
            section, kind = key
            yield f"{section:<17}{kind:<26}{self.seen[key]:>8,}  {', '.join(self._found(key))}".rstrip()
        yield ""
        for failure in self.failures:
            yield f"FAILED {failure}"
        yield (
            f"exchanges {self.exchanges:,}, shapes {self.seen.total():,}, types {len(self.seen)}, "
            f"failures {len(self.failures):,}"
        )

    def _found(self, key: Key) -> Iterator[str]:
        for count, words in (
            (self.written[key], "written back"),
            (self.read_only[key], "read only"),
            (self.needs_upload[key], "need an upload"),
            (self.unknown[key], "unknown, kept raw"),
        ):
            if count:
                yield f"{count:,} {words}"
