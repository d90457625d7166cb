"""The sweep: of everything that a workspace can hold there is one in the sandbox's world, and the snapshot holds it, or
names it with a reason. What is expected comes from the sandbox's own truth."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote
from uuid import UUID, uuid4

import httpx
import orjson
import pytest

from apps.sandbox.truth import Truth
from apps.sandbox.world.objects import Page, User
from apps.sandbox.world.rich_text import HostedFile, text, user_mention
from apps.snapshots.models import Kind, Snapshot, SnapshotState, Unmet
from apps.snapshots.store.bodies import read_lines
from apps.snapshots.store.versions import alive_at
from tests.snapshots.studio import EVERYTHING, Content, Studio, assert_equals_the_truth, chunk_of

Json = dict[str, Any]

pytestmark = pytest.mark.django_db(transaction=True)


@dataclass
class Swept:
    """A full world, and what a snapshot holds of it."""

    studio: Studio
    snapshot: Snapshot
    truth: Truth
    content: Content
    blocks: dict[str, Json]
    """Every stored block, by id."""
    made: dict[str, str]
    """Ids of what was put into the world for this test."""

    def types(self) -> set[str]:
        return {block["type"] for block in self.blocks.values()}

    def stored(self, name: str) -> Json:
        return self.content.raw[self.made[name]]

    def gap(self, object_id: str) -> str:
        return Unmet.objects.get(snapshot=self.snapshot, object=UUID(object_id)).reason

    def has_file(self, file: HostedFile) -> bool:
        name = quote(f"{self.studio.sandbox.workspace_id}/{file.file_id}/{file.name}")
        return f"{self.studio.workspace.base_url}/files/{name}" in self.content.files


@pytest.fixture
def swept(studio: Studio) -> Swept:
    made = dict(fill(studio))
    snapshot = studio.capture(EVERYTHING)
    truth, content = studio.sandbox.expected(), studio.content(snapshot)
    return Swept(studio, snapshot, truth, content, dict(stored_blocks(snapshot)), made)


def stored_blocks(snapshot: Snapshot) -> Iterator[tuple[str, Json]]:
    pages = alive_at(snapshot.workspace_id, snapshot.number).filter(kind__in=[Kind.PAGE, Kind.ROW, Kind.TEMPLATE])
    for version in pages:
        for line in read_lines(bytes(version.body), chunk_of(version)):
            block = orjson.loads(line)
            yield block["id"], block


def fill(studio: Studio) -> Iterator[tuple[str, str]]:
    """Add what the generated world lacks; the names of what was added, with its ids."""
    world, edit = studio.sandbox.world, studio.sandbox.edit
    tasks = max(world.data_sources.values(), key=lambda source: len(source.rows))
    top = next(page for page in world.shared_by_default() if isinstance(page, Page) and not page.in_trash)
    upload = send_file(studio, "figures.txt", b"1 2 3\n")
    yield "upload", upload
    about = edit.append_paragraph(top.id, "Something to talk about.")
    note = {"parent": {"block_id": about}, "rich_text": [{"text": {"content": "See the figures."}}]}
    yield "attached", studio.write("POST", "comments", note | {"attachments": [{"file_upload_id": upload}]})["id"]
    yield "under a row", edit.create_page(tasks.rows[0].id, "Notes of a task", "They lie in a row.")
    tasks.rows[1].is_archived = True
    yield "archived", tasks.rows[1].id
    tasks.rows[2].in_trash = True
    yield "trashed", tasks.rows[2].id
    below = edit.create_page(tasks.rows[2].id, "Below the trash", "Gone with it.")
    yield "below the trash", below
    tasks.database.is_locked = True
    yield "locked", tasks.database.id
    tasks.database.cover = {"type": "file", "file": HostedFile(str(uuid4()), "table.png")}
    tasks.icon = {"type": "file", "file": HostedFile(str(uuid4()), "tasks.png")}
    guest = User(str(uuid4()), "Gast Gästin", "person", is_guest=True)
    world.users[guest.id] = guest
    yield "guest", guest.id
    gone = str(uuid4())
    yield "somebody who left", gone
    words = [text("With "), user_mention(guest.id), text(" and "), user_mention(gone)]
    yield "mentions", edit.append_block(top.id, "paragraph", {"rich_text": words, "icon": None, "color": "default"})


def send_file(studio: Studio, name: str, data: bytes) -> str:
    made = studio.write("POST", "file_uploads", {"filename": name, "content_type": "text/plain"})
    asyncio.run(_send_file(studio, made["id"], name, data))
    return str(made["id"])


async def _send_file(studio: Studio, upload: str, name: str, data: bytes) -> None:
    headers = {"authorization": f"Bearer {studio.sandbox.token}", "notion-version": "2026-03-11"}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(studio.sandbox.app), headers=headers) as client:
        url = f"{studio.workspace.base_url}/v1/file_uploads/{upload}/send"
        answer = await client.post(url, files={"file": (name, data, "text/plain")})
    assert answer.status_code == 200, answer.text


def views(swept: Swept) -> None:
    assert {swept.content.raw[view]["type"] for view in swept.truth["views"]} >= {"table", "board"}


def comments_on_pages(swept: Swept) -> None:
    assert swept.truth["comments"].keys() & (swept.truth["pages"] | swept.truth["rows"])


def comments_on_blocks(swept: Swept) -> None:
    assert swept.truth["comments"].keys() - swept.truth["pages"] - swept.truth["rows"]


def people(swept: Swept) -> None:
    assert swept.stored("guest")["name"] == "Gast Gästin"
    assert swept.gap(swept.made["somebody who left"]) == "person_unknown"
    mentioned = [run["mention"]["user"]["id"] for run in block(swept, "mentions")["rich_text"] if "mention" in run]
    assert mentioned == [swept.made["guest"], swept.made["somebody who left"]]


def block(swept: Swept, name: str) -> Json:
    found = swept.blocks[swept.made[name]]
    return dict(found[found["type"]])


def custom_emojis(swept: Swept) -> None:
    for emoji in swept.truth["custom_emojis"]:
        assert swept.content.files[swept.content.raw[emoji]["url"]], "the picture is in the snapshot"


def file_uploads(swept: Swept) -> None:
    stored = swept.stored("upload")
    assert (stored["filename"], stored["status"]) == ("figures.txt", "uploaded")
    assert {"code": "file_uploads", "count": 1}.items() <= uncovered(swept, "file_uploads").items()


def uncovered(swept: Swept, code: str) -> Json:
    return next(entry for entry in swept.snapshot.not_covered if entry["code"] == code)


def files_in_blocks(swept: Swept) -> None:
    assert {"image", "video", "audio", "pdf", "file"} <= swept.types()
    hosted = [block[block["type"]] for block in swept.blocks.values() if block[block["type"]].get("type") == "file"]
    assert hosted
    assert all(content["file"]["url"] in swept.content.files for content in hosted)


def files_in_properties(swept: Swept) -> None:
    values = [value for page in swept.content.raw.values() for value in (page.get("properties") or {}).values()]
    files = [file for value in values if value.get("type") == "files" for file in value.get("files") or ()]
    hosted = [file["file"]["url"] for file in files if file["type"] == "file"]
    assert hosted
    assert set(hosted) <= set(swept.content.files)


def icons_and_covers(swept: Swept) -> None:
    """Of pages, databases and data sources; of each sort."""
    icons = {(raw.get("icon") or {}).get("type") for raw in swept.content.raw.values()}
    assert icons >= {"emoji", "custom_emoji", "icon", "file"}
    covers = [cover for raw in swept.content.raw.values() if (cover := raw.get("cover"))]
    assert {cover["type"] for cover in covers} == {"file", "external"}
    world = swept.studio.sandbox.world
    tasks = world.databases[swept.made["locked"]]
    for picture in (tasks.cover, tasks.data_sources[0].icon):
        assert picture is not None
        assert swept.has_file(picture["file"])


def attachments_of_comments(swept: Swept) -> None:
    upload = swept.made["upload"]
    assert any(f"/{upload}/" in address for address in swept.content.files)


def databases_of_several_sources(swept: Swept) -> None:
    assert any(len(swept.content.raw[each]["data_sources"]) > 1 for each in swept.truth["databases"])


def linked_databases(swept: Swept) -> None:
    linked = [each.id for each in swept.studio.sandbox.world.databases.values() if each.linked]
    assert len(linked) == 2
    assert {swept.gap(each) for each in linked} == {"linked_database"}


def unshared(swept: Swept) -> None:
    """Nothing of it, and it is mentioned all the same."""
    private = swept.studio.sandbox.world.landmarks["private_page"]
    assert private not in swept.content.raw
    assert any(private in orjson.dumps(block).decode() for block in swept.blocks.values())


def trashed(swept: Swept) -> None:
    assert swept.made["trashed"] not in swept.content.raw
    assert swept.made["below the trash"] not in swept.content.raw


def locked(swept: Swept) -> None:
    assert swept.stored("locked")["is_locked"] is True
    assert any(swept.content.raw[page].get("is_locked") for page in swept.truth["pages"])


def archived(swept: Swept) -> None:
    assert swept.stored("archived")["is_archived"] is True


def synced(swept: Swept) -> None:
    """The original, a copy with what it shows, and a copy of something that is not shared."""
    synced = [block for block in swept.blocks.values() if block["type"] == "synced_block"]
    originals = {block["id"] for block in synced if block["synced_block"]["synced_from"] is None}
    shown = {block["id"]: of["block_id"] for block in synced if (of := block["synced_block"]["synced_from"])}
    assert originals & set(shown.values())
    lost = [copy for copy, original in shown.items() if original not in originals]
    assert {swept.gap(each) for each in lost} == {"synced_elsewhere"}


def templates(swept: Swept) -> None:
    for template in swept.truth["templates"]:
        raw = swept.content.raw[template]
        assert raw["object"] == "page"
        assert raw["parent"]["data_source_id"] in swept.truth["data_sources"]
        assert swept.content.blocks[template]


def newest_blocks(swept: Swept) -> None:
    assert {"tab", "meeting_notes", "heading_4", "simulation_embed", "template", "unsupported"} <= swept.types()
    named = Unmet.objects.filter(snapshot=swept.snapshot, reason="unreadable_content")
    kinds = {gap.title.partition(" in ")[0] for gap in named}
    assert kinds == {"button", "form", "ai block"}


def places_and_buttons(swept: Swept) -> None:
    values = [value for row in swept.truth["rows"] for value in swept.content.raw[row]["properties"].values()]
    assert any(value["type"] == "place" and value["place"] for value in values)
    assert any(value["type"] == "button" for value in values)


def pages_in_rows_and_blocks(swept: Swept) -> None:
    parents = {swept.content.raw[page]["parent"]["type"] for page in swept.truth["pages"]}
    assert parents >= {"workspace", "page_id"}
    assert swept.stored("under a row")["parent"]["page_id"] in swept.truth["rows"]
    inside = [swept.content.raw[each]["parent"]["type"] for each in swept.truth["databases"]]
    assert "block_id" in inside


@dataclass(frozen=True)
class Item:
    """A word of the promise, the kinds of the truth that it stands for, and what proves it beyond their equality."""

    name: str
    of: tuple[str, ...]
    proves: Callable[[Swept], None]


SWEEP = (
    Item("views", ("views",), views),
    Item("comments on pages", ("comments", "pages", "rows"), comments_on_pages),
    Item("comments on blocks", ("comments",), comments_on_blocks),
    Item("users, guests and those who left", ("users",), people),
    Item("custom emoji and their pictures", ("custom_emojis", "files"), custom_emojis),
    Item("file uploads", ("file_uploads",), file_uploads),
    Item("files in blocks", ("files", "blocks"), files_in_blocks),
    Item("files in properties", ("files",), files_in_properties),
    Item("icons and covers", ("files",), icons_and_covers),
    Item("files of comments", ("files",), attachments_of_comments),
    Item("multi-source databases", ("databases", "data_sources"), databases_of_several_sources),
    Item("linked databases", ("unreadable",), linked_databases),
    Item("unshared pages", (), unshared),
    Item("trashed pages and what lies below", (), trashed),
    Item("locked pages and databases", (), locked),
    Item("archived rows", ("rows",), archived),
    Item("synced blocks and their copies", ("unreadable", "blocks"), synced),
    Item("templates of data sources", ("templates",), templates),
    Item("newest and unknown blocks", ("unreadable",), newest_blocks),
    Item("places and buttons", (), places_and_buttons),
    Item("pages in rows, databases in blocks", ("pages",), pages_in_rows_and_blocks),
)
"""Cut lists, property items beyond 25 references and windows of rows: ``readers/test_cut.py``, ``test_capture.py``."""


def test_every_kind_of_the_truth_is_in_the_sweep() -> None:
    assert {kind for item in SWEEP for kind in item.of} == set(Truth.__annotations__)


def test_a_snapshot_holds_one_of_everything_or_names_it(swept: Swept) -> None:
    assert swept.snapshot.state == SnapshotState.COMPLETE
    assert_equals_the_truth(swept.studio, swept.snapshot, unmet=[swept.made["somebody who left"]])
    for kind in Truth.__annotations__:
        assert swept.truth[kind], f"The world has no {kind}."  # type: ignore[literal-required]
    missing = []
    for item in SWEEP:
        try:
            item.proves(swept)
        except (AssertionError, KeyError, Unmet.DoesNotExist) as error:
            missing.append(f"{item.name}: {error!r}")
    assert not missing


def test_guests_stay_when_the_pages_that_name_them_are_taken_over(swept: Swept) -> None:
    """And who left stays named."""
    second = swept.studio.capture(EVERYTHING)
    assert second.base_no == swept.snapshot.number
    assert swept.made["guest"] in swept.studio.content(second).objects[Kind.USER]
    gap = Unmet.objects.get(snapshot=second, reason="person_unknown")
    assert (str(gap.object), gap.outcome) == (swept.made["somebody who left"], "skipped")
    assert second.counts == swept.snapshot.counts


def test_a_template_that_notion_no_longer_gives_is_named(swept: Swept) -> None:
    world = swept.studio.sandbox.world
    template = next(iter(swept.truth["templates"]))
    source = next(
        source for source in world.data_sources.values() if any(t["id"] == template for t in source.templates)
    )
    source.templates.clear()
    world.pages[template].in_trash = True
    second = swept.studio.capture(EVERYTHING)
    assert second.state == SnapshotState.COMPLETE
    assert template not in swept.studio.content(second).raw
    assert Unmet.objects.get(snapshot=second, object=UUID(template)).reason == "trashed"
