"""Parents, users, icons and file objects."""

import pytest

from apps.notion.file_objects import FileObject
from apps.notion.icons import Icon
from apps.notion.model import Json
from apps.notion.parents import Parent
from apps.notion.refusals import NeedsUpload, Unreadable
from apps.notion.storage import is_signed_by_notion, is_stored_by_notion
from apps.notion.users import User
from tests.notion.samples.parts import EXPIRY, OTHER_ID, PAGE_ID, SIGNED, STORED, UPLOAD_ID, UPLOADS, user

PARENTS: list[tuple[Json, str | None]] = [
    ({"type": "page_id", "page_id": PAGE_ID}, PAGE_ID),
    ({"type": "block_id", "block_id": PAGE_ID}, PAGE_ID),
    ({"type": "database_id", "database_id": PAGE_ID}, PAGE_ID),
    ({"type": "data_source_id", "data_source_id": PAGE_ID, "database_id": OTHER_ID}, PAGE_ID),
    ({"type": "agent_id", "agent_id": PAGE_ID}, PAGE_ID),
    ({"type": "workspace", "workspace": True}, None),
]


@pytest.mark.parametrize(("raw", "object_id"), PARENTS)
def test_parents(raw: Json, object_id: str | None) -> None:
    parent = Parent.parse(raw)
    assert parent.raw() == raw
    assert parent.known
    assert parent.object_id == object_id
    assert parent.payload() == {"type": raw["type"], raw["type"]: raw[raw["type"]]}


def test_every_kind_of_parent_is_covered() -> None:
    assert {raw["type"] for raw, _ in PARENTS} == Parent.kinds


def test_an_unknown_parent_is_kept() -> None:
    raw = {"type": "planet_id", "planet_id": "mars"}
    assert Parent.parse(raw).raw() == raw
    assert not Parent.parse(raw).known
    assert Parent.parse(raw).object_id == "mars"


@pytest.mark.parametrize(
    "raw", [{}, {"type": "page_id"}, {"type": "page_id", "page_id": None}, {"type": "page_id", "page_id": 3}]
)
def test_broken_parents_are_refused(raw: Json) -> None:
    with pytest.raises(Unreadable):
        Parent.parse(raw)


@pytest.mark.parametrize(
    ("raw", "label"),
    [
        (user(), "Ines Duarte"),
        ({"object": "user", "id": OTHER_ID}, OTHER_ID),
        (
            {"object": "user", "id": OTHER_ID, "name": None, "avatar_url": None, "type": "person", "person": {}},
            OTHER_ID,
        ),
        ({"object": "user", "id": OTHER_ID, "name": "Hub", "avatar_url": None, "type": "bot", "bot": {}}, "Hub"),
        (
            {
                "object": "user",
                "id": OTHER_ID,
                "name": "Hub",
                "avatar_url": None,
                "type": "bot",
                "bot": {
                    "owner": {"type": "user", "user": user()},
                    "workspace_name": "Northwind",
                    "workspace_id": PAGE_ID,
                    "workspace_limits": {"max_file_upload_size_in_bytes": 5242880},
                },
            },
            "Hub",
        ),
        ({"object": "group", "id": OTHER_ID, "name": "Ops"}, "Ops"),
    ],
)
def test_users(raw: Json, label: str) -> None:
    parsed = User.parse(raw)
    assert parsed.raw() == raw
    assert parsed.label == label
    assert parsed.payload() == {"object": raw["object"], "id": raw["id"]}


def test_a_stored_file_is_written_as_its_upload() -> None:
    file = FileObject.parse({"type": "file", "file": {"url": SIGNED, "expiry_time": EXPIRY}, "name": "Plan.pdf"})
    assert file.hosted
    assert file.label == "Plan.pdf"
    with pytest.raises(NeedsUpload) as refusal:
        file.payload()
    assert (refusal.value.url, refusal.value.name) == (STORED, "Plan.pdf")
    assert file.payload(UPLOADS) == {"name": "Plan.pdf", "type": "file_upload", "file_upload": {"id": UPLOAD_ID}}


@pytest.mark.parametrize(
    ("raw", "label"),
    [
        ({"type": "external", "external": {"url": "https://example.com/a/b.png?x=1"}}, "b.png"),
        ({"type": "external", "external": {"url": "https://example.com/"}}, "example.com"),
        ({"type": "external", "external": {"url": ""}}, "external"),
        ({"type": "file_upload", "file_upload": {"id": UPLOAD_ID}}, "file_upload"),
    ],
)
def test_other_files_are_written_as_they_are(raw: Json, label: str) -> None:
    file = FileObject.parse(raw)
    assert file.raw() == raw == file.payload()
    assert file.label == label


@pytest.mark.parametrize(
    ("raw", "written", "label"),
    [
        ({"type": "emoji", "emoji": "🐍"}, {"type": "emoji", "emoji": "🐍"}, "🐍"),
        (
            {"type": "icon", "icon": {"name": "snake", "color": "purple"}},
            {"type": "icon", "icon": {"name": "snake", "color": "purple"}},
            ":snake:",
        ),
        (
            {"type": "custom_emoji", "custom_emoji": {"id": OTHER_ID, "name": "logo", "url": "https://e.example"}},
            {"type": "custom_emoji", "custom_emoji": {"id": OTHER_ID}},
            ":logo:",
        ),
        (
            {"type": "file", "file": {"url": SIGNED, "expiry_time": EXPIRY}},
            {"type": "file_upload", "file_upload": {"id": UPLOAD_ID}},
            "plan.pdf",
        ),
        ({"type": "rune", "rune": 7}, {"type": "rune", "rune": 7}, "rune"),
    ],
)
def test_icons(raw: Json, written: Json, label: str) -> None:
    icon = Icon.parse(raw)
    assert icon.raw() == raw
    assert icon.payload(UPLOADS) == written
    assert icon.label == label


@pytest.mark.parametrize(
    ("url", "stored"),
    [
        (STORED, True),
        ("https://s3.us-west-2.amazonaws.com/secure.notion-static.com/a/b.png", True),
        ("https://file.notion.so/f/a/b.png", True),
        ("https://s3.us-west-2.amazonaws.com/other-bucket/b.png", False),
        ("https://example.com/prod-files-secure/b.png", False),
        ("https://example.com/?u=https://prod-files-secure.s3.us-west-2.amazonaws.com/a", False),
        ("", False),
    ],
)
def test_notions_storage_is_told_from_other_peoples(url: str, stored: bool) -> None:
    assert is_stored_by_notion(url) is stored
    assert is_signed_by_notion(f"{url}?X-Amz-Signature=1") is (stored and url != "")
    assert not is_signed_by_notion(url)
