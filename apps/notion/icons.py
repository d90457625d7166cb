"""Icons of pages, databases and callouts. https://developers.notion.com/reference/page"""

from typing import ClassVar

from apps.notion.file_objects import FileObject
from apps.notion.model import NotionModel


class CustomEmoji(NotionModel):
    """An emoji that a workspace made itself; written by its id alone."""

    id: str
    name: str | None = None
    url: str | None = None

    response_only: ClassVar[frozenset[str]] = frozenset({"name", "url"})


class NativeIcon(NotionModel):
    """One of Notion's own drawings, since 2026-03-25."""

    name: str
    color: str | None = None


class Icon(FileObject):
    """An emoji, a custom emoji, a native icon or an image."""

    emoji: str | None = None
    custom_emoji: CustomEmoji | None = None
    icon: NativeIcon | None = None

    kinds: ClassVar[frozenset[str]] = FileObject.kinds | {"emoji", "custom_emoji", "icon"}

    @property
    def label(self) -> str:
        """What stands for the icon in plain text: the emoji itself or its name between colons."""
        if self.emoji:
            return self.emoji
        if self.custom_emoji:
            return f":{self.custom_emoji.name or self.custom_emoji.id}:"
        if self.icon:
            return f":{self.icon.name}:"
        return super().label
