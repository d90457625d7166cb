"""Rich text as the API answers it.

What depends on the reader (a person's name, the title of a mentioned page) is held as a `Lazy` value, which is put in
when the answer is serialised.
"""

from dataclasses import dataclass
from typing import Final

from apps.sandbox.world.json import Json, RichText

PLAIN: Final[Json] = {
    "bold": False,
    "italic": False,
    "strikethrough": False,
    "underline": False,
    "code": False,
    "color": "default",
}


class Lazy:
    """A value that only a `Reader` can turn into JSON."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Person(Lazy):
    """A user in full, or in part where the connection may not read users."""

    user_id: str


@dataclass(frozen=True, slots=True)
class PersonName(Lazy):
    user_id: str


@dataclass(frozen=True, slots=True)
class TitleOf(Lazy):
    """The title of a page or database, `Untitled` for those who may not see it."""

    object_id: str


@dataclass(frozen=True, slots=True)
class LinkTo(Lazy):
    """The address of a page or database in the app."""

    object_id: str


@dataclass(frozen=True, slots=True)
class HostedFile(Lazy):
    """A file kept by the workspace; read as a signed URL."""

    file_id: str
    name: str


@dataclass(frozen=True, slots=True)
class PublicFile(Lazy):
    """A picture that everybody may fetch, as those of custom emojis; read as an address that does not run out."""

    file_id: str
    name: str


def styled(annotations: Json) -> Json:
    return {**PLAIN, **annotations} if annotations else PLAIN


def text(content: str, *, href: str | None = None, **annotations: bool | str) -> RichText:
    return {
        "type": "text",
        "text": {"content": content, "link": {"url": href} if href else None},
        "annotations": styled(annotations),
        "plain_text": content,
        "href": href,
    }


def equation(expression: str) -> RichText:
    return {
        "type": "equation",
        "equation": {"expression": expression},
        "annotations": PLAIN,
        "plain_text": expression,
        "href": None,
    }


def _mention(kind: str, value: object, plain_text: str | Lazy, href: str | Lazy | None, annotations: Json) -> RichText:
    return {
        "type": "mention",
        "mention": {"type": kind, kind: value},
        "annotations": styled(annotations),
        "plain_text": plain_text,
        "href": href,
    }


def user_mention(user_id: str, **annotations: bool | str) -> RichText:
    return _mention("user", Person(user_id), PersonName(user_id), None, annotations)


def page_mention(page_id: str, **annotations: bool | str) -> RichText:
    return _mention("page", {"id": page_id}, TitleOf(page_id), LinkTo(page_id), annotations)


def database_mention(database_id: str, **annotations: bool | str) -> RichText:
    return _mention("database", {"id": database_id}, TitleOf(database_id), LinkTo(database_id), annotations)


def date_mention(
    start: str, end: str | None = None, time_zone: str | None = None, **annotations: bool | str
) -> RichText:
    value = {"start": start, "end": end, "time_zone": time_zone}
    return _mention("date", value, f"{start} → {end}" if end else start, None, annotations)


def template_mention(kind: str, value: str) -> RichText:
    """``kind`` is ``template_mention_date`` (today, now) or ``template_mention_user`` (me)."""
    plain_text = {"today": "@Today", "now": "@Now", "me": "@Me"}[value]
    return _mention("template_mention", {"type": kind, kind: value}, plain_text, None, {})


def link_preview(url: str) -> RichText:
    return _mention("link_preview", {"url": url}, url, url, {})


def link_mention(url: str, title: str, description: str) -> RichText:
    return _mention("link_mention", {"href": url, "title": title, "description": description}, title, url, {})


def custom_emoji_mention(emoji: Json) -> RichText:
    return _mention("custom_emoji", emoji, f":{emoji['name']}:", None, {})


def plain_text(runs: list[RichText]) -> str:
    """The words alone; lazy ones are left out."""
    return "".join(run["plain_text"] for run in runs if isinstance(run["plain_text"], str))
