"""Changes to a workspace. The API writes through these, and so do people in the app and tests during a capture.

Every edit pins the content it touches, because from then on it is no longer what the seed gives.
"""

from collections.abc import Iterable, Sequence

from apps.sandbox.world.json import Json, RichText
from apps.sandbox.world.objects import (
    FIRST_ADDED,
    Block,
    Comment,
    Content,
    Database,
    DataSource,
    InBlock,
    Page,
    Parent,
)
from apps.sandbox.world.tree import above
from apps.sandbox.world.world import World

Placed = tuple[str, Json, Sequence["Placed"]]
"""A block to place: type, payload, children."""


class NotBeside(Exception):
    """The block to stand behind is not a direct child of the parent."""


def find(world: World, identifier: str) -> Page | Database | Block | None:
    return world.pages.get(identifier) or world.databases.get(identifier) or world.find_block(identifier)


def touch(world: World, page: Page, now: float, editor: str) -> None:
    page.edited, page.edited_by = now, editor
    world.revision += 1


def touch_block(world: World, block: Block, now: float, editor: str) -> None:
    """A block's edit is an edit of its page; the blocks around it are serialised anew."""
    block.edited, block.edited_by = now, editor
    here: Block | None = block
    while here is not None:
        here.serialised = None
        here = here.parent
    touch(world, block.page, now, editor)


def pinned(world: World, block: Block) -> Block:
    """The same block inside content that stays."""
    return world.pin(block.page).index[block.id]


def set_trash(world: World, thing: Page | Database | Block, in_trash: bool, now: float, editor: str) -> None:
    """Move into the trash or back. What holds it counts as edited too."""
    if isinstance(thing, Block):
        thing = pinned(world, thing)
        thing.in_trash = in_trash
        touch_block(world, thing, now, editor)
        return
    thing.in_trash = in_trash
    thing.edited, thing.edited_by = now, editor
    if isinstance(thing, Database):
        for source in thing.data_sources:
            source.in_trash, source.edited, source.edited_by = in_trash, now, editor
    holder = above(thing.parent)
    if isinstance(holder, Page):
        touch(world, holder, now, editor)
    world.revision += 1


def place_blocks(
    world: World,
    parent: Page | Block,
    blocks: Iterable[Placed],
    now: float,
    author: str,
    *,
    after: str | None = None,
    at_start: bool = False,
) -> list[Block]:
    """Adds blocks under a page or block. Raises NotBeside."""
    page = parent.page if isinstance(parent, Block) else parent
    content = world.pin(page)
    holder = content.index[parent.id] if isinstance(parent, Block) else None
    siblings = content.blocks if holder is None else holder.children
    at = 0 if at_start else _position(siblings, after)
    made = [_make(world, content, page, holder, each, now, author) for each in blocks]
    siblings[at:at] = made
    if holder is not None:
        touch_block(world, holder, now, author)
    touch(world, page, now, author)
    return made


def _position(siblings: list[Block], after: str | None) -> int:
    if after is None:
        return len(siblings)
    found = next((at for at, block in enumerate(siblings) if block.id == after), None)
    if found is None:
        raise NotBeside(after)
    return found + 1


def _make(
    world: World, content: Content, page: Page, parent: Block | None, placed: Placed, now: float, author: str
) -> Block:
    kind, payload, children = placed
    block = Block(
        id=world.ids.make("block", page.no, FIRST_ADDED + content.added, now, by_api=True),
        type=kind,
        payload=payload,
        page=page,
        parent=parent,
        created=now,
        edited=now,
        created_by=author,
        edited_by=author,
    )
    content.added += 1
    content.index[block.id] = block
    block.children = [_make(world, content, page, block, child, now, author) for child in children]
    return block


def create_page(
    world: World,
    parent: Parent,
    title: str | list[RichText],
    now: float,
    author: str,
    *,
    after: str | None = None,
    at_start: bool = False,
) -> Page:
    """A page without content; with a data source as parent, a row. Raises NotBeside."""
    no = len(world.by_no)
    page = Page(
        no=no,
        id=world.ids.make("page", no, 0, now, by_api=True),
        title=title,
        parent=parent,
        created=now,
        edited=now,
        created_by=author,
        edited_by=author,
        content=Content(),
        values={},
    )
    if not isinstance(parent, DataSource):
        hang(world, page, now, author, after=after, at_start=at_start)
    else:
        page.subject = parent.unique_id_next - 1
        parent.unique_id_next += 1
        parent.rows.append(page)
    world.add_page(page)
    world.revision += 1
    return page


def hang(
    world: World,
    thing: Page | Database,
    now: float,
    author: str,
    *,
    after: str | None = None,
    at_start: bool = False,
) -> None:
    """Show a page or database among the blocks of its parent. Raises NotBeside."""
    holder = above(thing.parent)
    if holder is None:
        world.top.append(thing)
    if not isinstance(holder, Page):
        return
    content = world.pin(holder)
    inside = content.index[thing.parent.block_id] if isinstance(thing.parent, InBlock) else None
    siblings = content.blocks if inside is None else inside.children
    at = 0 if at_start else _position(siblings, after)
    kind = "child_page" if isinstance(thing, Page) else "child_database"
    block = Block(thing.id, kind, {}, holder, inside, thing.created, thing.edited, author, author)
    siblings.insert(at, block)
    content.index[block.id] = block
    holder.children.append(thing)
    if inside is not None:
        touch_block(world, inside, now, author)
    touch(world, holder, now, author)


def unhang(world: World, thing: Page | Database, now: float, author: str) -> None:
    """Take a page or database away from where it stands."""
    holder = above(thing.parent)
    if holder is None:
        world.top.remove(thing)
    elif isinstance(holder, DataSource) and isinstance(thing, Page):
        holder.rows.remove(thing)
    elif isinstance(holder, Page):
        content = world.pin(holder)
        block = content.index.pop(thing.id)
        siblings = content.blocks if block.parent is None else block.parent.children
        siblings.remove(block)
        holder.children.remove(thing)
        touch(world, holder, now, author)


def move(world: World, thing: Page | Database, parent: Parent, now: float, author: str) -> None:
    """Give a page or database another parent."""
    unhang(world, thing, now, author)
    thing.parent = parent
    if isinstance(parent, DataSource) and isinstance(thing, Page):
        parent.rows.append(thing)
        thing.values = thing.values or {}
        thing.subject = parent.unique_id_next - 1
        parent.unique_id_next += 1
    else:
        hang(world, thing, now, author)
    thing.edited, thing.edited_by = now, author
    world.revision += 1


def add_comment(
    world: World,
    page: Page,
    block_id: str | None,
    rich_text: list[RichText],
    now: float,
    author: str,
    display_name: Json,
    discussion_id: str | None = None,
) -> Comment:
    content = world.pin(page)
    number = FIRST_ADDED + content.added
    content.added += 1
    comment = Comment(
        id=world.ids.make("comment", page.no, number, now, by_api=True),
        discussion_id=discussion_id or world.ids.make("discussion", page.no, number, now, by_api=True),
        page=page,
        block_id=block_id,
        created=now,
        edited=now,
        created_by=author,
        rich_text=rich_text,
        display_name=display_name,
    )
    content.comments.append(comment)
    return comment
