"""Other sites inside a page, or an HTML file that Notion stores and shows."""

from typing import Literal

from apps.notion import nodes
from apps.notion.blocks.block import Block, register
from apps.notion.file_objects import FileObject, HostedFile
from apps.notion.lowering import Lowering
from apps.notion.model import NO_UPLOADS, Json, NotionModel, Uploads
from apps.notion.nodes import Href
from apps.notion.rich_text import RichText
from apps.notion.storage import is_stored_by_notion


class EmbedContent(NotionModel):
    """The address of an HTML file in Notion's storage is signed, like that of any stored file."""

    url: str
    caption: RichText = []

    @property
    def stored(self) -> FileObject | None:
        """The HTML file that is embedded, when the address is not that of another site."""
        if not is_stored_by_notion(self.url):
            return None
        return FileObject(type="file", file=HostedFile(url=self.url))

    def payload(self, uploads: Uploads = NO_UPLOADS) -> Json:
        written = super().payload(uploads)
        if self.stored:
            del written["url"]
            written["file_upload"] = self.stored.payload(uploads)["file_upload"]
        return written


@register
class Embed(Block):
    type: Literal["embed"]
    embed: EmbedContent

    def lower(self, lowering: Lowering, children: nodes.Blocks) -> nodes.Block:
        content = self.embed
        caption = lowering.line(content.caption)
        stored = content.stored
        if stored:
            return nodes.Media("file", stored.label, lowering.file(stored), caption)
        return nodes.Bookmark("embed", Href(content.url), caption)
