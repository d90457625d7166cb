"""A page being written: blocks in order, nested with ``with draft.inside(block)``."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from apps.sandbox.dice import Dice
from apps.sandbox.generate import samples
from apps.sandbox.generate.company import Company
from apps.sandbox.generate.markup import rich
from apps.sandbox.generate.prose import Prose
from apps.sandbox.world.json import Json, RichText
from apps.sandbox.world.objects import Block, Comment, Content, Database, InBlock, Page
from apps.sandbox.world.rich_text import HostedFile, text
from apps.sandbox.world.world import World

HOST_ITEM: Final = 1 << 20
"""Number of the toggle that holds the pages and databases standing inside a block of this page."""
SYNCED_ITEM: Final = HOST_ITEM + 1
"""Number of the original of a synced block, so that copies elsewhere can point at it."""
_SECONDS_PER_BLOCK: Final = 20


def host_block_id(world: World, page: Page) -> str:
    return world.ids.make("block", page.no, HOST_ITEM, page.created)


def synced_block_id(world: World, page: Page) -> str:
    return world.ids.make("block", page.no, SYNCED_ITEM, page.created)


class Draft:
    def __init__(self, world: World, page: Page, company: Company) -> None:
        self.world = world
        self.page = page
        self.company = company
        self.dice = Dice(world.seed, world.number, "content", page.no)
        self.prose = Prose(company, self.dice)
        self.people = [user.id for user in world.users.values() if user.kind == "person"]
        self.content = Content()
        self._stack: list[Block] = []
        self._placed: set[str] = set()
        self._items = self._files = self._talk = 0

    # -- blocks -----------------------------------------------------------------------------------------------------

    def add(self, kind: str, payload: Json, *, item: int | None = None, claims_children: bool = False) -> Block:
        page = self.page
        if item is None:
            item = self._items
            self._items += 1
        created = min(page.created + self._items * _SECONDS_PER_BLOCK, page.edited)
        return self._place(
            Block(
                id=self.world.ids.make("block", page.no, item, page.created),
                type=kind,
                payload=payload,
                page=page,
                parent=self._stack[-1] if self._stack else None,
                created=created,
                edited=page.edited if self._items % 5 == 0 else created,
                created_by=page.created_by,
                edited_by=page.edited_by,
                claims_children=claims_children,
            )
        )

    def _place(self, block: Block) -> Block:
        siblings = self._stack[-1].children if self._stack else self.content.blocks
        siblings.append(block)
        self.content.index[block.id] = block
        return block

    @contextmanager
    def inside(self, block: Block) -> Iterator[None]:
        self._stack.append(block)
        try:
            yield
        finally:
            self._stack.pop()

    def rich(self, words: str) -> list[RichText]:
        return rich(words, self.people)

    def words(self, kind: str, words: str | list[RichText], color: str = "default", **more: Any) -> Block:
        runs = self.rich(words) if isinstance(words, str) else words
        return self.add(kind, {"rich_text": runs, **more, "color": color})

    def paragraph(self, words: str | list[RichText], color: str = "default", icon: Json | None = None) -> Block:
        return self.words("paragraph", words, color, icon=icon)

    def heading(self, level: int, words: str, *, toggles: bool = False, color: str = "default") -> Block:
        runs = self.rich(words)
        return self.add(f"heading_{level}", {"rich_text": runs, "is_toggleable": toggles, "color": color})

    def bullets(self, lines: Iterable[str]) -> list[Block]:
        return [self.words("bulleted_list_item", line) for line in lines]

    def numbers(self, lines: Iterable[str]) -> list[Block]:
        return [self.words("numbered_list_item", line) for line in lines]

    def todo(self, words: str, done: bool) -> Block:
        return self.words("to_do", words, checked=done)

    def toggle(self, words: str, color: str = "default") -> Block:
        return self.words("toggle", words, color)

    def quote(self, words: str) -> Block:
        return self.words("quote", words)

    def callout(self, words: str, icon: Json | None, color: str = "gray_background") -> Block:
        return self.words("callout", words, color, icon=icon)

    def code(self, language: str, source: str, caption: str = "") -> Block:
        return self.add(
            "code", {"caption": self.rich(caption), "rich_text": [text(source)] if source else [], "language": language}
        )

    def divider(self) -> Block:
        return self.add("divider", {})

    def table(self, rows: list[list[str]], *, column_header: bool = True, row_header: bool = False) -> Block:
        width = len(rows[0])
        table = self.add(
            "table", {"table_width": width, "has_column_header": column_header, "has_row_header": row_header}
        )
        with self.inside(table):
            for row in rows:
                self.add("table_row", {"cells": [self.rich(cell) for cell in row]})
        return table

    def columns(self, ratios: Iterable[float | None]) -> list[Block]:
        holder = self.add("column_list", {})
        with self.inside(holder):
            return [self.add("column", {} if ratio is None else {"width_ratio": ratio}) for ratio in ratios]

    # -- files, references, talk ------------------------------------------------------------------------------------

    def file(self, name: str) -> HostedFile:
        self._files += 1
        return HostedFile(self.world.ids.make("file", self.page.no, self._files, self.page.created), name)

    def media(self, kind: str, name: str, caption: str = "") -> Block:
        payload: Json = {"caption": self.rich(caption), "type": "file", "file": self.file(name)}
        if kind == "file":
            payload["name"] = name
        return self.add(kind, payload)

    def external(self, kind: str, url: str, caption: str = "") -> Block:
        payload: Json = {"caption": self.rich(caption), "type": "external", "external": {"url": url}}
        if kind == "file":
            payload["name"] = url.rsplit("/", 1)[-1]
        return self.add(kind, payload)

    def emoji(self) -> Json:
        return {"type": "emoji", "emoji": self.dice.pick(samples.EMOJI)}

    def some_page(self) -> str:
        """The id of another generated page or row."""
        return self.world.by_no[self.dice.below(self.world.generated)].id

    def some_person(self) -> str:
        return self.dice.pick(self.people)

    def comment(self, words: str, on: Block | None = None, replies: Iterable[str] = ()) -> None:
        """A discussion on a block, or on the page itself."""
        page, world = self.page, self.world
        opened = min(page.created + 3600, page.edited)
        discussion = world.ids.make("discussion", page.no, self._talk, opened)
        for line in (words, *replies):
            author = self.some_person()
            self.content.comments.append(
                Comment(
                    id=world.ids.make("comment", page.no, self._talk, opened),
                    discussion_id=discussion,
                    page=page,
                    block_id=on.id if on is not None else None,
                    created=opened,
                    edited=opened,
                    created_by=author,
                    rich_text=self.rich(line),
                    display_name={"type": "user", "resolved_name": world.users[author].name},
                )
            )
            self._talk += 1
            opened = min(opened + 600, page.edited)

    # -- pages and databases on the page ----------------------------------------------------------------------------

    def child(self, thing: Page | Database) -> None:
        """Where a page or database stands among the blocks."""
        if thing.id in self._placed:
            return
        self._placed.add(thing.id)
        kind = "child_page" if isinstance(thing, Page) else "child_database"
        parent = self._stack[-1] if self._stack else None
        self._place(
            Block(
                id=thing.id,
                type=kind,
                payload={},
                page=self.page,
                parent=parent,
                created=thing.created,
                edited=thing.edited,
                created_by=thing.created_by,
                edited_by=thing.edited_by,
            )
        )

    def finish(self) -> Content:
        """Puts the children that no recipe placed at the end."""
        hosted = [child for child in self.page.children if isinstance(child.parent, InBlock)]
        if hosted:
            toggle = self.add("toggle", {"rich_text": [text("More in here")], "color": "default"}, item=HOST_ITEM)
            with self.inside(toggle):
                for child in hosted:
                    self.child(child)
        for child in self.page.children:
            self.child(child)
        return self.content
