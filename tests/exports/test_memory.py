"""Exports of any size are made in the same memory: what is done is on the disk, not held."""

import tracemalloc
from pathlib import Path

import pytest

from apps.exports.formats import FORMATS
from apps.exports.formats.base import Format
from apps.exports.rendering import Order
from apps.snapshots.models import Snapshot
from tests.exports.archives import Opened
from tests.exports.conftest import Make
from tests.exports.worlds import World, paragraph, text

PAGES = 10
TEXT = "x" * 100_000
"""Of each page."""
COLUMNS = {"Name": "title", "Said": "rich_text"}


def peak_of(make: Make, order: Order) -> tuple[int, Path]:
    """Bytes that Python takes at most while an archive is made."""
    tracemalloc.start()
    try:
        archive, _ = make(order)
        return tracemalloc.get_traced_memory()[1], archive
    finally:
        tracemalloc.stop()


def table(world: World, rows: int) -> Snapshot:
    database = world.database("Tasks", world.page("Top"))
    schema = {name: {"id": name, "name": name, "type": kind, kind: {}} for name, kind in COLUMNS.items()}
    source = world.data_source("Tasks", database, schema)
    said = {"id": "Said", "type": "rich_text", "rich_text": [text(TEXT[:10_000])]}
    for number in range(rows):
        world.row(f"Row {number} 🚀", source, {"Said": said})
    return world.close()


def uniform(world: World, pages: int) -> Snapshot:
    top = world.page("Top")
    for number in range(pages):
        world.page(f"Page {number}", top, [paragraph(TEXT)])
    return world.close()


@pytest.mark.parametrize("form", [FORMATS["html"], FORMATS["markdown"], FORMATS["json"]], ids=lambda form: form.key)
def test_four_times_the_pages_take_no_more_memory(world: World, make: Make, form: Format) -> None:
    few, many = uniform(world, PAGES), uniform(World("Larger"), 4 * PAGES)
    make(Order(few, form, {}))  # what is loaded once stays loaded
    (small, _), (large, _) = peak_of(make, Order(few, form, {})), peak_of(make, Order(many, form, {}))
    assert large - small < 10 * len(TEXT), f"{3 * PAGES} more pages, each of {len(TEXT):,} bytes"


def test_a_long_table_of_the_html_site_is_not_copied_with_each_element_around_it(world: World, make: Make) -> None:
    snapshot = table(world, 120)
    order = Order(snapshot, FORMATS["html"], {"search": False})
    make(order)
    peak, archive = peak_of(make, order)
    longest = max(map(len, Opened.at(archive).files.values()))
    assert longest > 1_200_000
    assert peak < 3.5 * longest, "the page, its rows, and what is taken by an export of any size"
