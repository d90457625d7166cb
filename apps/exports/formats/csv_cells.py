"""The value of a property as the text of one cell.

What stands in a cell is the property's own :meth:`~apps.notion.properties.PropertyValue.text`, but for what can be said
better with the whole snapshot at hand: rows by their titles, stored files by their path in the export.
"""

from urllib.parse import unquote

from apps.core.formulas import guarded
from apps.exports.references import References
from apps.notion.file_objects import FileObject
from apps.notion.model import Json
from apps.notion.properties import PropertyValue, parse_property
from apps.notion.properties.files import FilesValue
from apps.notion.properties.number import NumberValue
from apps.notion.properties.property import join, text_of
from apps.notion.properties.relation import RelationValue
from apps.notion.properties.rollup import RollupValue
from apps.notion.refusals import Unreadable

STYLED = frozenset({"title", "rich_text"})


class Cells:
    """Writes the values of one table; ``relations`` is ``titles`` or ``ids``. Counts what it cannot carry whole."""

    def __init__(self, references: References, *, relations: str, guard: bool) -> None:
        self._references = references
        self._relations = relations
        self._guard = guard
        self.styled = 0
        self.cut = 0
        self.unreadable = 0
        self.guarded = 0

    def cell(self, raw: Json | None) -> str:
        """The text for a raw property value; empty where the row has none."""
        if raw is None:
            return ""
        try:
            value = parse_property(raw)
        except Unreadable:
            self.unreadable += 1
            return self.guarded_text(text_of(raw))
        if value.type in STYLED and any(map(_is_styled, raw.get(value.type) or ())):
            self.styled += 1
        text = self._text(value)
        return text if isinstance(value, NumberValue) else self.guarded_text(text)

    def guarded_text(self, text: str) -> str:
        """An apostrophe before what could be taken for a formula."""
        if not self._guard:
            return text
        shown = guarded(text)
        self.guarded += shown != text
        return shown

    def _text(self, value: PropertyValue) -> str:
        match value:
            case RelationValue():
                self.cut += value.has_more
                return join(self._row(reference.id) for reference in value.relation)
            case RollupValue() if value.rollup.array is not None:
                return join(self._text(part) for part in value.rollup.array)
            case FilesValue():
                return join(self._file(file) for file in value.files)
        return value.text()

    def _row(self, object_id: str) -> str:
        link = self._references.link(object_id) if self._relations == "titles" else None
        return link.title if link else object_id

    def _file(self, file: FileObject) -> str:
        """Its path in the export, else its address elsewhere, else its name: Notion's own address is soon void."""
        stored = self._references.file(file.raw())
        if stored is not None:
            return unquote(stored)
        return file.label if file.hosted else file.url or file.label


def _is_styled(run: Json) -> bool:
    """Whether a run is more than its words: a mention, an equation, a link, a style."""
    if run.get("type") != "text" or run.get("href"):
        return True
    return any(value not in (False, "default") for value in (run.get("annotations") or {}).values())
