"""How the objects of an export are named and where their files lie: the two strategies, free to be combined."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from apps.exports.naming import SHORT, UNTITLED, bare_id, clash_key, is_like_a_file, safe
from apps.snapshots.models import Kind

FOLDERS: Mapping[str, str] = {
    Kind.PAGE: "pages",
    Kind.ROW: "rows",
    Kind.DATABASE: "databases",
    Kind.DATA_SOURCE: "data_sources",
    Kind.TEMPLATE: "templates",
    Kind.VIEW: "views",
    Kind.DISCUSSION: "comments",
    Kind.BLOCK_DISCUSSION: "comments",
    Kind.USER: "users",
    Kind.CUSTOM_EMOJI: "custom_emojis",
    Kind.FILE_UPLOAD: "file_uploads",
    Kind.FILE: "files",
}
"""The folder of each type; a kind that we do not know gets one of its own name."""
DEEP = "_deep"
"""The folder for what lies too deep in the tree for a path that every system takes."""
UNDATED = "undated"
RESERVED = frozenset(
    {DEEP, UNDATED, "attachments", "assets", "index", "manifest", "readme", "search", "static", *FOLDERS.values()}
)
"""Names at the top that are the export's own, without extension; no bare title takes one of them."""
_IN_THE_TREE = frozenset({Kind.PAGE, Kind.ROW, Kind.TEMPLATE, Kind.DATABASE, Kind.DATA_SOURCE})


class Naming(StrEnum):
    TITLE_AND_ID = "title_and_id"
    TITLE = "title"
    SLUG = "slug"
    DATE = "date"
    ID = "id"


class Layout(StrEnum):
    HIERARCHICAL = "hierarchical"
    FLAT = "flat"
    BY_TYPE = "by_type"
    BY_DATE = "by_date"


@dataclass(frozen=True, slots=True)
class Arrangement:
    naming: Naming = Naming.TITLE_AND_ID
    layout: Layout = Layout.HIERARCHICAL

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> "Arrangement":
        return cls(Naming(options["naming"]), Layout(options["layout"]))

    def name(self, title: str, object_id: str, created: str, digits: int) -> str:
        """An object's name without extension, with the last ``digits`` of its id (0, 8 or 32).

        ``created`` is the day of its creation in UTC, ``2026-07-04``, or empty.
        """
        end = bare_id(object_id)[-digits:] if digits else ""
        match self.naming:
            case Naming.ID:
                return safe(object_id)
            case Naming.SLUG:
                return "-".join(part for part in (slug(title), end) if part)
            case Naming.DATE:
                return " ".join(part for part in (created or UNDATED, safe(title) or UNTITLED, end) if part)
            case _:
                return " ".join(part for part in (safe(title) or UNTITLED, end) if part)

    def first_digits(self, name: str, folder: str) -> int:
        """How many digits of its id a name has that clashes with none; ``name`` is the one without any.

        A title that could be taken for a file of the export's own, or for a file beside a folder, never stands alone.
        """
        if self.naming not in (Naming.TITLE, Naming.SLUG):
            return SHORT
        own = not folder and clash_key(name) in RESERVED
        return SHORT if own or is_like_a_file(name) else 0

    def folder(self, kind: str, parent: str, home: str, created: str) -> str | None:
        """The folder of an object, ``""`` at the top; None for the folder of its ``home``.

        Objects of one ``parent`` (as far as that is in the export) lie in a folder of their own where
        :meth:`is_divided` says so.
        """
        own = FOLDERS.get(kind, kind)
        match self.layout:
            case Layout.FLAT:
                return ""
            case Layout.BY_DATE:
                return f"{own}/{created.replace('-', '/') or UNDATED}"
            case Layout.BY_TYPE:
                return own
        if home:
            return None
        return "" if kind in _IN_THE_TREE else own

    def is_divided(self, kind: str) -> bool:
        return self.layout is Layout.BY_TYPE and kind in (Kind.ROW, Kind.DISCUSSION, Kind.BLOCK_DISCUSSION)


def slug(title: str) -> str:
    """``Road map (2026)`` → ``road-map-2026``: the words of any script in lower case, with hyphens between them."""
    spaced = "".join(one if unicodedata.category(one)[0] in "LMN" else " " for one in title.lower())
    return safe("-".join(spaced.split())) or UNTITLED.lower()
