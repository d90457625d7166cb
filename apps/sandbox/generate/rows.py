"""The rows of the databases: their titles, what is written in them, and how they relate."""

from collections.abc import Callable
from typing import Final

from apps.sandbox.dice import Dice
from apps.sandbox.generate import phrases, samples
from apps.sandbox.generate.prose import Prose
from apps.sandbox.generate.tables import Tables
from apps.sandbox.world.objects import Page

CROWDED: Final = 31
"""How many tasks the first project has: more than a page object shows."""

RowWriter = Callable[[Dice, Prose, int], tuple[str, str]]
"""Title of the row with that number, and the recipe of its content if it gets any."""


def _titled(recipe: str, *templates: str) -> RowWriter:
    return lambda dice, prose, number: (prose.plain(templates), recipe)


def _listed(recipe: str, names: tuple[str, ...], *templates: str) -> RowWriter:
    """The names first, then titles made up from templates."""

    def write(dice: Dice, prose: Prose, number: int) -> tuple[str, str]:
        return (names[number] if number < len(names) else prose.plain(templates)), recipe

    return write


def _meeting(dice: Dice, prose: Prose, number: int) -> tuple[str, str]:
    template, recipe = dice.pick(_MEETINGS)
    return prose.plain((template,)), recipe


def _account(dice: Dice, prose: Prose, number: int) -> tuple[str, str]:
    return _listed("interview", prose.company.customers, "{site} Co-operative", "{customer} (branch {n})")(
        dice, prose, number
    )


def _contact(dice: Dice, prose: Prose, number: int) -> tuple[str, str]:
    return f"{dice.pick(samples.CONTACT_FIRST)} {dice.pick(samples.CONTACT_LAST)}", "short_note"


def _decision(dice: Dice, prose: Prose, number: int) -> tuple[str, str]:
    return prose.plain(phrases.DECISIONS).rstrip("."), "decision"


_MEETINGS: Final = (
    ("Weekly sync", "meeting"),
    ("{team} weekly", "meeting"),
    ("{customer} check-in", "meeting"),
    ("{product} review", "meeting"),
    ("1:1", "short_note"),
    ("Retro {quarter}", "retro"),
    ("Planning {quarter}", "goals"),
    ("Call with {customer}", "interview"),
)
_PROJECTS: Final = ("{product} for {customer}", "New {part}", "Better {metric}", "{site} refit", "{product} {version}")
_POLICIES: Final = (
    "Expenses",
    "Time off",
    "Travel",
    "On call",
    "Laptops and phones",
    "Security reviews",
    "Parental leave",
)
ROWS: Final[dict[str, RowWriter]] = {
    "tasks": _titled("short_note", *phrases.ACTIONS),
    "projects": _titled("project_brief", *_PROJECTS),
    "meetings": _meeting,
    "accounts": _account,
    "contacts": _contact,
    "decisions": _decision,
    "inventory": _titled("short_note", "{kit} #{n}", "{kit} (spare)", "{kit}, second hand"),
    "handbook": _listed("policy", _POLICIES, "How {team} works, {quarter}", "Questions about {tool}"),
    "glossary": _titled("short_note", "{part}", "{metric}", "{product}", "{part} at {site}"),
    "checklist": _titled("checklist", *phrases.STEPS),
}


def fill_links(tables: Tables, dice: Dice) -> None:
    """Relate the rows once all are there."""
    rows = {name: source.rows for name, source in tables.sources.items()}
    for name, (source, target, share) in _RELATED.items():
        links = tables.links.get(name)
        if links is None or not rows.get(target):
            continue
        for at, row in enumerate(rows.get(source, [])):
            if name == "task_project":
                links.add(row.no, _project_of(rows[target], at).no)
            elif dice.chance(share):
                other = dice.pick(rows[target])
                if other is not row:
                    links.add(row.no, other.no)


def _project_of(projects: list[Page], task: int) -> Page:
    """The first project is crowded, the others share the rest evenly."""
    if task < CROWDED or len(projects) == 1:
        return projects[0]
    return projects[1 + task % (len(projects) - 1)]


_RELATED: Final = {
    "task_project": ("tasks", "projects", 1.0),
    "task_blockers": ("tasks", "tasks", 0.15),
    "meeting_project": ("meetings", "projects", 0.7),
    "contact_account": ("contacts", "accounts", 0.95),
    "item_spares": ("inventory", "inventory", 0.5),
    "decision_supersedes": ("decisions", "decisions", 0.2),
}
