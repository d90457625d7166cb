"""The pages every company wiki has, in the order of their importance, and the many that fill it up."""

from dataclasses import dataclass
from typing import Final

from apps.sandbox.generate.planter import Planter
from apps.sandbox.generate.prose import Prose
from apps.sandbox.world.objects import Page


@dataclass(frozen=True, slots=True)
class Site:
    """One fixed page: ``under`` names its parent by key."""

    key: str
    title: str
    under: str | None
    recipe: str
    emoji: str | None = None
    in_block: bool = False
    locked: bool = False
    fancy: bool = False


SITES: Final = (
    Site("home", "Home", None, "home", fancy=True),
    Site("guide", "Formatting guide", "home", "formatting_guide", "✍️"),
    Site("work", "Projects & tasks", "home", "index", "🗂️"),
    Site("engineering", "Engineering", None, "index", "🛠️"),
    Site("log", "Incident log", "engineering", "incident_log", "🚨"),
    Site("languages", "Writing in many languages · 多言語 · עברית", "home", "many_languages", "🌍"),
    Site("faq", "On-call FAQ", "engineering", "faq", "❓"),
    Site("outline", "Yearly plan, outlined", "home", "deep_outline"),
    Site("contacts", "Emergency contacts", "home", "synced_origin", "☎️", locked=True),
    Site("copies", "Night shift start page", "engineering", "synced_copies", fancy=True),
    Site("meetings", "Meetings", None, "index", "🗣️"),
    Site("customers", "Customers & field work", None, "index", "🤝"),
    Site("people", "People", None, "index", "👥"),
    Site("start", "Start here", "people", "onboarding", "👋", fancy=True),
    Site("blank", "Office playlist", "home", "empty"),
    Site("untitled", "", "home", "empty"),
    Site("runbooks", "Runbooks", "engineering", "index", "🧯"),
    Site("release", "How we release", "runbooks", "runbook"),
    Site("restore", "Restore from backup", "runbooks", "runbook", "💾"),
    Site("rotate", "Rotate the signing keys", "runbooks", "runbook", in_block=True),
    Site("archive", "Archive", "home", "index", "🗄️"),
    Site("archive25", "2025", "archive", "index"),
    Site("archive25q1", "Q1", "archive25", "index"),
    Site("archive25m3", "March", "archive25q1", "index"),
    Site("archive25w10", "Week 10", "archive25m3", "weekly"),
    Site("leftovers", "Leftovers", "archive25w10", "short_note"),
    Site("architecture", "Architecture overview", "engineering", "spec", "🏛️", fancy=True),
    Site("product", "Product", None, "index", "🧭"),
    Site("roadmap", "Roadmap", "product", "project_brief"),
    Site("voices", "What customers say", "product", "interview"),
    Site("notes1", "Notes", "product", "short_note"),
    Site("notes2", "Notes", "product", "short_note"),
    Site("notes3", "Notes", "engineering", "weekly"),
)

_AREAS: Final = (
    "Platform",
    "Hardware",
    "Product",
    "Field Operations",
    "Customer Success",
    "People",
    "Finance",
    "Design",
)
_DOCUMENTS: Final = (
    ("{part}: how it works", "spec"),
    ("{part} v2", "project_brief"),
    ("{customer} rollout", "project_brief"),
    ("{metric}, explained", "spec"),
    ("{product} {version} release notes", "release_notes"),
    ("{team} goals {quarter}", "goals"),
    ("Notes from {site}", "short_note"),
    ("Post-mortem: {site}", "post_mortem"),
    ("Pricing of the {part}", "pricing"),
    ("Weekly notes", "weekly"),
    ("Weekly notes, {month}", "weekly"),
    ("Interview: {customer}", "interview"),
    ("Why we chose {tool}", "decision"),
    ("{product} onboarding call script", "call_script"),
    ("Checklist for {site}", "checklist"),
    ("Retro {quarter}", "retro"),
    ("Replacing the {part} at {site}", "runbook"),
    ("How {team} hires", "policy"),
    ("{customer}, kick-off meeting", "meeting"),
    ("Draft", "short_note"),
)
"""Titles of ordinary pages and what is written on them."""
DOCUMENTS_PER_AREA: Final = 40


def plant_sites(planter: Planter, count: int) -> dict[str, Page]:
    """The first ``count`` fixed pages, by key."""
    sites: dict[str, Page] = {}
    for site in SITES[:count]:
        parent = sites.get(site.under) if site.under else None
        page = planter.page(site.title, parent, site.recipe, emoji=site.emoji, in_block=site.in_block)
        page.is_locked = site.locked
        if site.fancy:
            planter.decorate(page)
        sites[site.key] = page
    return sites


def plant_documents(planter: Planter, sites: dict[str, Page], count: int) -> None:
    """Ordinary pages: areas of the teams, documents in them, and documents below documents."""
    prose = Prose(planter.company, planter.dice.fork("documents"))
    dice = prose.dice
    tops = [page for page in sites.values() if page.parent is None]
    areas: list[Page] = []
    nested: list[Page] = []
    wanted_areas = max(1, count // DOCUMENTS_PER_AREA)
    for number in range(count):
        if len(areas) < wanted_areas and number % DOCUMENTS_PER_AREA == 0:
            year = 2025 + len(areas) // len(_AREAS) % 2
            title = f"{_AREAS[len(areas) % len(_AREAS)]} notes {year}"
            areas.append(planter.page(title, tops[len(areas) % len(tops)], "index", emoji=planter.emoji()))
            continue
        below = nested[-30:] if nested and dice.chance(0.3) else areas
        template, recipe = dice.pick(_DOCUMENTS)
        written = "empty" if dice.chance(0.06) else recipe
        page = planter.page(prose.plain((template,)), dice.pick(below), written, emoji=planter.emoji())
        if dice.chance(0.04):
            planter.decorate(page)
        if dice.chance(0.25):
            nested.append(page)
