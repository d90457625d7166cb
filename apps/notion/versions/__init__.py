"""The versions of Notion's API that the library speaks. Inside it there is one shape: that of `CURRENT`.

`VERSIONS` holds them by date, newest first. What each says otherwise stands in its module, and what it does not say at
all in `untold`. Source: https://developers.notion.com/reference/changes-by-version
"""

from apps.notion.errors import UnknownVersion
from apps.notion.versions.data_source_ids import DataSourceIds
from apps.notion.versions.v2022_06_28 import V20220628
from apps.notion.versions.v2025_09_03 import V20250903
from apps.notion.versions.v2026_03_11 import V20260311
from apps.notion.versions.version import Request, Untold, Version

CURRENT = V20260311.date
VERSIONS: dict[str, type[Version]] = {each.date: each for each in (V20260311, V20250903, V20220628)}


def version_named(date: str) -> type[Version]:
    """The version of that date. Raises `UnknownVersion`, with a sentence that names the ones there are."""
    try:
        return VERSIONS[date]
    except KeyError:
        raise UnknownVersion(no_such_version(date)) from None


def no_such_version(date: str) -> str:
    """Why `date` is refused, and what there is instead."""
    *others, oldest = VERSIONS
    return f"There is no API version “{date[:20]}” here. There are {', '.join(others)} and {oldest}."


__all__ = [
    "CURRENT",
    "V20260311",
    "VERSIONS",
    "DataSourceIds",
    "Request",
    "Untold",
    "Version",
    "no_such_version",
    "version_named",
]
