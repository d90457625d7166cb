"""Pictures, films, sounds, PDFs and files: a file object with a caption.

One that Notion stores (`type: "file"`) cannot be written as it was read: its address is signed and short-lived. Its
payload asks for an upload (`NeedsUpload`) and then refers to that.
"""

from typing import ClassVar, Literal

from apps.notion import nodes
from apps.notion.blocks.block import Block, register
from apps.notion.file_objects import FileObject
from apps.notion.lowering import Lowering
from apps.notion.rich_text import RichText


class MediaContent(FileObject):
    caption: RichText = []


class Media(Block):
    kind: ClassVar[Literal["image", "video", "audio", "pdf", "file"]]

    def lower(self, lowering: Lowering, children: nodes.Blocks) -> nodes.Media:
        content: MediaContent = self.content
        return nodes.Media(self.kind, content.label, lowering.file(content), lowering.line(content.caption))


@register
class Image(Media):
    type: Literal["image"]
    image: MediaContent

    kind = "image"


@register
class Video(Media):
    type: Literal["video"]
    video: MediaContent

    kind = "video"


@register
class Audio(Media):
    type: Literal["audio"]
    audio: MediaContent

    kind = "audio"


@register
class Pdf(Media):
    type: Literal["pdf"]
    pdf: MediaContent

    kind = "pdf"


@register
class File(Media):
    type: Literal["file"]
    file: MediaContent

    kind = "file"
