"""Changes to a workspace made by people in the app, or by tests while a capture walks."""

from apps.sandbox.world.objects import Block, Database, Page
from apps.sandbox.world.world import World


def find(world: World, identifier: str) -> Page | Database | Block | None:
    return world.pages.get(identifier) or world.databases.get(identifier) or world.find_block(identifier)


def trash(world: World, identifier: str, now: float) -> bool:
    """Whether the workspace has such a page, database or block."""
    return _set_trash(world, identifier, now, True)


def restore(world: World, identifier: str, now: float) -> bool:
    return _set_trash(world, identifier, now, False)


def _set_trash(world: World, identifier: str, now: float, in_trash: bool) -> bool:
    thing = find(world, identifier)
    if thing is None:
        return False
    if isinstance(thing, Block):
        world.pin(thing.page)
        pinned = world.find_block(identifier)
        if pinned is not None:
            thing = pinned
            touch_block(thing, now, thing.edited_by)
    thing.in_trash = in_trash
    thing.edited = now
    world.revision += 1
    return True


def touch_block(block: Block, now: float, editor: str) -> None:
    """A block's edit is an edit of its page; the blocks around it are serialised anew."""
    block.edited = block.page.edited = now
    block.edited_by = block.page.edited_by = editor
    here: Block | None = block
    while here is not None:
        here.serialised = None
        here = here.parent
