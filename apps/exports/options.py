"""What can be chosen about an export: which pages, how files are named and laid out, and what each format adds."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from apps.core.errors import Invalid
from apps.exports.arrangement import Layout, Naming
from apps.exports.settling import Selection
from apps.notion.links import object_id_in

MOST_PAGES = 1_000
DEEPEST = 1_000


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the values of an option. ``value`` is its name in the API."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Option:
    """A switch, or with ``choices`` one of them. ``key`` is its name in the API; ``label`` and ``help`` are shown."""

    key: str
    label: str
    help: str
    default: bool | str = True
    choices: tuple[Choice, ...] = ()

    def checked(self, value: Any) -> bool | str:
        """Raises :class:`Invalid`."""
        if self.choices:
            values = [choice.value for choice in self.choices]
            if value not in values:
                raise Invalid(f"The option {self.key!r} is one of: {', '.join(values)}.", field="options")
            return str(value)
        if not isinstance(value, bool):
            raise Invalid(f"The option {self.key!r} is true or false, nothing else.", field="options")
        return value


ATTACHMENTS = Option("attachments", "Attachments", "The files stored in Notion, in a folder beside the rest.")
"""For formats that can carry stored files."""
NAMING = Option(
    "naming",
    "Names",
    "How files and folders are called.",
    Naming.TITLE_AND_ID.value,
    (
        Choice(Naming.TITLE_AND_ID.value, "Title and id: Road map 3f9a1c2b"),
        Choice(Naming.TITLE.value, "Title: Road map"),
        Choice(Naming.SLUG.value, "Slug: road-map"),
        Choice(Naming.DATE.value, "Day, title and id: 2026-07-04 Road map 3f9a1c2b"),
        Choice(Naming.ID.value, "Id"),
    ),
)
LAYOUT = Option(
    "layout",
    "Folders",
    "Where the files lie.",
    Layout.HIERARCHICAL.value,
    (
        Choice(Layout.HIERARCHICAL.value, "As in Notion, a folder for each page"),
        Choice(Layout.FLAT.value, "All in one folder"),
        Choice(Layout.BY_TYPE.value, "By type: pages, rows, databases"),
        Choice(Layout.BY_DATE.value, "By day of creation: pages/2026/07/04"),
    ),
)
COMMON = (NAMING, LAYOUT)
"""Of every format, beside ``pages`` and ``depth``."""


def options_of(own: Iterable[Option]) -> dict[str, Option]:
    """The common options and a format's own, by key; its own stand in the place of common ones."""
    return {option.key: option for option in (*COMMON, *own)}


def checked(own: Iterable[Option], given: Mapping[str, Any], *, label: str) -> dict[str, Any]:
    """All options, those not given by their default: ``pages``, ``depth``, then those of :func:`options_of`.

    Raises :class:`Invalid`.
    """
    known = options_of(own)
    unknown = sorted(given.keys() - known.keys() - {"pages", "depth"})
    if unknown:
        names = ", ".join(["pages", "depth", *known])
        raise Invalid(f"{label} has no option {unknown[0]!r}. Its options: {names}.", field="options")
    return {
        "pages": checked_pages(given.get("pages", [])),
        "depth": checked_depth(given.get("depth")),
        **{key: option.checked(given.get(key, option.default)) for key, option in known.items()},
    }


def selection_of(options: Mapping[str, Any]) -> Selection:
    return Selection(tuple(options["pages"]), options["depth"])


def checked_pages(given: Any) -> list[str]:
    """The ids of the chosen objects, each once and sorted; they may be given as addresses. Raises :class:`Invalid`."""
    if not isinstance(given, list | tuple):
        raise Invalid("The option 'pages' is a list of ids of pages, rows or databases.", field="options")
    ids = sorted({_object_id(one) for one in given})
    if len(ids) > MOST_PAGES:
        raise Invalid(f"At most {MOST_PAGES:,} pages can be chosen; choose one that they lie in.", field="options")
    return ids


def checked_depth(given: Any) -> int | None:
    """Levels below the chosen objects; None for all. Raises :class:`Invalid`."""
    if given is None:
        return None
    if isinstance(given, bool) or not isinstance(given, int) or not 0 <= given <= DEEPEST:
        raise Invalid(f"The option 'depth' is a whole number from 0 to {DEEPEST:,}, or null.", field="options")
    return given


def _object_id(given: Any) -> str:
    """The dashed form of an id, or of the id that an address of Notion's ends in."""
    if isinstance(given, str):
        try:
            return str(UUID(given.strip()))
        except ValueError:
            if found := object_id_in(given.strip()):
                return str(UUID(found))
    raise Invalid(f"{str(given)[:100]!r} is neither an id nor the address of a page in Notion.", field="options")
