"""What a write would lose of what was read.

The list of what may be lost stands here a second time, apart from the models that leave it out, so that a field which a
model drops by mistake is noticed.
"""

from collections.abc import Iterator
from typing import Any

ANYWHERE = frozenset({"plain_text", "href"})
"""Notion's own reading of a run."""

USER = ("name", "avatar_url", "type", "person", "bot")
NOT_WRITTEN = frozenset(
    {
        *((place, name) for place in ("user", "people") for name in USER),
        ("custom_emoji", "name"),
        ("custom_emoji", "url"),
        ("select", "id"),
        ("select", "color"),
        ("multi_select", "id"),
        ("multi_select", "color"),
        ("status", "id"),
        ("status", "color"),
        ("options", "id"),
        ("status", "groups"),
        ("relation", "database_id"),
        ("dual_property", "synced_property_id"),
        ("rollup", "relation_property_id"),
        ("rollup", "rollup_property_id"),
        ("verification", "verified_by"),
        ("files", "expiry_time"),
        ("file", "expiry_time"),
    }
)
"""Name of the surrounding field and name of the field that only Notion sets."""


def lost(read: Any, written: Any, path: tuple[str, ...] = ()) -> Iterator[str]:
    """Paths of what `read` holds and `written` does not, but for what Notion alone sets."""
    if isinstance(read, dict):
        if not isinstance(written, dict):
            yield ".".join(path)
            return
        for name, value in read.items():
            here = (*path, name)
            if name in written:
                yield from lost(value, written[name], here)
            elif not _set_by_notion(here, value) and not _uploaded(name, read, written):
                yield ".".join(here)
    elif isinstance(read, list):
        yield from _lost_items(read, written, path)
    elif read != written and not (path[-1:] == ("type",) and isinstance(written, str) and written == "file_upload"):
        yield ".".join(path)


def _lost_items(read: list[Any], written: Any, path: tuple[str, ...]) -> Iterator[str]:
    if not isinstance(written, list):
        yield ".".join(path)
    elif len(written) > len(read) and _content(read) == _content(written):
        return  # long runs were cut; their words and order are the same
    elif len(read) != len(written):
        yield f"{'.'.join(path)}[{len(written)} of {len(read)}]"
    else:
        for old, new in zip(read, written, strict=True):
            yield from lost(old, new, path)


def _content(runs: list[Any]) -> str:
    return "".join(run.get("text", {}).get("content", "") for run in runs if isinstance(run, dict))


def _set_by_notion(path: tuple[str, ...], value: Any) -> bool:
    return value is None or path[-1] in ANYWHERE or path[-2:] in NOT_WRITTEN


def _uploaded(name: str, read: dict[str, Any], written: dict[str, Any]) -> bool:
    """A stored file stands in what was read, an upload in its stead in what is written."""
    return name in ("file", "url") and "file_upload" in written
