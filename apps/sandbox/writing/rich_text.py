"""Rich text as clients send it (reference: *Rich text*, *Size limits*)."""

from datetime import UTC, datetime
from typing import Any, Final

from apps.sandbox import errors
from apps.sandbox.world import rich_text as rt
from apps.sandbox.world.json import Json, RichText
from apps.sandbox.writing.pen import (
    LONGEST_EXPRESSION,
    Pen,
    a_boolean,
    a_color,
    a_string,
    a_url,
    an_array,
    an_id,
    an_object,
    only_keys,
    variant,
)

_ITEM_KEYS: Final = frozenset({"type", "text", "mention", "equation", "annotations", "plain_text", "href"})
_MENTIONS: Final = ("user", "page", "database", "date", "template_mention", "custom_emoji", "link_mention")


def read_rich_text(pen: Pen, raw: Any, path: str) -> list[RichText]:
    """Raises 400. Neighbours of one style become one run, as recorded."""
    runs: list[RichText] = []
    for at, each in enumerate(an_array(raw, path)):
        run = _item(pen, each, f"{path}[{at}]")
        if runs and _continues(runs[-1], run):
            run = rt.text(runs[-1]["text"]["content"] + run["text"]["content"], href=run["href"])
            run["annotations"] = runs.pop()["annotations"]
        runs.append(run)
    return runs


def _continues(before: RichText, run: RichText) -> bool:
    return before["type"] == run["type"] == "text" and all(before[key] == run[key] for key in ("annotations", "href"))


def _item(pen: Pen, raw: Any, path: str) -> RichText:
    only_keys(an_object(raw, path), _ITEM_KEYS, path)
    kind, value = variant(raw, ("text", "mention", "equation"), path)
    value = an_object(value, f"{path}.{kind}")
    annotations = _annotations(raw.get("annotations"), f"{path}.annotations")
    if kind == "text":
        run = _text(value, f"{path}.text")
    elif kind == "equation":
        run = rt.equation(a_string(value.get("expression"), f"{path}.equation.expression", LONGEST_EXPRESSION))
    else:
        run = _mention(pen, value, f"{path}.mention")
    run["annotations"] = rt.styled(annotations)
    return run


def _text(value: Json, path: str) -> RichText:
    only_keys(value, ("content", "link"), path)
    if "content" not in value:
        raise errors.undefined(f"{path}.content")
    content = a_string(value["content"], f"{path}.content")
    link = value.get("link")
    if link is None:
        return rt.text(content)
    return rt.text(content, href=a_url(an_object(link, f"{path}.link").get("url"), f"{path}.link.url"))


def _annotations(raw: Any, path: str) -> Json:
    if raw is None:
        return {}
    given = an_object(raw, path)
    only_keys(given, tuple(rt.PLAIN), path)
    return {
        key: a_color(value, f"{path}.color") if key == "color" else a_boolean(value, f"{path}.{key}")
        for key, value in given.items()
        if value != rt.PLAIN[key]
    }


def _mention(pen: Pen, raw: Json, path: str) -> RichText:
    kind, value = variant(raw, _MENTIONS, path)
    value, where = an_object(value, f"{path}.{kind}"), f"{path}.{kind}"
    match kind:
        case "user":
            return rt.user_mention(an_id(value.get("id"), f"{where}.id"))
        case "page":
            return rt.page_mention(an_id(value.get("id"), f"{where}.id"))
        case "database":
            return rt.database_mention(an_id(value.get("id"), f"{where}.id"))
        case "date":
            date = read_date(value, where)
            return rt.date_mention(date["start"], date["end"], date["time_zone"])
        case "template_mention":
            name, word = variant(value, ("template_mention_date", "template_mention_user"), where)
            if word not in ("today", "now", "me"):
                raise errors.should_be(f"{where}.{name}", '`"today"`, `"now"` or `"me"`', word)
            return rt.template_mention(name, word)
        case "link_mention":
            url = a_url(value.get("href"), f"{where}.href")
            return rt.link_mention(url, str(value.get("title", url)), str(value.get("description", "")))
        case _:
            return rt.custom_emoji_mention(known_emoji(pen, value, where))


def known_emoji(pen: Pen, raw: Json, path: str) -> Json:
    """A custom emoji must exist in the workspace (since September 2026). Raises 400."""
    identifier = an_id(raw.get("id"), f"{path}.id")
    for emoji in pen.world.custom_emojis:
        if emoji["id"] == identifier:
            return emoji
    raise errors.invalid(f"Custom emoji with ID {identifier} does not exist in this workspace.")


def read_date(raw: Any, path: str) -> Json:
    """``{start, end, time_zone}``. Raises 400."""
    value = an_object(raw, path)
    only_keys(value, ("start", "end", "time_zone"), path)
    start = _iso(value.get("start"), f"{path}.start")
    end = None if value.get("end") is None else _iso(value["end"], f"{path}.end")
    zone = value.get("time_zone")
    return {"start": start, "end": end, "time_zone": None if zone is None else a_string(zone, f"{path}.time_zone")}


def _iso(raw: Any, path: str) -> str:
    if not isinstance(raw, str):
        raise errors.should_be(path, "a valid ISO 8601 date string", raw)
    try:
        moment = datetime.fromisoformat(raw)
    except ValueError as problem:
        raise errors.should_be(path, "a valid ISO 8601 date string", raw) from problem
    if len(raw) == len("2026-01-01"):
        return raw
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).isoformat(timespec="milliseconds")
