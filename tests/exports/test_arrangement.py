"""Names and folders: every strategy with every other, in every format."""

import random
import unicodedata
from collections import Counter
from itertools import product
from pathlib import Path, PureWindowsPath

import pytest

from apps.exports.arrangement import Arrangement, Layout, Naming, slug
from apps.exports.formats import FORMATS
from apps.exports.formats.base import Format
from apps.exports.ledger import Entry, Ledger
from apps.exports.rendering import Order
from tests.exports.archives import Opened
from tests.exports.conftest import Make
from tests.exports.samples import HOSTILE_TITLES, hostile, ordinary
from tests.exports.worlds import World

each_format = pytest.mark.parametrize("form", FORMATS.values(), ids=FORMATS.keys())
ID = "0a1b2c3d-0000-4000-8000-1234567890ab"
AWKWARD = (
    "same",
    "Same",
    "same.md",
    "same.html",
    "",
    "README",
    "attachments",
    "_deep",
    "nul",
    "a/b",
    "x" * 300,
    "rows",
)
COMBINED = list(product(Naming, Layout))


def uuid(number: int) -> str:
    return f"{number:032x}"[:8] + f"-0000-4000-8000-{number:012x}"


@each_format
def test_every_path_is_safe_and_its_own_and_every_link_leads_to_a_file(form: Format, world: World, make: Make) -> None:
    snapshot = hostile(world, AWKWARD, levels=24)
    sizes = set()
    for naming, layout in COMBINED:
        archive, summary = make(Order(snapshot, form, {"naming": naming, "layout": layout}))
        opened = Opened.at(archive)
        opened.check_manifest()
        assert summary.complete, (naming, layout)
        assert unsafe(opened) == [], (naming, layout)
        assert opened.broken_links() == [], (naming, layout)
        sizes.add(len(opened.files))
    assert len(sizes) == 1, "no strategy has more files than another"


def unsafe(opened: Opened) -> list[str]:
    """Paths that some system refuses, or cannot tell from another, be it the folder of another file."""
    folders = {"/".join(path.split("/")[:end]) for path in opened.files for end in range(1, path.count("/") + 1)}
    paths = [*opened.files, *folders]
    folded = Counter(unicodedata.normalize("NFC", unicodedata.normalize("NFD", path).casefold()) for path in paths)
    twins = [path for path, number in folded.items() if number > 1]
    return twins + [path for path in paths if len(path.encode()) >= 1000 or not all(map(is_safe, path.split("/")))]


def is_safe(part: str) -> bool:
    windows = PureWindowsPath(part)
    return (
        part.strip(" .") == part
        and 0 < len(part.encode()) <= 200
        and windows.parts == (part,)
        and not windows.is_reserved()
    )


@pytest.mark.parametrize(
    ("naming", "name"),
    [
        (Naming.TITLE_AND_ID, "Road map (2026) 567890ab"),
        (Naming.TITLE, "Road map (2026)"),
        (Naming.SLUG, "road-map-2026"),
        (Naming.DATE, "2026-07-04 Road map (2026) 567890ab"),
        (Naming.ID, ID),
    ],
)
def test_names(naming: Naming, name: str, tmp_path: Path) -> None:
    entry = Entry(0, ID, "page", "", "Road map (2026)", created="2026-07-04")
    assert places([entry], tmp_path, Arrangement(naming)) == {ID: name}


@pytest.mark.parametrize(
    ("layout", "page", "row", "user"),
    [
        (Layout.HIERARCHICAL, "Home/Team", "Home/Tasks/Write", "users/Ada"),
        (Layout.FLAT, "Team", "Write", "Ada"),
        (Layout.BY_TYPE, "pages/Team", "rows/Open tasks/Write", "users/Ada"),
        (Layout.BY_DATE, "pages/2026/07/04/Team", "rows/2026/07/05/Write", "users/undated/Ada"),
    ],
)
def test_layouts(layout: Layout, page: str, row: str, user: str, tmp_path: Path) -> None:
    entries = [
        Entry(0, uuid(1), "page", "", "Home", created="2026-07-04"),
        Entry(1, uuid(2), "page", uuid(1), "Team", created="2026-07-04"),
        Entry(2, uuid(3), "database", uuid(1), "Tasks", created="2026-07-04"),
        Entry(3, uuid(4), "data_source", uuid(3), "Open tasks", created="2026-07-04"),
        Entry(4, uuid(5), "row", uuid(4), "Write", created="2026-07-05"),
        Entry(5, uuid(6), "user", "", "Ada"),
    ]
    found = places(entries, tmp_path, Arrangement(Naming.TITLE, layout))
    assert (found[uuid(2)], found[uuid(5)], found[uuid(6)]) == (page, row, user)


@pytest.mark.parametrize(("naming", "layout"), COMBINED)
def test_a_name_does_not_depend_on_the_order_of_neighbours(naming: Naming, layout: Layout, tmp_path: Path) -> None:
    titles = [*HOSTILE_TITLES, "Same", "same", f"Same {uuid(3)[-8:]}", f"same-{uuid(3)[-8:]}"]
    known = [(uuid(number + 1), words) for number, words in enumerate(titles * 2)]
    found = []
    for seed in range(3):
        random.Random(seed).shuffle(known)
        entries = [Entry(seq, id_, "page", "", words, created="2026-07-04") for seq, (id_, words) in enumerate(known)]
        found.append(places(entries, tmp_path, Arrangement(naming, layout)))
    assert found[0] == found[1] == found[2]
    assert len({place.casefold() for place in found[0].values()}) == len(known)


def test_a_title_stands_alone_until_a_neighbour_has_it_too_and_then_both_get_digits(tmp_path: Path) -> None:
    one, two = Entry(0, uuid(1), "page", "", "Notes"), Entry(1, uuid(2), "page", "", "notes")
    below = Entry(2, uuid(3), "page", uuid(1), "Notes")
    titles = Arrangement(Naming.TITLE)
    assert places([one, below], tmp_path, titles) == {uuid(1): "Notes", uuid(3): "Notes/Notes"}
    assert places([one, two, below], tmp_path, titles) == {
        uuid(1): "Notes 00000001",
        uuid(2): "notes 00000002",
        uuid(3): "Notes 00000001/Notes",
    }


@pytest.mark.parametrize("words", ["README", "Manifest", "attachments", "pages", "notes.md"])
def test_a_title_that_the_export_needs_itself_has_digits(words: str, tmp_path: Path) -> None:
    assert places([Entry(0, uuid(1), "page", "", words)], tmp_path, Arrangement(Naming.TITLE)) == {
        uuid(1): f"{words} 00000001"
    }


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("Road map: Q3 / 2026!", "road-map-q3-2026"),
        ("Größe & Straße", "größe-straße"),
        ("हिन्दी पृष्ठ", "हिन्दी-पृष्ठ"),
        ("CON", "_con"),
        ("🧭", "untitled"),
        ("../..", "untitled"),
    ],
)
def test_slugs(title: str, words: str) -> None:
    assert slug(title) == words


def places(entries: list[Entry], folder: Path, arrangement: Arrangement) -> dict[str, str]:
    path = folder / f"ledger-{len(list(folder.iterdir()))}"
    ledger = Ledger(path)
    ledger.add_objects(entries)
    ledger.settle(arrangement)
    found = {entry.id: ledger.place(entry) for entry in ledger.objects(-1, len(entries))}
    ledger.close()
    return found


@each_format
def test_the_arrangement_of_an_export_stands_in_its_manifest(form: Format, world: World, make: Make) -> None:
    archive, _ = make(Order(ordinary(world), form, {"naming": "slug", "layout": "flat"}))
    options = Opened.at(archive).manifest["options"]
    assert (options["naming"], options["layout"], options["pages"], options["depth"]) == ("slug", "flat", [], None)
