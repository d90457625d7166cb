"""A sample or more of every property type: values and schemas."""

from typing import Any

from apps.notion.refusals import NotWritable, ReadOnlyProperty
from tests.notion.samples.parts import (
    EXTERNAL_FILE,
    OTHER_ID,
    PAGE_ID,
    STORED_FILE,
    UPLOAD_ID,
    USER_ID,
    Sample,
    same,
    text,
    typed,
    user,
)

OPTION = {"id": "a1", "name": "Hardening", "color": "orange"}
OPTION_CONFIG = {"id": "a1", "name": "Hardening", "color": "orange", "description": None}
WRITTEN_CONFIG = {"name": "Hardening", "color": "orange"}


def computed(value: Any, *words: str) -> Sample:
    return Sample(value, ReadOnlyProperty, words)


VALUES: dict[str, list[Sample]] = {
    "title": [Sample([text("Arm 4")], [typed("Arm 4")], ("Arm 4",)), same([])],
    "rich_text": [Sample([text("Bold", bold=True)], [typed("Bold", bold=True)], ("Bold",)), same([])],
    "number": [same(3, "3"), same(2.5, "2.5"), same(None), same(0, "0")],
    "select": [Sample(OPTION, {"name": "Hardening"}, ("Hardening",)), same(None)],
    "multi_select": [Sample([OPTION], [{"name": "Hardening"}], ("Hardening",)), same([])],
    "status": [Sample(OPTION, {"name": "Hardening"}, ("Hardening",)), same(None)],
    "date": [
        same({"start": "2026-12-04", "end": None, "time_zone": None}, "2026-12-04"),
        same(
            {"start": "2026-12-04T08:00:00.000+01:00", "end": "2026-12-05", "time_zone": "Europe/Lisbon"}, "2026-12-05"
        ),
        same(None),
    ],
    "people": [
        Sample([user()], [{"object": "user", "id": USER_ID}], ("Ines Duarte",)),
        Sample([{"object": "group", "id": OTHER_ID, "name": "Ops"}], [{"object": "group", "id": OTHER_ID}], ("Ops",)),
        same([]),
    ],
    "files": [
        same([{"name": "Drawing", **EXTERNAL_FILE}], "Drawing"),
        Sample(
            [{"name": "Plan.pdf", **STORED_FILE}],
            [{"name": "Plan.pdf", "type": "file_upload", "file_upload": {"id": UPLOAD_ID}}],
            ("Plan.pdf",),
        ),
        same([]),
    ],
    "checkbox": [same(True, "true"), same(False, "false")],
    "url": [same("https://example.com/d", "https://example.com/d"), same(None)],
    "email": [same("ines@example.com", "ines@example.com"), same(None)],
    "phone_number": [same("+351 555 0100", "+351 555 0100"), same(None)],
    "relation": [
        Sample([{"id": OTHER_ID}], [{"id": OTHER_ID}], (OTHER_ID,), {"has_more": False}),
        Sample([{"id": OTHER_ID}], NotWritable, (OTHER_ID,), {"has_more": True}),
        Sample([], [], (), {"has_more": False}),
    ],
    "formula": [
        computed({"type": "string", "string": "late"}, "late"),
        computed({"type": "number", "number": 4}, "4"),
        computed({"type": "boolean", "boolean": False}, "false"),
        computed({"type": "date", "date": {"start": "2026-12-04", "end": None, "time_zone": None}}, "2026-12-04"),
        computed({"type": "string", "string": None}),
        computed({"type": "unsupported", "unsupported": {}}),
    ],
    "rollup": [
        computed({"type": "number", "number": 12, "function": "sum"}, "12"),
        computed({"type": "date", "date": None, "function": "latest_date"}),
        computed(
            {
                "type": "array",
                "array": [{"type": "title", "title": [text("Row one")]}, {"type": "number", "number": 7}],
                "function": "show_original",
            },
            "Row one",
            "7",
        ),
        computed({"type": "incomplete", "incomplete": {}, "function": "sum"}),
    ],
    "created_time": [computed("2026-07-04T09:11:00.000Z", "2026-07-04")],
    "last_edited_time": [computed("2026-07-04T09:12:00.000Z", "2026-07-04")],
    "last_visited_time": [computed("2026-07-04T09:12:00.000Z", "2026-07-04"), computed(None)],
    "created_by": [computed(user(), "Ines Duarte"), computed({"object": "user", "id": USER_ID}, USER_ID)],
    "last_edited_by": [computed(user("Paul Weir"), "Paul Weir")],
    "unique_id": [
        computed({"prefix": "ARM", "number": 41}, "ARM-41"),
        computed({"prefix": None, "number": 41}, "41"),
    ],
    "verification": [
        Sample(
            {
                "state": "verified",
                "verified_by": user(),
                "date": {"start": "2026-07-04", "end": None, "time_zone": None},
            },
            {"state": "verified", "date": {"start": "2026-07-04", "end": None, "time_zone": None}},
            ("verified",),
        ),
        Sample({"state": "unverified", "verified_by": None, "date": None}, {"state": "unverified"}, ("unverified",)),
        same(None),
    ],
    "button": [computed({})],
    "place": [
        Sample(
            {
                "lat": 38.7,
                "lon": -9.1,
                "name": None,
                "address": "Rua Nova 1",
                "aws_place_id": "x",
                "google_place_id": None,
            },
            {"lat": 38.7, "lon": -9.1, "address": "Rua Nova 1", "aws_place_id": "x"},
            ("Rua Nova 1",),
        ),
        same({"lat": 1, "lon": 2}, "1, 2"),
        same(None),
    ],
    "location": [computed(None)],
}

SCHEMAS: dict[str, list[Sample]] = {
    kind: [same({})]
    for kind in VALUES
    if kind not in ("number", "select", "multi_select", "status", "relation", "formula", "rollup", "unique_id")
} | {
    "number": [same({"format": "euro"})],
    "select": [Sample({"options": [OPTION_CONFIG]}, {"options": [WRITTEN_CONFIG]})],
    "multi_select": [
        Sample(
            {"options": [OPTION_CONFIG | {"description": "Before freeze"}]},
            {"options": [WRITTEN_CONFIG | {"description": "Before freeze"}]},
        )
    ],
    "status": [
        Sample(
            {
                "options": [OPTION_CONFIG, {"id": "b2", "name": "Stray", "color": "gray", "description": None}],
                "groups": [{"id": "g1", "name": "In progress", "color": "blue", "option_ids": ["a1"]}],
            },
            {"options": [WRITTEN_CONFIG | {"group": "In progress"}, {"name": "Stray", "color": "gray"}]},
        )
    ],
    "relation": [
        Sample(
            {
                "database_id": OTHER_ID,
                "data_source_id": PAGE_ID,
                "type": "dual_property",
                "dual_property": {"synced_property_name": "Units", "synced_property_id": "%3Fb"},
            },
            {
                "data_source_id": PAGE_ID,
                "type": "dual_property",
                "dual_property": {"synced_property_name": "Units"},
            },
        ),
        Sample(
            {"database_id": OTHER_ID, "type": "single_property", "single_property": {}},
            {"database_id": OTHER_ID, "type": "single_property", "single_property": {}},
        ),
    ],
    "formula": [same({"expression": 'prop("Hours") * 2'})],
    "rollup": [
        Sample(
            {
                "rollup_property_name": "Hours",
                "relation_property_name": "Units",
                "rollup_property_id": "a",
                "relation_property_id": "b",
                "function": "sum",
            },
            {"rollup_property_name": "Hours", "relation_property_name": "Units", "function": "sum"},
        )
    ],
    "unique_id": [same({"prefix": "ARM"}), same({"prefix": None})],
}
