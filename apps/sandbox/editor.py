"""Edits made from inside the process: what people do in the app while somebody reads through the API."""

from apps.sandbox.times import Clock
from apps.sandbox.world import edits
from apps.sandbox.world.json import Json
from apps.sandbox.world.moving import move_block
from apps.sandbox.world.objects import Block, Database, Page
from apps.sandbox.world.rich_text import text
from apps.sandbox.world.world import World


class Editor:
    """A person working in one workspace. Ids in, ids out; an unknown id raises KeyError."""

    def __init__(self, world: World, clock: Clock) -> None:
        self.world = world
        self._clock = clock
        self.person = next(user.id for user in world.users.values() if user.kind == "person")

    def _thing(self, identifier: str) -> Page | Database | Block:
        thing = edits.find(self.world, identifier)
        if thing is None:
            raise KeyError(identifier)
        return thing

    def create_page(self, parent_id: str | None, title: str, *paragraphs: str) -> str:
        """Under a page, in a data source, or at the top of the workspace (None)."""
        world = self.world
        parent = None if parent_id is None else world.pages.get(parent_id) or world.data_sources[parent_id]
        page = edits.create_page(world, parent, title, self._clock(), self.person)
        for words in paragraphs:
            self.append_paragraph(page.id, words)
        return page.id

    def append_paragraph(self, parent_id: str, words: str, *, at_start: bool = False) -> str:
        """To a page or block."""
        return self.append_block(parent_id, "paragraph", _paragraph(words), at_start=at_start)

    def append_block(self, parent_id: str, kind: str, payload: Json, *, at_start: bool = False) -> str:
        """Any type of block, also those the API does not write."""
        parent = self._thing(parent_id)
        if isinstance(parent, Database):
            raise KeyError(parent_id)
        placed = [(kind, payload, ())]
        return edits.place_blocks(self.world, parent, placed, self._clock(), self.person, at_start=at_start)[0].id

    def rewrite(self, block_id: str, words: str) -> None:
        """Replace the words of a block that has rich text."""
        block = self._thing(block_id)
        if not isinstance(block, Block) or "rich_text" not in block.payload:
            raise KeyError(block_id)
        block = edits.pinned(self.world, block)
        block.payload = {**block.payload, "rich_text": [text(words)]}
        edits.touch_block(self.world, block, self._clock(), self.person)

    def rename(self, page_id: str, title: str) -> None:
        page = self.world.pages[page_id]
        page.title = title
        edits.touch(self.world, page, self._clock(), self.person)

    def set_value(self, page_id: str, name: str, stored: object) -> None:
        """A property value as the workspace stores it: a number, a list of user ids, an option's name."""
        page = self.world.pages[page_id]
        prop = page.data_source.property_named(name) if page.data_source is not None else None
        if prop is None:
            raise KeyError(name)
        if prop.type in ("select", "status"):
            stored = next(option.id for option in prop.options if option.name == stored)
        page.values = {**(page.values or {}), prop.id: stored}
        edits.touch(self.world, page, self._clock(), self.person)

    def relate(self, page_id: str, name: str, *others: str) -> None:
        """Point a relation at these pages and at nothing else."""
        page = self.world.pages[page_id]
        prop = page.data_source.property_named(name) if page.data_source is not None else None
        if prop is None or prop.links is None:
            raise KeyError(name)
        numbers = [self.world.pages[each].no for each in others]
        prop.links.replace(page.no, numbers, reverse=prop.reverse)
        edits.touch(self.world, page, self._clock(), self.person)

    def move(self, page_id: str, parent_id: str | None) -> None:
        world = self.world
        parent = None if parent_id is None else world.pages.get(parent_id) or world.data_sources[parent_id]
        edits.move(world, world.pages[page_id], parent, self._clock(), self.person)

    def move_block(self, block_id: str, page_id: str) -> None:
        """With all that lies in it, to the end of another page."""
        block = self._thing(block_id)
        if not isinstance(block, Block):
            raise KeyError(block_id)
        move_block(self.world, block, self.world.pages[page_id], self._clock(), self.person)

    def trash(self, identifier: str) -> None:
        """A page, row, database or block."""
        edits.set_trash(self.world, self._thing(identifier), True, self._clock(), self.person)

    def restore(self, identifier: str) -> None:
        edits.set_trash(self.world, self._thing(identifier), False, self._clock(), self.person)

    def comment(self, about_id: str, words: str) -> str:
        """On a page or block."""
        thing = self._thing(about_id)
        if isinstance(thing, Database):
            raise KeyError(about_id)
        page, block_id = (thing.page, thing.id) if isinstance(thing, Block) else (thing, None)
        name = {"type": "user", "resolved_name": self.world.users[self.person].name}
        return edits.add_comment(self.world, page, block_id, [text(words)], self._clock(), self.person, name).id


def _paragraph(words: str) -> Json:
    return {"rich_text": [text(words)] if words else [], "icon": None, "color": "default"}
