"""AI meeting notes: a summary, notes and a transcript as children."""

from typing import Any, ClassVar, Literal

from apps.notion import nodes
from apps.notion.blocks.block import Block, register
from apps.notion.lowering import Lowering
from apps.notion.model import NotionModel
from apps.notion.rich_text import RichText


class MeetingNotesContent(NotionModel):
    title: RichText = []
    status: str | None = None
    children: dict[str, Any] | None = None
    calendar_event: dict[str, Any] | None = None
    recording: dict[str, Any] | None = None


@register
class MeetingNotes(Block):
    type: Literal["meeting_notes"]
    meeting_notes: MeetingNotesContent

    takes_children: ClassVar[bool] = True
    read_only: ClassVar[str | None] = "meeting notes are made through their own endpoint"

    def lower(self, lowering: Lowering, children: nodes.Blocks) -> nodes.Section:
        return nodes.Section("meeting_notes", lowering.line(self.meeting_notes.title), children)
