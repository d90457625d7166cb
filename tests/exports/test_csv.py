"""CSV: tables that spreadsheets and programs read back, and a manifest that says what is not in them."""

import csv
from io import StringIO
from typing import Any

import psutil  # type: ignore[import-untyped]
import pytest

from apps.exports.book import Book
from apps.exports.formats import FORMATS, checked_options
from apps.exports.formats.csv_tables import FACTS, FEW, Table
from apps.exports.ledger import Ledger
from apps.exports.rendering import Order
from apps.notion.properties import PROPERTIES
from apps.snapshots.models import Snapshot
from tests.exports.archives import Opened
from tests.exports.conftest import Make
from tests.exports.samples import OUTSIDE, SCHEMA, STORE, ordinary
from tests.exports.worlds import MOMENT, PERSON, World, paragraph, text

CSV = FORMATS["csv"]
Json = dict[str, Any]


def opened(make: Make, snapshot: Snapshot, **options: Any) -> Opened:
    return Opened.at(make(Order(snapshot, CSV, options))[0])


def tables(archive: Opened, delimiter: str = ",") -> dict[str, list[dict[str, str]]]:
    """Rows, from Z to A, by the name of their table, read by Python's reader of RFC 4180."""
    found = {}
    for path, data in archive.files.items():
        if path.endswith(".csv"):
            reader = csv.DictReader(StringIO(data.decode("utf-8-sig"), newline=""), delimiter=delimiter, strict=True)
            rows = sorted(reader, key=lambda row: row["Name"], reverse=True)
            found[path.rpartition("/")[2].rpartition(" ")[0]] = rows
    return found


def table_of(world: World, make: Make, kind: str, value: Any, **options: Any) -> list[dict[str, str]]:
    """A table of one row with one property, besides its title."""
    schema = {"Name": SCHEMA["Name"], "It": {"id": "it", "name": "It", "type": kind, kind: {}}}
    source = world.data_source("T", world.database("T"), schema)
    world.row("Row", source, {"It": {"id": "it", "type": kind, kind: value}})
    return tables(opened(make, world.close(), **options))["T"]


def test_a_data_source_is_a_table_with_its_title_first_and_the_facts_last(world: World, make: Make) -> None:
    archive = opened(make, ordinary(world))
    rows = tables(archive)["Tasks"]
    assert list(rows[0]) == ["Name", "Blocked by", "Done", "Estimate", "Proof", *FACTS]
    written, shipped = rows
    assert (written["Name"], written["Done"], written["Estimate"]) == ("Write | it", "true", "2.5")
    assert (shipped["Estimate"], shipped["Blocked by"]) == ("", f"Write | it, {OUTSIDE}")
    assert written["notion:created_time"] == written["notion:last_edited_time"] == MOMENT
    assert written["notion:url"].endswith(written["notion:id"].replace("-", ""))
    assert next(path for path in archive.files if path.endswith(".csv")).startswith("Home ")


def test_files_are_named_by_their_path_and_lie_there(world: World, make: Make) -> None:
    snapshot = ordinary(world)
    archive = opened(make, snapshot, layout="flat")
    path = tables(archive)["Tasks"][1]["Proof"]
    assert archive.files[path] == b"%PDF-1.7 proof"
    without = opened(make, snapshot, attachments=False)
    assert tables(without)["Tasks"][1]["Proof"] == "proof.pdf"
    assert not any(path.startswith("attachments/") for path in without.files)


def test_lines_end_as_the_standard_says_and_nothing_else_is_special(world: World, make: Make) -> None:
    words = 'a "quoted", b\r\nnext; c\td 日本語 \u2028'
    rows = table_of(world, make, "rich_text", [text(words)])
    assert rows[0]["It"] == words
    data = next(data for path, data in opened(make, world.snapshot).files.items() if path.endswith(".csv"))
    assert data.startswith(b"Name,It,notion:id,")
    assert data.endswith(b"\r\n")
    assert b'"a ""quoted"", b\r\nnext; c\td ' in data


@pytest.mark.parametrize(("name", "character"), [("comma", ","), ("semicolon", ";"), ("tab", "\t")])
def test_the_delimiter_and_the_byte_order_mark_can_be_chosen(
    name: str, character: str, world: World, make: Make
) -> None:
    snapshot = ordinary(world)
    archive = opened(make, snapshot, delimiter=name, byte_order_mark=True)
    data = next(data for path, data in archive.files.items() if path.endswith(".csv"))
    assert data.startswith(b"\xef\xbb\xbfName" + character.encode())
    assert tables(archive, character)["Tasks"] == tables(opened(make, snapshot))["Tasks"]


def run(words: str, **style: Any) -> Json:
    return text(words) | {"annotations": style}


USER = {"object": "user", "id": PERSON, "type": "person", "name": "Ada Lovelace"}
ZONED = {"start": "2026-07-04T09:00:00.000+02:00", "end": "2026-07-05T09:00:00.000+02:00", "time_zone": "Europe/Paris"}
VALUES: dict[str, tuple[Any, str]] = {
    "title": ([text("In words")], "In words"),
    "rich_text": ([text("One "), run("two", bold=True)], "One two"),
    "number": (-5, "-5"),
    "select": ({"id": "x", "name": "Low, very", "color": "red"}, "Low, very"),
    "multi_select": ([{"id": "x", "name": "a"}, {"id": "y", "name": "b"}], "a, b"),
    "status": ({"id": "x", "name": "In progress"}, "In progress"),
    "date": (ZONED, f"{ZONED['start']} → {ZONED['end']} (Europe/Paris)"),
    "people": ([USER, {"object": "user", "id": PERSON}], f"Ada Lovelace, {PERSON}"),
    "files": (
        [
            {"name": "here.pdf", "type": "file", "file": {"url": f"{STORE}/1/here.pdf"}},
            {"name": "there", "type": "external", "external": {"url": "https://example.org/there.pdf"}},
        ],
        "here.pdf, https://example.org/there.pdf",
    ),
    "checkbox": (False, "false"),
    "url": ("https://example.org", "https://example.org"),
    "email": ("ada@acme.example", "ada@acme.example"),
    "phone_number": ("+33 1 23", "'+33 1 23"),
    "relation": ([{"id": OUTSIDE}], OUTSIDE),
    "formula": ({"type": "date", "date": {"start": "2026-07-04"}}, "2026-07-04"),
    "rollup": (
        {
            "type": "array",
            "function": "show_original",
            "array": [{"type": "relation", "relation": [{"id": OUTSIDE}]}, {"type": "number", "number": 2}],
        },
        f"{OUTSIDE}, 2",
    ),
    "created_time": (MOMENT, MOMENT),
    "last_edited_time": (MOMENT, MOMENT),
    "last_visited_time": (MOMENT, MOMENT),
    "created_by": (USER, "Ada Lovelace"),
    "last_edited_by": (USER, "Ada Lovelace"),
    "unique_id": ({"prefix": "TASK", "number": 7}, "TASK-7"),
    "verification": ({"state": "verified", "date": {"start": "2026-07-04"}}, "verified (2026-07-04)"),
    "button": ({}, ""),
    "place": ({"lat": 48.8, "lon": 2.3, "name": "Paris"}, "Paris"),
    "location": (None, ""),
    "hologram": ({"depth": 3}, '{"depth":3}'),
}


def test_every_type_of_property_has_a_form_in_words() -> None:
    assert PROPERTIES.keys() <= VALUES.keys()


@pytest.mark.parametrize("kind", VALUES)
def test_a_value_in_words(kind: str, world: World, make: Make) -> None:
    value, words = VALUES[kind]
    assert table_of(world, make, kind, value)[0]["It"] == words


@pytest.mark.parametrize("words", ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "\nx", "＝1+1", '=HYPERLINK("http://x")'])
def test_what_begins_like_a_formula_has_an_apostrophe_unless_it_is_not_wanted(
    words: str, world: World, make: Make
) -> None:
    assert table_of(world, make, "rich_text", [text(words)])[0]["It"] == f"'{words}"
    archive = opened(make, world.snapshot)
    assert {loss["what"]: loss["count"] for loss in archive.manifest["lost"]}["guarded cells"] == 1
    assert tables(opened(make, world.snapshot, formulas="unchanged"))["T"][0]["It"] == words


@pytest.mark.parametrize(
    ("words", "guarded"),
    [
        ("a;=1+1", "a;'=1+1"),
        ("a,@x", "a,'@x"),
        ("a\t-1", "a\t'-1"),
        ("a\n+1", "a\n'+1"),
        ('a;"=1+1"', 'a;\'"=1+1"'),
        ("=1;=2", "'=1;'=2"),
        ("one\n- two, -three; four=4", None),
        ("https://example.org/?a=1&b=-1", None),
    ],
)
def test_what_would_begin_a_cell_with_another_delimiter_is_guarded_too(
    words: str, guarded: str | None, world: World, make: Make
) -> None:
    """Quotes hold a cell together only where the file is opened with the delimiter that it was written with."""
    assert table_of(world, make, "rich_text", [text(words)])[0]["It"] == (guarded or words)
    lost = {loss["what"]: loss["count"] for loss in opened(make, world.snapshot).manifest["lost"]}
    assert lost.get("guarded cells", 0) == bool(guarded)


def test_names_of_columns_are_guarded_too(world: World, make: Make) -> None:
    name = '=cmd|"/c calc"!A1'
    schema = {"Name": SCHEMA["Name"], name: {"id": "x", "name": name, "type": "checkbox", "checkbox": {}}}
    world.data_source("T", world.database("T"), schema)
    data = next(data for path, data in opened(make, world.close()).files.items() if path.endswith(".csv"))
    assert next(csv.reader([data.decode()]))[1] == f"'{name}"


def test_related_rows_can_be_ids(world: World, make: Make) -> None:
    snapshot = ordinary(world)
    (first, second) = tables(opened(make, snapshot, relations="ids"))["Tasks"]
    assert second["Blocked by"] == f"{first['notion:id']}, {OUTSIDE}"


def test_what_a_table_cannot_hold_is_named_and_counted(world: World, make: Make) -> None:
    source = world.data_source("T", world.database("T"))
    styled = {"id": "title", "type": "title", "title": [run("Bold", bold=True)]}
    cut = {"type": "relation", "relation": [{"id": OUTSIDE}], "has_more": True}
    blocks = [paragraph("one"), paragraph("two")]
    world.row("Row", source, {"Name": styled}, blocks, icon={"type": "emoji", "emoji": "🧭"})
    tasks = world.data_source("Tasks", world.database("Tasks"), SCHEMA)
    world.row("Cut", tasks, {"Blocked by": cut, "Estimate": {"type": "number", "number": "many"}})
    world.page("Page", "", [paragraph("lost")])
    manifest = opened(make, world.close()).manifest
    assert {loss["what"]: loss["count"] for loss in manifest["lost"]} == {
        "blocks": 2,
        "cut relations": 1,
        "formatted cells": 1,
        "icons and covers": 1,
        "schemas": 2,
        "unreadable cells": 1,
    }
    assert all(loss["reason"].endswith(".") for loss in manifest["lost"])
    assert ("pages", 1) in {(entry["kind"], entry["count"]) for entry in manifest["skipped"]}
    assert manifest["counts"]["rows"] == {"seen": 2, "done": 2, "skipped": 0, "capped": 0, "failed": 0}
    assert manifest["complete"] is True


def test_tables_of_several_data_sources_and_of_no_rows(world: World, make: Make) -> None:
    database = world.database("Two")
    world.row("One", world.data_source("First", database))
    world.data_source("Second", database)
    world.database("Linked")
    archive = opened(make, world.close())
    assert {name: len(rows) for name, rows in tables(archive).items()} == {"First": 1, "Second": 0}
    reasons = {entry["reason"] for entry in archive.manifest["skipped"]}
    assert "Its rows are not in the snapshot, so there is no table for it." in reasons


def test_a_row_without_its_data_source_is_skipped_with_the_reason(world: World, make: Make) -> None:
    world.row("Lone", OUTSIDE)
    manifest = opened(make, world.close()).manifest
    assert [entry["reason"] for entry in manifest["skipped"]] == [
        "Its data source is not in the snapshot, so there is no table for it."
    ]


def test_a_long_table_is_written_in_pieces(world: World, tmp_path: Any) -> None:
    source = world.data_source("Long", world.database("Long"))
    for number in range(FEW * 15):
        world.row(f"Row {number} {'x' * 250}", source)
    snapshot = world.close()
    ledger = Ledger(tmp_path / "ledger")
    book = Book(snapshot, ledger)
    ledger.add_objects(book.entries())
    ledger.settle()
    content = Table(book, ledger.known(source), checked_options(CSV, {})).file().content
    assert not isinstance(content, bytes)
    pieces = iter(content)
    next(pieces)
    start = psutil.Process().memory_info().rss
    sizes = [len(piece) for piece in pieces]
    assert len(sizes) > 10
    assert max(sizes) < 70_000
    assert psutil.Process().memory_info().rss - start < 5_000_000
    ledger.close()
