"""Generates a workspace: people, pages, databases and rows now; what stands on the pages when somebody reads it."""

from functools import partial
from typing import Final

from apps.sandbox.dice import Dice
from apps.sandbox.generate import showcases
from apps.sandbox.generate import tables as t
from apps.sandbox.generate.company import COMPANIES, Company
from apps.sandbox.generate.documents import RECIPES
from apps.sandbox.generate.draft import Draft, synced_block_id
from apps.sandbox.generate.planter import FIRST_DAY, Planter
from apps.sandbox.generate.prose import Prose, slug
from apps.sandbox.generate.rows import ROWS, fill_links
from apps.sandbox.generate.sitemap import SITES, plant_documents, plant_sites
from apps.sandbox.generate.tables import Tables
from apps.sandbox.world.objects import Content, DataSource, Page, User
from apps.sandbox.world.rich_text import PublicFile
from apps.sandbox.world.world import World

__all__ = ["generate_world", "showcases"]

SHARES: Final = {
    "projects": 0.06,
    "meetings": 0.12,
    "accounts": 0.05,
    "contacts": 0.08,
    "decisions": 0.05,
    "inventory": 0.04,
    "handbook": 0.03,
    "glossary": 0.03,
}
"""Of the rows; tasks get what is left."""
CHECKLIST_ROWS: Final = 6
UNTITLED_EVERY: Final = 60


def generate_world(seed: int, number: int, pages: int) -> World:
    """A workspace with that many pages and rows to reach: about a third pages, the rest rows.

    What is private or in the trash comes on top. The same seed and number give the same workspace in any process.
    """
    company = COMPANIES[number % len(COMPANIES)]
    name = company.name if number < len(COMPANIES) else f"{company.name} {number // len(COMPANIES) + 1}"
    world = World(seed, number, name, partial(write_content, company))
    world.icon = company.icon
    _people(world, company)
    _custom_emojis(world, company)
    planter = Planter(world, company)
    rows = pages * 2 // 3
    fixed = min(len(SITES), pages - rows)
    sites = plant_sites(planter, fixed)
    tables = _databases(planter, sites)
    plant_documents(planter, sites, pages - rows - fixed)
    for kind, count in _row_counts(rows, tables).items():
        _rows(planter, tables.sources[kind], kind, count)
    fill_links(tables, planter.dice.fork("links"))
    _hidden_things(planter, tables, sites)
    world.generated = len(world.by_no)
    _templates(planter)
    return world


def write_content(company: Company, world: World, page: Page) -> Content:
    """What the seed puts on a page."""
    draft = Draft(world, page, company)
    RECIPES[page.recipe](draft)
    return draft.finish()


def _people(world: World, company: Company) -> None:
    dice = Dice(world.seed, world.number, "people")
    for name in company.people:
        given = slug(name) or f"member-{len(world.users) + 1}"
        avatar = f"https://{company.domain}/people/{given}.png" if dice.chance(0.4) else None
        user = User(dice.uuid(), name, "person", f"{given.replace('-', '.')}@{company.domain}", avatar)
        world.users[user.id] = user
    for bot in ("Calendar bridge", "Ticket importer"):
        user = User(dice.uuid(), bot, "bot")
        world.users[user.id] = user


def _custom_emojis(world: World, company: Company) -> None:
    for at, name in enumerate((slug(company.name), "ship-it", "calibrated", "手伝う")):
        identifier = world.ids.make("custom_emoji", 0, at, FIRST_DAY)
        world.custom_emojis.append({"id": identifier, "name": name, "url": PublicFile(identifier, f"{at}.png")})


def _databases(planter: Planter, sites: dict[str, Page]) -> Tables:
    tables, home = Tables(), sites["home"]
    t.plant_projects(planter, tables, sites.get("work", home))
    t.plant_tasks(planter, tables, sites.get("work", home))
    t.plant_meetings(planter, tables, sites.get("meetings", home))
    t.plant_crm(planter, tables, sites.get("customers", home))
    t.plant_inventory(planter, tables, sites.get("customers", home))
    t.plant_decisions(planter, tables, sites.get("engineering", home))
    t.plant_handbook(planter, tables, sites.get("people", home))
    t.plant_glossary(planter, tables, None)
    t.plant_checklist(planter, tables, sites.get("release", home))
    t.plant_empty(planter, tables, sites.get("log", home))
    return tables


def _row_counts(rows: int, tables: Tables) -> dict[str, int]:
    counts = {kind: int(rows * share) for kind, share in SHARES.items()}
    counts["checklist"] = CHECKLIST_ROWS if rows >= CHECKLIST_ROWS * 10 else 0
    if rows and not counts["projects"]:
        counts["projects"] = 1
    counts["tasks"] = rows - sum(counts.values())
    return counts


def _rows(planter: Planter, source: DataSource, kind: str, count: int) -> None:
    write = ROWS[kind]
    dice = planter.dice.fork("rows", kind)
    prose = Prose(planter.company, dice)
    for number in range(count):
        title, recipe = write(dice, prose, number)
        if number % UNTITLED_EVERY == UNTITLED_EVERY - 1:
            title = ""
        written = recipe if dice.chance(0.5) else "empty"
        row = planter.page(title, source, written, emoji=planter.emoji(), subject=number)
        if dice.chance(0.02):
            planter.decorate(row)
    source.unique_id_next = count + 1


def _templates(planter: Planter) -> None:
    """Templates are pages, too. That neither a query nor search shows them is assumed.

    https://developers.notion.com/reference/list-data-source-templates
    """
    for source in planter.world.data_sources.values():
        for template in source.templates:
            planter.template(source, template["id"], template["name"], "short_note")


def _hidden_things(planter: Planter, tables: Tables, sites: dict[str, Page]) -> None:
    """What a capture must cope with: private pages, linked databases, things in the trash."""
    world, home = planter.world, sites["home"]
    board = planter.page("Board room", None, "index", emoji="🔒")
    salaries = planter.page("Salary bands", board, "synced_origin")
    secret = planter.source(planter.database("Compensation", board, emoji="💶"), "Compensation", "Role")
    planter.view(secret, "Table")
    planter.page("Principal engineer", secret, "short_note")
    planter.relation(tables.sources["projects"], "Compensation case", secret)
    world.landmarks |= {"private_page": board.id, "synced_private": synced_block_id(world, salaries)}
    if "contacts" in sites:
        world.landmarks["synced_original"] = synced_block_id(world, sites["contacts"])
    for title, linked in (("Tasks by assignee", "no_sources"), ("Shared calendar", "missing")):
        planter.database(title, sites.get("work", home)).linked = linked
    old = planter.page("Old holiday plan", home, "weekly")
    planter.page("Packing list", old, "short_note")
    old.in_trash = True
    retired = planter.source(planter.database("Retired sensors", home), "Retired sensors")
    planter.view(retired, "Table")
    planter.page("Sensor 0001", retired, "short_note")
    retired.in_trash = retired.database.in_trash = True
    if tables.sources["tasks"].rows:
        planter.page("Never mind", tables.sources["tasks"], "short_note").in_trash = True
