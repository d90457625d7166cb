"""Markdown: links that lead somewhere, front matter that can be read, nothing that forges structure."""

from urllib.parse import urlsplit

import pytest

from apps.exports.formats import FORMATS
from apps.exports.rendering import Order
from apps.snapshots.models import Kind, Snapshot
from tests.exports.archives import Opened, inside, parts, targets
from tests.exports.conftest import Make
from tests.exports.samples import HOSTILE_TITLES, OUTSIDE, SCHEMA, STORE, hostile, ordinary
from tests.exports.worlds import World, child_page, image, mention, paragraph, text

MARKDOWN = FORMATS["markdown"]


def opened(make: Make, snapshot: Snapshot, *, attachments: bool = True, comments: bool = True) -> Opened:
    archive, _ = make(Order(snapshot, MARKDOWN, {"attachments": attachments, "comments": comments}))
    return Opened.at(archive)


def test_pages_lie_in_the_folders_of_their_parents(world: World, make: Make) -> None:
    archive = opened(make, ordinary(world))
    tails = sorted(
        "/".join(part.rpartition(" ")[0] or part for part in path.removesuffix(".md").split("/"))
        for path, _ in archive.markdown()
    )
    assert tails == [
        "Home",
        "Home/Plan (draft) [v1]",
        "Home/Tasks",
        "Home/Tasks/Ship it",
        "Home/Tasks/Write _ it",
        "README",
    ]


def test_every_link_of_an_ordinary_workspace_leads_to_a_file_or_out(world: World, make: Make) -> None:
    archive = opened(make, ordinary(world))
    assert archive.broken_links() == []
    plan = archive.named("Plan")
    led = list(targets(plan))
    assert sum(target.startswith("../Home%20") for target in led) == 2, "the mention and the pasted address"
    assert f"https://www.notion.so/{OUTSIDE.replace('-', '')}" in led, "what was not captured keeps its address"
    assert "https://example.org/elsewhere.png" in led
    stored = [target for target in led if "attachments" in target]
    assert [target.partition("%20")[0] for target in stored] == ["../attachments/photo", "../attachments/copy"]


def test_every_link_of_a_hostile_workspace_leads_to_its_own_file(world: World, make: Make) -> None:
    archive = opened(make, hostile(world))
    assert archive.broken_links() == []
    links = archive.named("Links ")
    found = [path for target in targets(links) if (path := inside("Links.md", target)) is not None]
    pages = found[: len(HOSTILE_TITLES)]
    assert len(set(pages)) == len(HOSTILE_TITLES), "same titles, different files"
    for path, words in zip(pages, HOSTILE_TITLES, strict=True):
        head, _ = parts(archive.files[path].decode())
        assert head["title"] == (words.strip() or "Untitled")
    images = found[-len(HOSTILE_TITLES) :]
    assert [archive.files[path] for path in images] == [
        f"content {at % 3}".encode() for at in range(len(HOSTILE_TITLES))
    ]


def test_front_matter_says_what_the_page_is(world: World, make: Make) -> None:
    archive = opened(make, ordinary(world))
    head, _ = parts(archive.named("Plan"))
    assert head["title"] == "Plan (draft) [v1]"
    assert head["icon"] == "🧭"
    assert archive.files[str(inside("Home/Plan.md", head["cover"]))] == b"\xff\xd8\xff" * 70_000
    assert head["created_time"] == head["last_edited_time"] == "2026-07-04T09:11:00.000Z"
    assert urlsplit(head["url"]).path.endswith(head["id"].replace("-", ""))
    assert "properties" not in head, "a page has nothing but its title"


def test_a_row_has_its_properties_as_values_and_its_relations_as_links(world: World, make: Make) -> None:
    archive = opened(make, ordinary(world))
    head, body = parts(archive.named("Write _ it"))
    assert head["properties"] == {"Done": True, "Estimate": 2.5}
    assert body.strip().startswith("# Write \\| it\n\nA row's own text.")
    head, body = parts(archive.named("Ship it"))
    assert head["properties"]["Blocked by"] == ["Write | it", OUTSIDE]
    assert head["properties"]["Estimate"] is None
    assert "- **Blocked by:** [Write \\| it](Write%20_%20it%20" in body
    assert "- **Proof:** [proof.pdf](../../attachments/proof%20" in body


def test_a_database_is_a_table_of_links_to_its_rows(world: World, make: Make) -> None:
    archive = opened(make, ordinary(world))
    table = [line for line in archive.named("Tasks").splitlines() if line.startswith("|")]
    assert table[0] == "| Name | Blocked by | Done | Estimate | Proof |"
    assert len(table) == 4
    assert any(line.startswith("| [Ship it](Tasks%20") for line in table)
    assert "What is to be done." in archive.named("Tasks")
    assert "- Board (board)" in archive.named("Tasks")


def test_each_data_source_of_a_database_has_a_table_in_the_one_file(world: World, make: Make) -> None:
    database = world.database("Stock", world.page("Home"))
    for name in ("Now", "Archive"):
        source = world.data_source(name, database)
        world.row(f"Row of {name}", source)
    archive = opened(make, world.close())
    sections = archive.named("Stock").split("\n## ")[1:]
    assert {section.split("\n")[0]: "Row of Now" in section for section in sections} == {"Now": True, "Archive": False}
    assert all("Row of " in section for section in sections)
    assert archive.broken_links() == []
    assert archive.manifest["counts"]["data sources"] == {
        "seen": 2,
        "done": 2,
        "skipped": 0,
        "capped": 0,
        "failed": 0,
    }


def test_a_data_source_whose_database_was_not_captured_has_a_file_of_its_own(world: World, make: Make) -> None:
    source = world.data_source("Lone", OUTSIDE)
    world.row("Its row", source)
    archive = opened(make, world.close())
    assert "Its row" in archive.named("Lone")
    assert any(path.startswith("Lone ") and "/Its row " in path for path in archive.files)
    assert archive.broken_links() == []


def test_comments_stand_at_the_end_with_who_when_and_where(world: World, make: Make) -> None:
    snapshot = ordinary(world)
    plan = opened(make, snapshot).named("Plan")
    section = plan.partition("\n## Comments\n")[2]
    assert section.count("> **Ada Lovelace**, 2026-07-04T09:11:00.000Z\n>\n> ") == 3
    assert section.index("Looks good") < section.index("Thanks")
    assert "On “outside”:\n\n> **Ada Lovelace**" in section
    without = opened(make, snapshot, comments=False)
    assert "Comments" not in without.named("Plan")
    assert {"kind": "comments", "count": 3, "reason": "Comments were not asked for."} in without.manifest["skipped"]


def test_a_comment_keeps_its_files_and_an_author_whom_nobody_knows(world: World, make: Make) -> None:
    page = world.page("Plan")
    comment = {
        "object": "comment",
        "id": world.id("comment"),
        "created_time": "2026-07-04T09:11:00.000Z",
        "created_by": {"object": "user", "id": world.id("stranger")},
        "rich_text": [text("See > this")],
        "attachments": [{"category": "image", "name": "shot.png", "file": {"url": f"{STORE}/9/shot.png"}}],
    }
    head = {"object": "discussion", "id": world.id("talk"), "parent": {"type": "page_id", "page_id": page}}
    world.add(Kind.DISCUSSION, head, page, [comment], words="See")
    world.file(f"{STORE}/9/shot.png", b"a shot")
    archive = opened(make, world.close())
    plan = archive.named("Plan")
    assert f"> **{world.id('stranger')}**" in plan
    assert "> [shot.png](attachments/shot%20" in plan
    assert archive.broken_links() == []


def test_a_value_that_cannot_be_read_is_marked_in_the_table_and_kept_in_the_row(world: World, make: Make) -> None:
    source = world.data_source("Tasks", world.database("Tasks"), SCHEMA)
    world.row("Odd", source, {"Estimate": {"id": "b", "type": "number", "number": "many"}})
    archive = opened(make, world.close())
    (line,) = [line for line in archive.named("Tasks").splitlines() if line.startswith("| [Odd]")]
    assert "(could not be read)" in line
    assert "many" in str(parts(archive.named("Odd"))[0]["properties"]["Estimate"])


def test_a_database_without_readable_rows_says_so(world: World, make: Make) -> None:
    world.database("Linked")
    assert "rows of this database are not in the snapshot" in opened(make, world.close()).named("Linked")


def test_parts_of_what_was_not_captured_are_skipped_with_the_reason(world: World, make: Make) -> None:
    world.view("Board", OUTSIDE, "board")
    world.discussion(OUTSIDE, "On a page that is not there")
    manifest = opened(make, world.close()).manifest
    assert manifest["complete"] is True
    assert [(entry["kind"], entry["reason"]) for entry in manifest["skipped"]] == [
        ("comments", "The page that it belongs to is not in the snapshot."),
        ("views", "The database that it belongs to is not in the snapshot."),
    ]


def test_without_attachments_pictures_say_that_they_are_not_there(world: World, make: Make) -> None:
    archive = opened(make, ordinary(world), attachments=False)
    assert not any(path.startswith("attachments/") for path in archive.files)
    assert archive.broken_links() == []
    assert "photo.png (not stored)" in archive.named("Plan")
    assert archive.manifest["counts"]["files"]["skipped"] == 5


def test_unknown_blocks_stay_visible(world: World, make: Make) -> None:
    assert "`hologram`" in opened(make, ordinary(world)).named("Plan")


def test_the_same_content_under_one_name_is_there_once_and_under_two_names_twice(world: World, make: Make) -> None:
    pictures = [image(f"{STORE}/{at}/{name}") for at, name in enumerate(["a.png", "a.png", "b.png"])]
    for at, name in enumerate(["a.png", "a.png", "b.png"]):
        world.file(f"{STORE}/{at}/{name}", b"same bytes")
    world.page("Gallery", "", pictures)
    archive = opened(make, world.close())
    names = sorted(path.rpartition("/")[2].split(" ")[0] for path in archive.files if path.startswith("attachments/"))
    assert names == ["a", "b"]
    assert archive.broken_links() == []
    assert archive.manifest["counts"]["files"]["done"] == 3


def test_a_subpage_that_was_not_captured_leads_to_notion(world: World, make: Make) -> None:
    world.page("Home", "", [child_page(OUTSIDE, "Board minutes")])
    home = opened(make, world.close()).named("Home")
    assert f"[Board minutes](https://www.notion.so/{OUTSIDE.replace('-', '')})" in home


def test_one_page_that_cannot_be_made_takes_its_comments_with_it_and_nothing_else(world: World, make: Make) -> None:
    bad = {"object": "page", "id": world.id("bad"), "parent": {"type": "workspace"}, "properties": "none"}
    world.add(Kind.PAGE, bad, "", words="Bad")
    world.discussion(world.id("bad"), "One", "Two")
    world.page("Good", "", [paragraph(mention(world.id("bad"), "to the bad one"))])
    archive, summary = make(Order(world.close(), MARKDOWN, {"attachments": True, "comments": True}))
    manifest = Opened.at(archive).manifest
    assert summary.gap == "3 of 4 objects could not be written"
    assert [failed["kind"] for failed in manifest["failed"]] == ["page", "discussion"]
    assert "was logged" in manifest["failed"][0]["reason"]


@pytest.mark.parametrize(
    "words", ["javascript:alert(1)", "java\nscript:alert(1)", "data:text/html,<script>", "file:///etc/passwd"]
)
def test_no_link_of_an_author_becomes_one_that_runs_something(world: World, make: Make, words: str) -> None:
    world.page("Trap", "", [paragraph(text("click", link=words))])
    archive = opened(make, world.close())
    assert list(targets(archive.named("Trap"))) == []


def test_the_first_page_lists_the_top_of_the_tree(world: World, make: Make) -> None:
    archive = opened(make, ordinary(world))
    readme = archive.files["README.md"].decode()
    led = [inside("README.md", target) for target in targets(readme)]
    assert led[0] == "manifest.json"
    assert [str(path).split(" ")[0] for path in led[1:]] == ["Home"]
