"""A sample or more of every block type: content, payload, words."""

from typing import Any

from apps.notion.model import Json
from apps.notion.refusals import NotWritable, ReadOnlyBlock
from tests.notion.samples.parts import (
    EXTERNAL_FILE,
    NO_STYLE,
    OTHER_ID,
    SIGNED,
    STORED_FILE,
    UPLOAD_ID,
    USER_ID,
    Sample,
    mention,
    same,
    text,
    typed,
    user,
)


def simple(word: str, **more: Any) -> Sample:
    """A block of styled text."""
    read = {"rich_text": [text(word), text(" bold", bold=True)], "color": "blue_background"}
    written = {"rich_text": [typed(word), typed(" bold", bold=True)], "color": "blue_background"}
    return Sample(read | more, written | more, (word, "bold"))


def captioned(file: Json, words: tuple[str, ...], **more: Any) -> Sample:
    return Sample(
        {"caption": [text("As drawn")], **file, **more},
        {"caption": [typed("As drawn")], **file, **more},
        ("As drawn", *words),
    )


STORED_MEDIA = Sample(
    {"caption": [], **STORED_FILE},
    {"caption": [], "type": "file_upload", "file_upload": {"id": UPLOAD_ID}},
    ("plan.pdf",),
)
MEDIA = [captioned(EXTERNAL_FILE, ("drawing.png",)), STORED_MEDIA]
MEETING = Sample(
    {"title": [text("Weekly")], "status": "notes_ready", "children": {"notes_block_id": OTHER_ID}},
    ReadOnlyBlock,
    ("Weekly",),
)
EMPTY: list[Sample] = [same({})]

BLOCKS: dict[str, list[Sample]] = {
    "paragraph": [
        simple("Words"),
        Sample({"rich_text": [], "icon": None, "color": "default"}, {"rich_text": [], "color": "default"}),
        simple("Tab", icon={"type": "emoji", "emoji": "📎"}),
        Sample(
            {
                "rich_text": [
                    mention("user", user(), "@Ines Duarte"),
                    mention("page", {"id": OTHER_ID}, "Budget", f"https://app.notion.com/p/{OTHER_ID}"),
                    mention("date", {"start": "2026-07-04", "end": None, "time_zone": None}, "2026-07-04"),
                    {
                        "type": "equation",
                        "equation": {"expression": "a^2"},
                        "annotations": NO_STYLE,
                        "plain_text": "a^2",
                        "href": None,
                    },
                ],
                "color": "default",
            },
            {
                "rich_text": [
                    {
                        "type": "mention",
                        "mention": {"type": "user", "user": {"object": "user", "id": USER_ID}},
                        "annotations": NO_STYLE,
                    },
                    {
                        "type": "mention",
                        "mention": {"type": "page", "page": {"id": OTHER_ID}},
                        "annotations": NO_STYLE,
                    },
                    {
                        "type": "mention",
                        "mention": {"type": "date", "date": {"start": "2026-07-04", "end": None, "time_zone": None}},
                        "annotations": NO_STYLE,
                    },
                    {"type": "equation", "equation": {"expression": "a^2"}, "annotations": NO_STYLE},
                ],
                "color": "default",
            },
            ("@Ines Duarte", "Budget", "2026-07-04", "a^2"),
        ),
        Sample(
            {"rich_text": [mention("link_preview", {"url": "https://git.example.com/1"}, "Issue 1")]},
            NotWritable,
            ("Issue 1",),
        ),
    ],
    "heading_1": [simple("First", is_toggleable=False)],
    "heading_2": [simple("Second", is_toggleable=True)],
    "heading_3": [simple("Third", is_toggleable=False)],
    "heading_4": [simple("Fourth", is_toggleable=False)],
    "bulleted_list_item": [simple("Point")],
    "numbered_list_item": [simple("Step"), simple("Letter", list_start_index=4, list_format="letters")],
    "to_do": [simple("Open", checked=False), simple("Done", checked=True)],
    "toggle": [simple("Fold")],
    "quote": [simple("Said")],
    "template": [Sample({"rich_text": [text("Add a task")]}, ReadOnlyBlock, ("Add a task",))],
    "callout": [
        simple("Mind", icon={"type": "emoji", "emoji": "⚠️"}),
        simple("Native", icon={"type": "icon", "icon": {"name": "snake", "color": "purple"}}),
        Sample(
            {
                "rich_text": [text("Ours")],
                "icon": {
                    "type": "custom_emoji",
                    "custom_emoji": {"id": OTHER_ID, "name": "logo", "url": "https://files.example.com/logo.png"},
                },
            },
            {"rich_text": [typed("Ours")], "icon": {"type": "custom_emoji", "custom_emoji": {"id": OTHER_ID}}},
            ("Ours",),
        ),
        Sample(
            {"rich_text": [text("Picture")], "icon": STORED_FILE},
            {"rich_text": [typed("Picture")], "icon": {"type": "file_upload", "file_upload": {"id": UPLOAD_ID}}},
            ("Picture",),
        ),
    ],
    "code": [
        Sample(
            {"caption": [text("Listing 1")], "rich_text": [text("print(1)\n", color="red")], "language": "python"},
            {"caption": [typed("Listing 1")], "rich_text": [typed("print(1)\n", color="red")], "language": "python"},
            ("Listing 1", "print(1)"),
        )
    ],
    "equation": [same({"expression": "e = mc^2"}, "e = mc^2")],
    "divider": EMPTY,
    "breadcrumb": EMPTY,
    "table_of_contents": [same({"color": "gray"})],
    "image": MEDIA,
    "video": MEDIA,
    "audio": MEDIA,
    "pdf": MEDIA,
    "file": [
        captioned(EXTERNAL_FILE, ("Drawing A",), name="Drawing A"),
        Sample(
            {"caption": [], **STORED_FILE, "name": "Plan.pdf"},
            {"caption": [], "name": "Plan.pdf", "type": "file_upload", "file_upload": {"id": UPLOAD_ID}},
            ("Plan.pdf",),
        ),
    ],
    "bookmark": [
        Sample(
            {"caption": [text("Read this")], "url": "https://example.com/b"},
            {"caption": [typed("Read this")], "url": "https://example.com/b"},
            ("Read this", "https://example.com/b"),
        )
    ],
    "embed": [
        same({"caption": [], "url": "https://example.com/map?at=1,2"}, "https://example.com/map"),
        Sample({"caption": [], "url": SIGNED}, {"caption": [], "file_upload": {"id": UPLOAD_ID}}, ("plan.pdf",)),
    ],
    "link_preview": [Sample({"url": "https://example.com/c"}, ReadOnlyBlock, ("https://example.com/c",))],
    "link_to_page": [
        same({"type": "page_id", "page_id": OTHER_ID}, "Untitled"),
        same({"type": "database_id", "database_id": OTHER_ID}, "Untitled"),
        same({"type": "comment_id", "comment_id": OTHER_ID}, "Untitled"),
    ],
    "child_page": [Sample({"title": "Budget"}, ReadOnlyBlock, ("Budget",))],
    "child_database": [Sample({"title": "Tasks"}, ReadOnlyBlock, ("Tasks",))],
    "table": [same({"table_width": 2, "has_column_header": True, "has_row_header": False})],
    "table_row": [
        Sample({"cells": [[text("Unit")], []]}, {"cells": [[typed("Unit")], []]}, ("Unit",)),
    ],
    "column_list": EMPTY,
    "column": [same({"width_ratio": 0.25}), same({})],
    "synced_block": [
        same({"synced_from": None}),
        same({"synced_from": {"type": "block_id", "block_id": OTHER_ID}}, "synced from another place"),
        same({"synced_from": {"block_id": OTHER_ID}}, "synced from another place"),
    ],
    "tab": EMPTY,
    "meeting_notes": [MEETING],
    "unsupported": [
        Sample({"block_type": "button"}, ReadOnlyBlock, ("button",)),
        Sample({}, ReadOnlyBlock, ("unsupported",)),
    ],
}
