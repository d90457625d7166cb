"""Databases inside a page. The block's id is the database's id; of a linked view it leads nowhere."""

from typing import ClassVar, Literal

from apps.notion import nodes
from apps.notion.blocks.block import Block, register
from apps.notion.lowering import Lowering
from apps.notion.model import NotionModel


class ChildDatabaseContent(NotionModel):
    title: str


@register
class ChildDatabase(Block):
    type: Literal["child_database"]
    child_database: ChildDatabaseContent

    read_only: ClassVar[str | None] = "databases are made through the databases API"

    def lower(self, lowering: Lowering, children: nodes.Blocks) -> nodes.Block:
        return lowering.object_link("database", self.id, self.child_database.title)
