"""Content that shows in several places. Its children are listed under the original and under each copy.

Under a copy they carry the original as parent; where the original is not shared they cannot be listed.
"""

from typing import ClassVar, Literal

from apps.notion import nodes
from apps.notion.blocks.block import Block, register
from apps.notion.lowering import Lowering
from apps.notion.model import NotionModel
from apps.notion.nodes import Href


class SyncedFrom(NotionModel):
    type: str = "block_id"
    block_id: str


class SyncedBlockContent(NotionModel):
    """`synced_from` is null in the original."""

    synced_from: SyncedFrom | None


@register
class SyncedBlock(Block):
    type: Literal["synced_block"]
    synced_block: SyncedBlockContent

    takes_children: ClassVar[bool] = True

    @property
    def original_id(self) -> str | None:
        origin = self.synced_block.synced_from
        return origin.block_id if origin else None

    def lower(self, lowering: Lowering, children: nodes.Blocks) -> nodes.Synced:
        original = self.original_id
        link = lowering.link(original) if original else None
        return nodes.Synced(original, Href(link.href, trusted=True) if link else None, children)
