"""What a person may choose about a capture."""

from dataclasses import asdict, dataclass, replace
from typing import Any

from apps.core.errors import Invalid

COMMENTS = ("none", "pages", "blocks")
AUTO, FULL, INCREMENTAL = MODES = ("auto", "full", "incremental")


@dataclass(frozen=True, slots=True)
class Options:
    """``comments``: on which things open comments are asked for.

    Notion answers for one page or block at a time, and nothing tells beforehand whether there are any: ``pages``
    costs one request per page and row, ``blocks`` one per block besides (about thirty times as many), ``none``
    nothing. What is not asked for is named in the snapshot as not covered.

    ``mode``: ``full`` reads everything, ``incremental`` what is not proven unchanged since an earlier snapshot with
    the same options, ``auto`` chooses: incremental as long as everything was read not too long ago.
    """

    comments: str = "pages"
    mode: str = AUTO

    def __post_init__(self) -> None:
        if self.comments not in COMMENTS:
            raise Invalid(f"`comments` is one of {', '.join(COMMENTS)}.", field="comments")
        if self.mode not in MODES:
            raise Invalid(f"`mode` is one of {', '.join(MODES)}.", field="mode")

    @classmethod
    def read(cls, stored: dict[str, Any]) -> "Options":
        return cls(**stored)

    def stored(self) -> dict[str, Any]:
        return asdict(self)

    def reads_like(self, other: "Options") -> bool:
        """Whether captures with these options look at the same things."""
        return replace(self, mode=AUTO) == replace(other, mode=AUTO)
