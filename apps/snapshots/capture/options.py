"""What a person may choose about a capture."""

from dataclasses import asdict, dataclass
from typing import Any

from apps.core.errors import Invalid

COMMENTS = ("none", "pages", "blocks")


@dataclass(frozen=True, slots=True)
class Options:
    """``comments``: on which things open comments are asked for.

    Notion answers for one page or block at a time, and nothing tells beforehand whether there are any: ``pages``
    costs one request per page and row, ``blocks`` one per block besides (about thirty times as many), ``none``
    nothing. What is not asked for is named in the snapshot as not covered.
    """

    comments: str = "pages"

    def __post_init__(self) -> None:
        if self.comments not in COMMENTS:
            raise Invalid(f"`comments` is one of {', '.join(COMMENTS)}.", field="comments")

    @classmethod
    def read(cls, stored: dict[str, Any]) -> "Options":
        return cls(**stored)

    def stored(self) -> dict[str, Any]:
        return asdict(self)
