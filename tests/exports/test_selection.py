"""Which pages: chosen ones with what lies below them, to a depth. What is left out is counted, and is no loss."""

from pathlib import Path
from typing import Any

import pytest

from apps.exports.arrangement import Arrangement, Naming
from apps.exports.formats import FORMATS
from apps.exports.formats.base import Format
from apps.exports.ledger import Entry, Ledger
from apps.exports.rendering import Order
from apps.exports.settling import Selection
from apps.snapshots.models import Snapshot
from tests.exports.archives import Opened
from tests.exports.conftest import Make
from tests.exports.samples import STORE, hostile, ordinary
from tests.exports.worlds import World, child_page, image, mention, paragraph

each_format = pytest.mark.parametrize("form", FORMATS.values(), ids=FORMATS.keys())
TREE = [
    ("Home", "page", ""),
    ("Team", "page", "Home"),
    ("Ada", "page", "Team"),
    ("Tasks", "database", "Home"),
    ("Open", "data_source", "Tasks"),
    ("Write", "row", "Open"),
    ("Draft", "page", "Write"),
    ("Board", "view", "Tasks"),
    ("Comment", "discussion", "Write"),
    ("photo.png", "file", "Comment"),
    ("Other", "page", ""),
    ("Person", "user", ""),
]
IDS = {title: f"{number:08x}-0000-4000-8000-000000000000" for number, (title, _, _) in enumerate(TREE)}


def chosen(folder: Path, *pages: str, depth: int | None = None) -> dict[str, str]:
    """The places of what is chosen, by title."""
    ledger = Ledger(folder / f"ledger-{len(list(folder.iterdir()))}")
    ledger.add_objects(
        Entry(seq, IDS[title], kind, IDS.get(parent, ""), title) for seq, (title, kind, parent) in enumerate(TREE)
    )
    ledger.settle(Arrangement(Naming.TITLE), Selection(tuple(IDS[page] for page in pages), depth))
    found = {entry.title: ledger.place(entry) for entry in ledger.objects(-1, 100) if entry.chosen}
    ledger.close()
    return found


def test_what_lies_below_comes_along_and_people_only_with_everything(tmp_path: Path) -> None:
    assert chosen(tmp_path).keys() == {title for title, _, _ in TREE}
    assert chosen(tmp_path, "Home").keys() == {title for title, _, _ in TREE} - {"Other", "Person"}
    assert chosen(tmp_path, "Team", "Other") == {"Team": "Team", "Ada": "Team/Ada", "Other": "Other"}


@pytest.mark.parametrize(
    ("depth", "more"),
    [
        (0, set()),
        (1, {"Team", "Tasks", "Open", "Board"}),
        (2, {"Ada", "Write", "Comment", "photo.png"}),
        (3, {"Draft"}),
        (4, set()),
    ],
)
def test_levels_are_counted_in_pages_rows_and_databases(depth: int, more: set[str], tmp_path: Path) -> None:
    shallower = chosen(tmp_path, "Home", depth=depth - 1).keys() if depth else {"Home"}
    assert chosen(tmp_path, "Home", depth=depth).keys() - shallower == more


def test_without_chosen_pages_levels_are_counted_from_the_top(tmp_path: Path) -> None:
    assert chosen(tmp_path, depth=0).keys() == {"Home", "Other", "Person"}
    assert "Draft" in chosen(tmp_path, depth=3)


def test_what_lies_in_nothing_that_is_chosen_lies_at_the_top(tmp_path: Path) -> None:
    assert chosen(tmp_path, "Write")["Draft"] == "Write/Draft"
    assert chosen(tmp_path, "Open")["Write"] == "Open/Write"
    found = chosen(tmp_path, "Home", "Ada", depth=0)
    assert found == {"Home": "Home", "Ada": "Ada"}
    assert chosen(tmp_path, "Home", "Ada", depth=1)["Ada"] == "Home/Team/Ada", "Team is chosen with Home"


def test_a_circle_is_chosen_once_and_ends(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger")
    one, two = IDS["Home"], IDS["Team"]
    ledger.add_objects([Entry(0, one, "page", two, "Chicken"), Entry(1, two, "page", one, "Egg")])
    ledger.settle(Arrangement(), Selection((one,), 1))
    assert [entry.title for entry in ledger.objects(-1, 9)] == ["Chicken", "Egg"]
    ledger.close()


def plan_and_other(world: World) -> tuple[Snapshot, str]:
    """A chosen page, a page that is not, links between them, and a picture that both show."""
    picture = f"{STORE}/1/photo.png"
    other = world.page("Other", "", [image(picture)])
    plan = world.page(
        "Plan", "", [image(picture), paragraph(mention(other, "Other")), child_page(world.id("below"), "Below")]
    )
    world.page("Below", plan, [paragraph(mention(plan, "Plan"))], id=world.id("below"))
    world.discussion(other, "Secret")
    world.user("Ada Lovelace")
    world.file(picture, b"\x89PNG" * 100, page=other)
    world.file(f"{STORE}/2/secret.png", b"secret", page=other)
    return world.close(), plan


@each_format
def test_what_was_not_chosen_is_not_there_and_is_said_so(form: Format, world: World, make: Make) -> None:
    snapshot, plan = plan_and_other(world)
    archive, summary = make(Order(snapshot, form, {"pages": [plan]}))
    opened = Opened.at(archive)
    opened.check_manifest()
    assert summary.complete, "what nobody asked for is not missing"
    assert summary.counts["pages"]["seen"] == 3
    told = {entry["kind"]: entry["count"] for entry in opened.manifest["skipped"] if entry["reason"] == "Not chosen."}
    shown = 1 if form.key == "csv" else 0
    assert told == {"pages": 1, "comments": 1, "users": 1, "files": 1 + shown}
    assert opened.manifest["options"]["pages"] == [plan]
    assert opened.broken_links() == []
    assert not any("secret" in path.lower() or b"Secret" in data for path, data in opened.content().items())


@pytest.mark.parametrize("key", FORMATS.keys() & {"json", "markdown", "html"})
def test_a_picture_of_a_chosen_page_is_there_whoever_else_shows_it(key: str, world: World, make: Make) -> None:
    snapshot, plan = plan_and_other(world)
    archive, _ = make(Order(snapshot, FORMATS[key], {"pages": [plan]}))
    stored = [data for path, data in Opened.at(archive).content().items() if path.startswith("attachments/")]
    assert stored == [b"\x89PNG" * 100]


def test_links_to_what_was_not_chosen_lead_to_notion(world: World, make: Make) -> None:
    snapshot, plan = plan_and_other(world)
    archive, _ = make(Order(snapshot, FORMATS["markdown"], {"pages": [plan], "depth": 0}))
    text = Opened.at(archive).named("Plan")
    assert f"[Other](https://www.notion.so/{world_id(snapshot, 'Other')})" in text
    assert f"[Below](https://www.notion.so/{world_id(snapshot, 'Below')})" in text


def world_id(snapshot: Snapshot, title: str) -> str:
    from apps.snapshots.store.versions import alive_at

    return alive_at(snapshot.workspace_id, snapshot.number).get(title=title).object.hex


@each_format
@pytest.mark.parametrize("depth", [0, 1, 3])
def test_every_depth_of_a_hostile_workspace_is_sound(form: Format, depth: int, world: World, make: Make) -> None:
    options: dict[str, Any] = {"depth": depth, "naming": "title"}
    opened = Opened.at(make(Order(hostile(world), form, options))[0])
    opened.check_manifest()
    assert opened.broken_links() == []


def test_a_table_lists_the_chosen_rows_only(world: World, make: Make) -> None:
    snapshot = ordinary(world)
    home = world.id("home")
    shallow = Opened.at(make(Order(snapshot, FORMATS["markdown"], {"pages": [home], "depth": 1}))[0])
    assert "| Name |" in shallow.named("Tasks")
    assert "Ship it" not in shallow.named("Tasks")
    deep = Opened.at(make(Order(snapshot, FORMATS["markdown"], {"pages": [home], "depth": 2}))[0])
    assert "Ship it" in deep.named("Tasks")
