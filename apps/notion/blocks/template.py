"""Template buttons of old; the API neither makes nor changes them since 2023-03-27."""

from typing import ClassVar, Literal

from apps.notion import nodes
from apps.notion.blocks.block import Block, register
from apps.notion.lowering import Lowering
from apps.notion.model import NotionModel
from apps.notion.rich_text import RichText


class TemplateContent(NotionModel):
    rich_text: RichText


@register
class Template(Block):
    type: Literal["template"]
    template: TemplateContent

    takes_children: ClassVar[bool] = True
    read_only: ClassVar[str | None] = "template buttons are no longer made"

    def lower(self, lowering: Lowering, children: nodes.Blocks) -> nodes.Section:
        return nodes.Section(self.type, lowering.line(self.template.rich_text), children)
