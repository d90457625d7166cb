"""What samples are made of: runs, users, blocks, pages, and what is expected of them."""

from dataclasses import dataclass, field
from typing import Any

from apps.notion.model import Json

PAGE_ID = "1f0a4c3e-0b1d-8001-9c11-0a1b2c3d4e5f"
OTHER_ID = "2e0a4c3e-0b1d-8001-9c11-0a1b2c3d4e60"
USER_ID = "5d0f2f61-6f38-4c1e-8d0b-1b8e6f6a7c01"
STORED = "https://prod-files-secure.s3.us-west-2.amazonaws.com/space/file/plan.pdf"
SIGNED = f"{STORED}?X-Amz-Date=20260704T091100Z&X-Amz-Expires=3600&X-Amz-Signature=00ff"
EXPIRY = "2026-07-04T10:11:00.000Z"
UPLOAD_ID = "9a0f2f61-6f38-4c1e-8d0b-1b8e6f6a7c99"
UPLOADS = {STORED: UPLOAD_ID}

NO_STYLE: Json = {
    "bold": False,
    "italic": False,
    "strikethrough": False,
    "underline": False,
    "code": False,
    "color": "default",
}


def text(content: str, link: str | None = None, **style: Any) -> Json:
    """A text run as Notion returns it."""
    return {
        "type": "text",
        "text": {"content": content, "link": {"url": link} if link else None},
        "annotations": NO_STYLE | style,
        "plain_text": content,
        "href": link,
    }


def typed(content: str, link: str | None = None, **style: Any) -> Json:
    """The same run as it is written."""
    run = text(content, link, **style)
    return {name: run[name] for name in ("type", "text", "annotations")}


def mention(kind: str, value: Any, plain: str, href: str | None = None) -> Json:
    return {
        "type": "mention",
        "mention": {"type": kind, kind: value},
        "annotations": NO_STYLE,
        "plain_text": plain,
        "href": href,
    }


def user(name: str = "Ines Duarte") -> Json:
    return {
        "object": "user",
        "id": USER_ID,
        "name": name,
        "avatar_url": None,
        "type": "person",
        "person": {"email": "ines@example.com", "email_verified": True},
    }


def block(kind: str, content: Json, **envelope: Any) -> Json:
    """A block as Notion returns it; its id follows from nothing but its type unless given."""
    return {
        "object": "block",
        "id": "3d0a4c3e-0b1d-8101-9c11-0a1b2c3d4e61",
        "parent": {"type": "page_id", "page_id": PAGE_ID},
        "created_time": "2026-07-04T09:11:00.000Z",
        "last_edited_time": "2026-07-04T09:12:00.000Z",
        "created_by": {"object": "user", "id": USER_ID},
        "last_edited_by": {"object": "user", "id": USER_ID},
        "has_children": False,
        "in_trash": False,
        "type": kind,
        kind: content,
    } | envelope


def page(properties: Json | None = None, **fields: Any) -> Json:
    return {
        "object": "page",
        "id": PAGE_ID,
        "created_time": "2026-07-04T09:11:00.000Z",
        "last_edited_time": "2026-07-04T09:12:00.000Z",
        "created_by": {"object": "user", "id": USER_ID},
        "last_edited_by": {"object": "user", "id": USER_ID},
        "cover": None,
        "icon": None,
        "parent": {"type": "workspace", "workspace": True},
        "in_trash": False,
        "is_archived": False,
        "is_locked": False,
        "properties": properties
        if properties is not None
        else {"title": {"id": "title", "type": "title", "title": [text("Launch checklist")]}},
        "url": "https://app.notion.com/p/Launch-checklist-1f0a4c3e0b1d80019c110a1b2c3d4e5f",
        "public_url": None,
    } | fields


@dataclass(frozen=True)
class Sample:
    """`content` as it is read; `payload` as it is written, or the refusal; `words` that every format must show."""

    content: Any
    payload: Any
    words: tuple[str, ...] = ()
    extra: Json = field(default_factory=dict)


def same(content: Any, *words: str) -> Sample:
    return Sample(content, content, words)


STORED_FILE = {"type": "file", "file": {"url": SIGNED, "expiry_time": EXPIRY}}
EXTERNAL_FILE = {"type": "external", "external": {"url": "https://example.com/a/drawing.png?v=2"}}
