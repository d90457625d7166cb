"""Whole objects: read without loss, written as the API takes them."""

import pytest

from apps.notion.model import Json
from apps.notion.objects import OBJECTS, Comment, Database, DataSource, Page, UnknownObject, View, parse_object
from apps.notion.refusals import NeedsUpload, Unreadable
from tests.notion.samples.parts import (
    EXPIRY,
    OTHER_ID,
    PAGE_ID,
    SIGNED,
    STORED,
    STORED_FILE,
    UPLOAD_ID,
    UPLOADS,
    USER_ID,
    block,
    page,
    text,
    typed,
    user,
)

PARENT = {"type": "database_id", "database_id": OTHER_ID}
SCHEMA: Json = {"Name": {"id": "title", "name": "Name", "description": None, "type": "title", "title": {}}}
DATA_SOURCE: Json = {
    "object": "data_source",
    "id": PAGE_ID,
    "cover": None,
    "icon": {"type": "emoji", "emoji": "🦾"},
    "created_time": "2026-07-04T09:11:00.000Z",
    "created_by": {"object": "user", "id": USER_ID},
    "title": [text("Units")],
    "description": [text("All of them")],
    "is_inline": False,
    "properties": SCHEMA,
    "parent": PARENT,
    "database_parent": {"type": "page_id", "page_id": PAGE_ID},
    "url": "https://app.notion.com/p/x",
    "public_url": None,
    "in_trash": False,
}
DATABASE: Json = {
    "object": "database",
    "id": OTHER_ID,
    "title": [text("Units")],
    "description": [],
    "parent": {"type": "page_id", "page_id": PAGE_ID},
    "is_inline": False,
    "in_trash": False,
    "is_locked": False,
    "created_time": "2026-06-27T16:49:02.556+00:00",
    "data_sources": [{"id": PAGE_ID, "name": "Units"}],
    "icon": None,
    "cover": STORED_FILE,
    "url": "https://app.notion.com/p/x",
    "public_url": None,
}
VIEW: Json = {
    "object": "view",
    "id": OTHER_ID,
    "parent": PARENT,
    "data_source_id": PAGE_ID,
    "name": "By stage",
    "type": "board",
    "url": "https://app.notion.com/p/x?v=y",
    "filter": {"property": "Stage", "select": {"equals": "Hardening"}},
    "sorts": None,
    "quick_filters": None,
    "configuration": {
        "type": "board",
        "group_by": {"type": "select", "property_id": "a", "property_name": "Stage", "sort": {"type": "manual"}},
        "properties": [{"property_id": "b", "property_name": "Hours", "visible": True}],
    },
}
COMMENT: Json = {
    "object": "comment",
    "id": OTHER_ID,
    "parent": {"type": "block_id", "block_id": PAGE_ID},
    "discussion_id": USER_ID,
    "created_time": "2026-07-04T09:11:00.000Z",
    "last_edited_time": "2026-07-04T09:11:00.000Z",
    "created_by": {"object": "user", "id": USER_ID},
    "rich_text": [text("Ready?")],
    "display_name": {"type": "user", "resolved_name": "Ines Duarte"},
    "attachments": [{"category": "pdf", "file": {"url": SIGNED, "expiry_time": EXPIRY}}],
}
EMPTY_LIST: Json = {"object": "list", "results": [], "next_cursor": None, "has_more": False, "type": "user", "user": {}}
EXAMPLES: dict[str, list[Json]] = {
    "page": [page(), {"object": "page", "id": PAGE_ID}],
    "block": [block("divider", {}), {"object": "block", "id": PAGE_ID}],
    "database": [DATABASE, DATABASE | {"properties": SCHEMA, "archived": False}],
    "data_source": [DATA_SOURCE, {"object": "data_source", "id": PAGE_ID, "properties": {}}],
    "view": [
        VIEW,
        {"object": "view", "id": OTHER_ID},
        {"object": "view", "id": OTHER_ID, "parent": PARENT, "type": "table"},
    ],
    "comment": [COMMENT, {"object": "comment", "id": OTHER_ID}],
    "user": [user()],
    "group": [{"object": "group", "id": OTHER_ID, "name": "Ops"}],
    "property_item": [{"object": "property_item", "type": "checkbox", "id": "a", "checkbox": True}],
    "list": [
        EMPTY_LIST,
        EMPTY_LIST | {"request_status": {"type": "incomplete", "incomplete_reason": "query_result_limit_reached"}},
    ],
    "error": [{"object": "error", "status": 404, "code": "object_not_found", "message": "No.", "request_id": "r"}],
    "file_upload": [
        {
            "object": "file_upload",
            "id": UPLOAD_ID,
            "created_time": "2026-07-04T09:11:00.000Z",
            "created_by": {"id": USER_ID, "type": "bot"},
            "expiry_time": EXPIRY,
            "status": "pending",
            "filename": "a.png",
            "content_type": None,
            "content_length": None,
            "number_of_parts": {"total": 2, "sent": 1},
        }
    ],
    "async_task": [{"object": "async_task", "id": "task_1", "status": "queued", "poll_after_seconds": 2}],
    "page_markdown": [
        {"object": "page_markdown", "id": PAGE_ID, "markdown": "# a", "truncated": False, "unknown_block_ids": []}
    ],
    "view_query": [
        {
            "object": "view_query",
            "id": OTHER_ID,
            "view_id": PAGE_ID,
            "total_count": 0,
            "results": [],
            "next_cursor": None,
            "has_more": False,
        },
        {"object": "view_query", "id": OTHER_ID, "deleted": True},
    ],
}


def test_every_object_has_an_example() -> None:
    assert set(EXAMPLES) == set(OBJECTS)


@pytest.mark.parametrize("kind", sorted(EXAMPLES))
def test_reading_loses_nothing(kind: str) -> None:
    for raw in EXAMPLES[kind]:
        with_more = raw | {"future_field": {"a": [None]}, "request_id": "r"}
        assert parse_object(with_more).raw() == with_more


def test_unknown_objects_are_kept() -> None:
    raw = {"object": "dream", "scenes": [1]}
    parsed = parse_object(raw)
    assert isinstance(parsed, UnknownObject)
    assert parsed.raw() == raw


@pytest.mark.parametrize("raw", [None, [], {"object": 5}, {"object": "page"}, {"object": "list", "results": None}])
def test_what_is_no_object_is_refused(raw: object) -> None:
    with pytest.raises(Unreadable):
        parse_object(raw)  # type: ignore[arg-type]


def test_a_page_is_written_without_what_notion_computes() -> None:
    properties = {
        "Name": {"id": "title", "type": "title", "title": [text("Arm 4")]},
        "Sum": {"id": "a", "type": "rollup", "rollup": {"type": "number", "number": 1, "function": "sum"}},
        "Open": {"id": "b", "type": "checkbox", "checkbox": True},
    }
    parsed = Page.parse(page(properties, icon={"type": "emoji", "emoji": "🦾"}, cover=STORED_FILE))
    assert parsed.title == "Arm 4"
    assert parsed.payload(UPLOADS) == {
        "icon": {"type": "emoji", "emoji": "🦾"},
        "cover": {"type": "file_upload", "file_upload": {"id": UPLOAD_ID}},
        "properties": {
            "Name": {"type": "title", "title": [typed("Arm 4")]},
            "Open": {"type": "checkbox", "checkbox": True},
        },
    }
    with pytest.raises(NeedsUpload) as refusal:
        parsed.payload()
    assert refusal.value.url == STORED


def test_a_broken_property_of_a_page_is_named() -> None:
    with pytest.raises(Unreadable, match=r"properties\.Hours"):
        Page.parse(page({"Hours": {"id": "a", "type": "number", "number": "5"}}))


def test_a_database_and_its_data_source_are_written() -> None:
    written = Database.parse(DATABASE).payload(UPLOADS)
    assert written == {
        "title": [typed("Units")],
        "description": [],
        "is_inline": False,
        "icon": None,
        "cover": {"type": "file_upload", "file_upload": {"id": UPLOAD_ID}},
    }
    assert "cover" not in Database.parse(DATABASE | {"is_inline": True}).payload(UPLOADS)
    source = DataSource.parse(DATA_SOURCE)
    assert source.name == "Units"
    assert source.payload() == {
        "title": [typed("Units")],
        "icon": {"type": "emoji", "emoji": "🦾"},
        "properties": {"Name": {"type": "title", "title": {}}},
    }


def test_a_view_is_written_without_names_beside_ids() -> None:
    assert View.parse(VIEW).payload() == {
        "data_source_id": PAGE_ID,
        "name": "By stage",
        "type": "board",
        "filter": VIEW["filter"],
        "configuration": {
            "type": "board",
            "group_by": {"type": "select", "property_id": "a", "sort": {"type": "manual"}},
            "properties": [{"property_id": "b", "visible": True}],
        },
    }
    dashboard = View.parse({"object": "view", "id": "a", "type": "dashboard", "configuration": {"type": "dashboard"}})
    assert dashboard.payload() == {"type": "dashboard"}


def test_a_comment_is_written_with_its_attachments_uploaded() -> None:
    comment = Comment.parse(COMMENT)
    assert comment.payload(UPLOADS) == {
        "rich_text": [typed("Ready?")],
        "attachments": [{"file_upload_id": UPLOAD_ID}],
    }
    with pytest.raises(NeedsUpload):
        comment.payload()
