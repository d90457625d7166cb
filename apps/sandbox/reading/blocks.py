"""Blocks as the API answers them."""

from typing import Final

import orjson

from apps.sandbox import errors, times
from apps.sandbox.reading.parents import parent_of, parent_of_block, partial_user
from apps.sandbox.reading.reader import Reader, title_of
from apps.sandbox.world.json import Json
from apps.sandbox.world.objects import Block, Database, Page
from apps.sandbox.world.tree import is_trashed
from apps.sandbox.world.world import World

STANDING_FOR: Final = ("child_page", "child_database")
"""Blocks that only show where a page or database is."""


def stands(world: World, block: Block) -> bool:
    """Whether a listing shows the block: neither it nor the page or database it stands for is in the trash."""
    if block.in_trash:
        return False
    if block.type not in STANDING_FOR:
        return True
    thing = world.pages.get(block.id) or world.databases.get(block.id)
    return thing is None or not thing.in_trash


def synced_original(reader: Reader, block: Block) -> Block | None:
    """The original of a synced copy. Raises 404 when the reader may not see it; None for other blocks."""
    source = block.payload.get("synced_from") if block.type == "synced_block" else None
    if source is None:
        return None
    original = reader.connection.block(source["block_id"])
    return original if isinstance(original, Block) else None


def children_of(reader: Reader, parent: Block | Page | Database) -> list[Block]:
    """The blocks a listing shows. Raises 400 where Notion cannot list, 404 for a copy of something not shared."""
    if isinstance(parent, Database):
        return []
    if isinstance(parent, Page):
        blocks = reader.world.content(parent).blocks
    else:
        if parent.claims_children:
            kind = parent.payload.get("block_type", parent.type)
            raise errors.invalid(f"Block type {kind} is not supported via the API.")
        blocks = (synced_original(reader, parent) or parent).children
    return [block for block in blocks if stands(reader.world, block)]


def has_children(world: World, block: Block) -> bool:
    if block.type == "child_page":
        page = world.pages[block.id]
        return any(stands(world, child) for child in world.content(page).blocks)
    if block.type == "child_database":
        return False
    if block.claims_children or block.payload.get("synced_from"):
        return True
    return any(stands(world, child) for child in block.children)


def block_answer(reader: Reader, block: Block) -> Json:
    world = reader.world
    payload: Json = block.payload
    if block.type in STANDING_FOR:
        thing = world.pages.get(block.id) or world.databases[block.id]
        return _standing_for(reader, thing, has_children(world, block))
    trashed = block.in_trash or in_trashed_place(block)
    return {
        "object": "block",
        "id": block.id,
        "parent": parent_of_block(block),
        "created_time": times.minute(block.created),
        "last_edited_time": times.minute(block.edited),
        "created_by": partial_user(block.created_by),
        "last_edited_by": partial_user(block.edited_by),
        "has_children": has_children(world, block),
        "in_trash": trashed,
        "type": block.type,
        block.type: payload,
    }


def thing_as_block(reader: Reader, thing: Page | Database) -> Json:
    """A page or database that is addressed as a block."""
    kids = isinstance(thing, Page) and bool(children_of(reader, thing))
    return _standing_for(reader, thing, kids)


def _standing_for(reader: Reader, thing: Page | Database, kids: bool) -> Json:
    kind = "child_page" if isinstance(thing, Page) else "child_database"
    return {
        "object": "block",
        "id": thing.id,
        "parent": parent_of(thing.parent),
        "created_time": times.minute(thing.created),
        "last_edited_time": times.minute(thing.edited),
        "created_by": partial_user(thing.created_by),
        "last_edited_by": partial_user(thing.edited_by),
        "has_children": kids,
        "in_trash": is_trashed(thing),
        "type": kind,
        kind: {"title": title_of(thing)},
    }


def in_trashed_place(block: Block) -> bool:
    here = block.parent
    while here is not None:
        if here.in_trash:
            return True
        here = here.parent
    return is_trashed(block.page)


def block_answers(reader: Reader, blocks: list[Block]) -> list[Json] | list[orjson.Fragment]:
    """Blocks of one parent, in serialised form where the reader can take it.

    The bytes are kept for later readers, unless they depend on who reads or on other objects.
    """
    if reader.in_pieces:
        return [block_answer(reader, block) for block in blocks]
    keep = bool(blocks) and not in_trashed_place(blocks[0])
    return [orjson.Fragment(_serialised(reader, block, keep)) for block in blocks]


def _serialised(reader: Reader, block: Block, keep: bool) -> bytes:
    if keep and block.serialised is not None:
        return block.serialised
    reader.met_lazy = False
    dumped = reader.dump(block_answer(reader, block))
    if keep and not (reader.met_lazy or block.children or block.type in STANDING_FOR):
        block.serialised = dumped
    return dumped
