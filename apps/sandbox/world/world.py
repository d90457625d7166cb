"""One workspace: its objects, found by id, and the content of its pages, made when it is read."""

from collections import OrderedDict
from collections.abc import Callable, Iterator
from typing import Final

from apps.sandbox.dice import Dice
from apps.sandbox.ids import IdMaker
from apps.sandbox.world.json import Json
from apps.sandbox.world.objects import (
    Block,
    Comment,
    Content,
    Database,
    DatabaseView,
    DataSource,
    Page,
    User,
)

ContentWriter = Callable[["World", Page], Content]

KEPT_BLOCKS: Final = 40_000
"""How many generated blocks stay in memory; the rest is made again when somebody asks."""


class World:
    """A workspace. Nothing here knows who reads it."""

    def __init__(self, seed: int, number: int, name: str, write_content: ContentWriter) -> None:
        self.seed = seed
        self.number = number
        self.name = name
        self.icon: str | None = None
        self.ids = IdMaker(seed, number)
        self.id = self.ids.make("api", 0, 1, 0)
        self.users: dict[str, User] = {}
        self.pages: dict[str, Page] = {}
        self.by_no: list[Page] = []
        self.top: list[Page | Database] = []
        self.databases: dict[str, Database] = {}
        self.data_sources: dict[str, DataSource] = {}
        self.views: dict[str, DatabaseView] = {}
        self.custom_emojis: list[Json] = []
        self.landmarks: dict[str, str] = {}
        """Ids of generated objects that others point at, by a name of the generator's."""
        self.moved: dict[str, Page] = {}
        """Where blocks and comments are that left the page whose number is in their id."""
        self.generated = 0
        """Pages up to this number come from the seed; generated references only point at these."""
        self.revision = 0
        """Counts the edits, so that orderings can be cached between them."""
        self._uuids = Dice(seed, number, "uuids")
        self._write_content = write_content
        self._kept: OrderedDict[int, Content] = OrderedDict()
        self._kept_blocks = 0

    def content(self, page: Page) -> Content:
        """The page's blocks and comments."""
        if page.content is not None:
            return page.content
        kept = self._kept.get(page.no)
        if kept is not None:
            self._kept.move_to_end(page.no)
            return kept
        content = self._write_content(self, page)
        self._kept[page.no] = content
        self._kept_blocks += len(content.index)
        while self._kept_blocks > KEPT_BLOCKS and len(self._kept) > 1:
            _, dropped = self._kept.popitem(last=False)
            self._kept_blocks -= len(dropped.index)
        return content

    def pin(self, page: Page) -> Content:
        """Keep the page's content for good, because it is about to differ from what the seed gives."""
        if page.content is None:
            page.content = self.content(page)
            if self._kept.pop(page.no, None) is not None:
                self._kept_blocks -= len(page.content.index)
        return page.content

    def new_uuid(self) -> str:
        """A random-looking id for what is added later: databases, options, views of their own."""
        return self._uuids.uuid()

    def find_block(self, identifier: str) -> Block | None:
        """A block that is not itself a page or database."""
        place = self.ids.place("block", identifier)
        if place is None or place.page >= len(self.by_no):
            return None
        page = self.moved.get(identifier) or self.by_no[place.page]
        return self.content(page).index.get(identifier)

    def find_comment(self, identifier: str) -> Comment | None:
        place = self.ids.place("comment", identifier)
        if place is None or place.page >= len(self.by_no):
            return None
        comments = self.content(self.moved.get(identifier) or self.by_no[place.page]).comments
        return next((comment for comment in comments if comment.id == identifier), None)

    def add_page(self, page: Page) -> None:
        self.pages[page.id] = page
        self.by_no.append(page)

    def add_data_source(self, data_source: DataSource) -> None:
        self.data_sources[data_source.id] = data_source
        data_source.database.data_sources.append(data_source)

    def add_view(self, view: DatabaseView) -> None:
        self.views[view.id] = view
        view.database.views.append(view)

    def shared_by_default(self) -> list[Page | Database]:
        """What stands at the top of the workspace and is not private."""
        return [thing for thing in self.top if thing.id != self.landmarks.get("private_page")]

    def walk_blocks(self, page: Page) -> Iterator[Block]:
        """Every living block of a page, depth first."""
        stack = list(reversed(self.content(page).blocks))
        while stack:
            block = stack.pop()
            if not block.in_trash:
                yield block
                stack.extend(reversed(block.children))
