"""Plants pages, databases and rows into a world: ids, times, authors and parents come from here."""

from typing import Final
from urllib.parse import quote

from apps.sandbox.dice import Dice
from apps.sandbox.generate import samples
from apps.sandbox.generate.company import Company
from apps.sandbox.generate.draft import host_block_id
from apps.sandbox.generate.makers import Makers
from apps.sandbox.world.json import Json
from apps.sandbox.world.links import Links
from apps.sandbox.world.objects import (
    Database,
    DatabaseView,
    DataSource,
    InBlock,
    Maker,
    Option,
    Page,
    Parent,
    Property,
)
from apps.sandbox.world.rich_text import HostedFile, text
from apps.sandbox.world.schema import sort_properties
from apps.sandbox.world.tree import above
from apps.sandbox.world.world import World

FIRST_DAY: Final = 1_736_150_400
"""2025-01-06, when the first page was written."""
LAST_DAY: Final = 1_793_577_600
"""2026-11-02: nothing generated is younger, whatever the clock says."""
_LETTERS: Final = ":;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~"
_SAFE: Final = "~_"
COLORS: Final = ("gray", "blue", "green", "yellow", "orange", "red", "pink", "purple", "brown", "default")


class Planter:
    def __init__(self, world: World, company: Company) -> None:
        self.world = world
        self.company = company
        self.dice = Dice(world.seed, world.number, "planter")
        self.makers = Makers(world, company)
        self.people = self.makers.people

    # -- pages ------------------------------------------------------------------------------------------------------

    def page(
        self,
        title: str,
        parent: Parent,
        recipe: str,
        *,
        emoji: str | None = None,
        in_block: bool = False,
        subject: int = 0,
    ) -> Page:
        """A page, or a row when the parent is a data source."""
        dice = self.dice
        holder = above(parent)
        earliest = int(holder.created) if holder is not None else FIRST_DAY
        created = earliest + dice.below(max(LAST_DAY - earliest, 1) // 2 + 1)
        edited = created + int((LAST_DAY - created) * dice.fraction() ** 3)
        no = len(self.world.by_no)
        if in_block and isinstance(parent, Page):
            parent = InBlock(parent, host_block_id(self.world, parent))
        page = Page(
            no=no,
            id=self.world.ids.make("page", no, 0, created),
            title=title,
            parent=parent,
            created=created,
            edited=edited,
            created_by=dice.pick(self.people),
            edited_by=dice.pick(self.people),
            recipe=recipe,
            subject=subject,
            icon={"type": "emoji", "emoji": emoji} if emoji else None,
        )
        self.world.add_page(page)
        if isinstance(parent, DataSource):
            parent.rows.append(page)
        else:
            self._hang(page)
        return page

    def template(self, source: DataSource, identifier: str, title: str, recipe: str) -> None:
        """The page that new rows of a data source begin as."""
        page = Page(
            no=len(self.world.by_no),
            id=identifier,
            title=title,
            parent=source,
            created=source.created,
            edited=source.edited,
            created_by=source.created_by,
            edited_by=source.edited_by,
            recipe=recipe,
            is_template=True,
        )
        self.world.add_page(page)

    def _hang(self, thing: Page | Database) -> None:
        holder = above(thing.parent)
        if holder is None:
            self.world.top.append(thing)
        elif isinstance(holder, Page):
            holder.children.append(thing)

    def decorate(self, page: Page) -> None:
        """Give a page one of the rarer icons and covers."""
        dice, world = self.dice, self.world
        match dice.below(4):
            case 0:
                page.icon = {"type": "custom_emoji", "custom_emoji": dice.pick(world.custom_emojis)}
            case 1:
                page.icon = {"type": "icon", "icon": {"name": "bookmark", "color": dice.pick(("blue", "green"))}}
            case 2:
                page.icon = {"type": "file", "file": self._file(page, "icon.png")}
            case _:
                page.icon = {"type": "external", "external": {"url": f"https://{self.company.domain}/icon.svg"}}
        if dice.chance(0.5):
            page.cover = {"type": "file", "file": self._file(page, "cover.png")}
        else:
            url = f"https://app.notion.com/images/page-cover/woodcuts_{dice.between(1, 9)}.jpg"
            page.cover = {"type": "external", "external": {"url": url}}

    def _file(self, page: Page, name: str) -> HostedFile:
        number = (1 << 18) + self.dice.below(1 << 18)
        return HostedFile(self.world.ids.make("file", page.no, number, page.created), name)

    # -- databases --------------------------------------------------------------------------------------------------

    def database(
        self,
        title: str,
        parent: Parent,
        *,
        emoji: str | None = None,
        inline: bool = False,
        in_block: bool = False,
        description: str = "",
    ) -> Database:
        dice = self.dice
        holder = above(parent)
        earliest = int(holder.created) if holder is not None else FIRST_DAY
        created = earliest + dice.below((LAST_DAY - earliest) // 8 + 1) + dice.below(1000) / 1000
        if in_block and isinstance(parent, Page):
            parent = InBlock(parent, host_block_id(self.world, parent))
        database = Database(
            id=dice.uuid(),
            title=[text(title)] if title else [],
            parent=parent,
            created=created,
            edited=created + (LAST_DAY - created) * 0.9,
            created_by=dice.pick(self.people),
            edited_by=dice.pick(self.people),
            description=[text(description)] if description else [],
            is_inline=inline,
            icon={"type": "emoji", "emoji": emoji} if emoji else None,
        )
        self.world.databases[database.id] = database
        self._hang(database)
        return database

    def source(self, database: Database, title: str, title_property: str = "Name") -> DataSource:
        dice, world = self.dice, self.world
        number = len(world.data_sources)
        source = DataSource(
            id=world.ids.make("data_source", 0, number, database.created),
            database=database,
            title=[text(title)],
            created=database.created,
            edited=database.edited,
            created_by=database.created_by,
            edited_by=database.edited_by,
            icon=database.icon,
            description=database.description,
        )
        world.add_data_source(source)
        source.properties["title"] = Property(id="title", name=title_property, type="title")
        if dice.chance(0.4):
            source.templates.append({"id": dice.uuid(), "name": f"New {title.lower()} entry", "is_default": True})
        return source

    def view(self, source: DataSource, name: str, kind: str = "table", *, sorts: list[Json] | None = None) -> None:
        database, world = source.database, self.world
        world.add_view(
            DatabaseView(
                id=world.ids.make("view", 0, len(world.views), database.created),
                database=database,
                data_source=source,
                name=name,
                type=kind,
                created=database.created,
                edited=database.edited,
                created_by=database.created_by,
                edited_by=database.edited_by,
                sorts=sorts,
            )
        )

    # -- properties -------------------------------------------------------------------------------------------------

    def property(
        self,
        source: DataSource,
        name: str,
        kind: str,
        make: Maker | None = None,
        *,
        options: tuple[str, ...] = (),
        groups: dict[str, tuple[str, ...]] | None = None,
        description: str | None = None,
        **config: str | None,
    ) -> Property:
        """Adds a property; the schema stays sorted by id with the title last, as Notion keeps it."""
        identifier = "verification" if kind == "verification" else self._property_id(source)
        prop = Property(id=identifier, name=name, type=kind, config=dict(config), description=description, make=make)
        for at, option in enumerate(options or (each for names in (groups or {}).values() for each in names)):
            group = next((g for g, names in (groups or {}).items() if option in names), None)
            prop.options.append(Option(self.dice.uuid(), option, COLORS[at % len(COLORS)], group))
        for group, color in zip(groups or {}, ("gray", "blue", "green"), strict=False):
            prop.groups.append({"id": self.dice.uuid(), "name": group, "color": color})
        source.properties[prop.id] = prop
        source.properties = sort_properties(source.properties)
        return prop

    def relation(self, source: DataSource, name: str, target: DataSource, back: str | None = None) -> Links:
        """A relation; with ``back`` the target gets the other end of it. Returns the links to fill."""
        links = Links()
        prop = self.property(source, name, "relation")
        prop.links, prop.target = links, target
        if back is not None:
            other = self.property(target, back, "relation")
            other.links, other.reverse, other.target = links, True, source
            prop.twin, other.twin = other, prop
        return links

    def rollup(self, source: DataSource, name: str, relation: str, target: str, function: str) -> None:
        through = source.property_named(relation)
        rolled = through.target.property_named(target) if through is not None and through.target else None
        if through is None or rolled is None:
            raise KeyError(f"{relation} → {target}")
        self.property(
            source,
            name,
            "rollup",
            rollup_property_name=rolled.name,
            relation_property_name=through.name,
            rollup_property_id=rolled.decoded_id,
            relation_property_id=through.decoded_id,
            function=function,
        )

    def _property_id(self, source: DataSource) -> str:
        while True:
            identifier = quote("".join(self.dice.pick(_LETTERS) for _ in range(4)), safe=_SAFE)
            if identifier not in source.properties:
                return identifier

    def emoji(self) -> str | None:
        return self.dice.pick(samples.EMOJI) if self.dice.chance(0.35) else None
