"""A block that is dragged to another page, with all that lies in it. The API has no call for it."""

from collections.abc import Iterator

from apps.sandbox.world import edits
from apps.sandbox.world.objects import Block, Database, InBlock, Page
from apps.sandbox.world.world import World


def move_block(world: World, block: Block, page: Page, now: float, author: str) -> None:
    """To the end of the page. It keeps its id, and both pages count as edited."""
    old, new = world.pin(block.page), world.pin(page)
    block = old.index[block.id]
    left = block.page
    (old.blocks if block.parent is None else block.parent.children).remove(block)
    edits.touch_block(world, block, now, author)
    block.parent = None
    new.blocks.append(block)
    inside = {each.id: each for each in _with_all_in_it(block)}
    for identifier, each in inside.items():
        new.index[identifier] = old.index.pop(identifier)
        world.moved[identifier] = each.page = page
        each.serialised = None
    for comment in [comment for comment in old.comments if comment.block_id in inside]:
        old.comments.remove(comment)
        new.comments.append(comment)
        world.moved[comment.id] = comment.page = page
    for thing in [thing for thing in left.children if thing.id in inside]:
        _hang_in(thing, left, page)
    edits.touch(world, page, now, author)


def _with_all_in_it(block: Block) -> Iterator[Block]:
    yield block
    for child in block.children:
        yield from _with_all_in_it(child)


def _hang_in(thing: Page | Database, left: Page, page: Page) -> None:
    if isinstance(thing.parent, InBlock):
        thing.parent = InBlock(page, thing.parent.block_id)
    left.children.remove(thing)
    page.children.append(thing)
