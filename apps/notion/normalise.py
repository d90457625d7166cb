"""The part of an answer that changes only when the object changes: what is stored, compared and digested.

Two readings of an unchanged object differ in `request_id` and in the signatures of stored files. Both go; nothing else
does. Answers are not walked from end to end: a listing of 100 blocks costs some tens of microseconds, because files can
stand in few places only (media, icons, covers, mentions, files and people properties, rollups, attachments).
"""

from collections.abc import Callable
from hashlib import blake2b
from typing import Any

import orjson

from apps.notion.model import Json
from apps.notion.storage import is_signed_by_notion, without_query

FILELESS = frozenset(
    {
        "number",
        "select",
        "multi_select",
        "status",
        "date",
        "checkbox",
        "url",
        "email",
        "phone_number",
        "relation",
        "created_time",
        "last_edited_time",
        "unique_id",
        "button",
        "place",
        "formula",
    }
)
"""Property types whose values hold no file; every other type, known or not, is searched."""

AUTHORED = frozenset({"external", "link", "text"})
"""What people typed: an address in here is content, signed or not."""


def normalise(answer: Json) -> Json:
    """The answer, or the list of answers, without what changes from reading to reading.

    The input is not changed; parts without change are shared with it. Normalising twice changes nothing.
    """
    kind = answer.get("object")
    if kind == "list":
        results = answer.get("results")
        if isinstance(results, list):
            found = [normalise(item) if isinstance(item, dict) else item for item in results]
            answer = answer | {"results": found}
    elif type(kind) is str and kind in RULES:
        answer = RULES[kind](answer)
    else:
        answer = _searched(answer)
    if "request_id" in answer:
        answer = {name: value for name, value in answer.items() if name != "request_id"}
    return answer


def canonical(answer: Json) -> bytes:
    """The one way to write an object: UTF-8, sorted keys, no spaces."""
    return orjson.dumps(answer, option=orjson.OPT_SORT_KEYS)


def digest(body: bytes) -> bytes:
    """16 bytes of BLAKE2b, which name a canonical body."""
    return blake2b(body, digest_size=16).digest()


def _block(block: Json) -> Json:
    kind = block.get("type")
    content = block.get(kind) if type(kind) is str else None
    if type(kind) is not str or type(content) is not dict:
        return _searched(block)
    searched = _content(content)
    return block if searched is content else block | {kind: searched}


def _content(content: Json) -> Json:
    """A block's content: text is looked through for mentions only, everything else as a whole."""
    changed: Json = {}
    found: Any
    for name, value in content.items():
        if type(value) is list:
            found = _runs(value)
        elif type(value) is dict:
            found = value if name in AUTHORED else _searched(value)
        elif name == "url" and type(value) is str and is_signed_by_notion(value):
            found = without_query(value)
        else:
            continue
        if found is not value:
            changed[name] = found
    return content | changed if changed else content


def _runs(runs: list[Any]) -> list[Any]:
    """Rich text, or rows of it; anything else in a list is searched as a whole."""
    for run in runs:
        if type(run) is dict and run.get("type") == "text":
            continue
        if _any(run) is not run:
            return [_any(run) for run in runs]
    return runs


def _page(page: Json) -> Json:
    changed = {name: found for name in ("icon", "cover") if (found := _any(page.get(name))) is not page.get(name)}
    properties = page.get("properties")
    if isinstance(properties, dict):
        values = {name: found for name, value in properties.items() if (found := _property(value)) is not value}
        if values:
            changed["properties"] = properties | values
    return page | changed if changed else page


def _property(value: Any) -> Any:
    if type(value) is dict:
        kind = value.get("type")
        if type(kind) is str and kind in FILELESS:
            return value
    return _any(value)


def _any(value: Any) -> Any:
    if type(value) is dict:
        return _searched(value)
    return _runs(value) if type(value) is list else value


def _searched(value: Json) -> Json:
    """Strips stored files at any depth; returns `value` itself when there is none."""
    if "expiry_time" in value and type(value.get("url")) is str:
        kept = {name: item for name, item in value.items() if name != "expiry_time"}
        return kept | {"url": without_query(value["url"])}
    changed: Json = {}
    for name, item in value.items():
        if type(item) is str:
            if name in ("url", "avatar_url") and is_signed_by_notion(item):
                changed[name] = without_query(item)
        elif type(item) is dict:
            if name not in AUTHORED and (found := _searched(item)) is not item:
                changed[name] = found
        elif type(item) is list and (runs := _runs(item)) is not item:
            changed[name] = runs
    return value | changed if changed else value


RULES: dict[str, Callable[[Json], Json]] = {"block": _block, "page": _page}
"""How an object is searched; an object of another kind is searched as a whole."""
