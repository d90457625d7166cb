"""The fields of each block type that a client may write, in the order they are answered."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from apps.sandbox import errors
from apps.sandbox.writing.languages import LANGUAGES
from apps.sandbox.writing.media import read_icon
from apps.sandbox.writing.pen import (
    LONGEST_EXPRESSION,
    Pen,
    a_boolean,
    a_color,
    a_number,
    a_string,
    a_url,
    an_array,
    an_id,
    variant,
)
from apps.sandbox.writing.rich_text import read_rich_text

FieldReader = Callable[[Pen, Any, str], Any]
_ABSENT: Final = object()


@dataclass(frozen=True, slots=True)
class Field:
    name: str
    read: FieldReader
    default: Any = _ABSENT
    """The value when it is not sent; without one the field must be sent, or is left out when ``optional``."""
    optional: bool = False

    @property
    def must_be_sent(self) -> bool:
        return self.default is _ABSENT and not self.optional


@dataclass(frozen=True, slots=True)
class BlockType:
    name: str
    fields: tuple[Field, ...] = ()
    children: str = ""
    """What may stand inside: nothing, ``any``, or the one block type it takes."""
    least_children: int = 0
    writable: bool = True

    def field(self, name: str) -> Field | None:
        return next((field for field in self.fields if field.name == name), None)


def _checked(read: Callable[[Any, str], Any]) -> FieldReader:
    return lambda pen, raw, path: read(raw, path)


def _expression(pen: Pen, raw: Any, path: str) -> str:
    return a_string(raw, path, LONGEST_EXPRESSION)


def _cells(pen: Pen, raw: Any, path: str) -> list[Any]:
    return [read_rich_text(pen, cell, f"{path}[{at}]") for at, cell in enumerate(an_array(raw, path))]


def _ratio(pen: Pen, raw: Any, path: str) -> float:
    ratio = a_number(raw, path)
    if not 0 < ratio < 1:
        raise errors.should_be(path, "between 0 and 1", raw)
    return ratio


def _language(pen: Pen, raw: Any, path: str) -> str:
    language = a_string(raw, path)
    if language not in LANGUAGES:
        raise errors.should_be(path, "a known code language", raw)
    return language


def _synced_from(pen: Pen, raw: Any, path: str) -> Any:
    if raw is None:
        return None
    _, block_id = variant(raw, ("block_id",), path)
    return {"type": "block_id", "block_id": an_id(block_id, f"{path}.block_id")}


RICH: Final = Field("rich_text", read_rich_text)
COLOR: Final = Field("color", _checked(a_color), "default")
CAPTION: Final = Field("caption", read_rich_text, ())
_TEXT: Final = (RICH, COLOR)
_HEADING: Final = (RICH, Field("is_toggleable", _checked(a_boolean), False), COLOR)
_ICON: Final = Field("icon", read_icon, None)
_URL: Final = Field("url", _checked(a_url))
MEDIA: Final = frozenset({"image", "video", "audio", "pdf", "file"})

_TYPES: Final = (
    BlockType("paragraph", (RICH, _ICON, COLOR), "any"),
    *(BlockType(f"heading_{level}", _HEADING, "any") for level in (1, 2, 3, 4)),
    BlockType("bulleted_list_item", _TEXT, "any"),
    BlockType(
        "numbered_list_item",
        (
            RICH,
            COLOR,
            Field("list_start_index", _checked(a_number), optional=True),
            Field("list_format", _checked(a_string), optional=True),
        ),
        "any",
    ),
    BlockType("to_do", (RICH, Field("checked", _checked(a_boolean), False), COLOR), "any"),
    BlockType("toggle", _TEXT, "any"),
    BlockType("quote", _TEXT, "any"),
    BlockType("callout", (RICH, _ICON, COLOR), "any"),
    BlockType("code", (CAPTION, RICH, Field("language", _language))),
    BlockType("equation", (Field("expression", _expression),)),
    BlockType("divider"),
    BlockType("breadcrumb"),
    BlockType("table_of_contents", (COLOR,)),
    BlockType("bookmark", (CAPTION, _URL)),
    BlockType("embed", (CAPTION, _URL)),
    *(BlockType(name, (CAPTION,)) for name in sorted(MEDIA)),
    BlockType("link_to_page"),
    BlockType(
        "table",
        (
            Field("table_width", _checked(a_number)),
            Field("has_column_header", _checked(a_boolean), False),
            Field("has_row_header", _checked(a_boolean), False),
        ),
        "table_row",
        1,
    ),
    BlockType("table_row", (Field("cells", _cells),)),
    BlockType("column_list", (), "column", 2),
    BlockType("column", (Field("width_ratio", _ratio, optional=True),), "any"),
    BlockType("synced_block", (Field("synced_from", _synced_from, None),), "any"),
    BlockType("tab", (), "paragraph", 1),
    *(
        BlockType(name, writable=False)
        for name in ("link_preview", "child_page", "child_database", "template", "meeting_notes", "unsupported")
    ),
)
BLOCK_TYPES: Final = {each.name: each for each in _TYPES}
