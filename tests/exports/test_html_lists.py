"""HTML: tables and lists that are too long for one page, the A–Z of every script, and the index of the search."""

import re
from typing import Any

import pytest

from apps.exports.formats import FORMATS
from apps.exports.formats.html.lists import MOST_LINES
from apps.exports.formats.html.register import letter_of
from apps.exports.formats.html.search import HEADING, OFTEN, ONCE, PIECE, TITLE
from apps.exports.formats.html.tables import MOST_ROWS
from apps.exports.formats.html.words import folded, words
from apps.exports.rendering import Order
from apps.snapshots.models import Snapshot
from tests.exports.archives import Opened
from tests.exports.conftest import Make
from tests.exports.samples import ordinary
from tests.exports.sites import Index, Page, Site
from tests.exports.worlds import World, paragraph, text

HTML = FORMATS["html"]


def export(make: Make, snapshot: Snapshot, **options: Any) -> Site:
    archive, _ = make(Order(snapshot, HTML, options))
    site = Site(Opened.at(archive))
    site.check()
    return site


def turned(site: Site, first: Page) -> list[Page]:
    """All pages that one comes to by “Next”."""
    pages = [first]
    while step := re.search(r'">Next</a>', site.archive.files[pages[-1].path].decode()):
        before = site.archive.files[pages[-1].path].decode()[: step.start()]
        target = pages[-1].target(before.rpartition('href="')[2])
        assert target is not None
        pages.append(site.pages[target])
    return pages


def test_a_long_table_goes_on_on_further_pages(world: World, make: Make) -> None:
    source = world.data_source("Tasks", world.database("Tasks", world.page("Home")))
    count = 2 * MOST_ROWS + 1
    for number in range(count):
        world.row(f"Row {number}", source)
    site = export(make, world.close())
    pages = turned(site, site.named("Tasks"))
    assert [page.path.rpartition("/")[2] for page in pages[1:]] == ["2.html", "3.html"]
    assert [len([words for words in page.elements if words == ("th", {"scope": "row"})]) for page in pages] == [
        MOST_ROWS,
        MOST_ROWS,
        1,
    ]
    assert f"Rows {MOST_ROWS + 1:,} to {2 * MOST_ROWS:,} of {count:,}" in pages[1].words
    row = site.named("Row 700 ")
    assert 9 <= len(row.classed("s-row")) <= 17, "no page holds all rows in its sidebar"
    assert f"All {count:,}" in row.words


def test_each_data_source_of_a_database_has_a_table_of_its_own(world: World, make: Make) -> None:
    database = world.database("Stock", world.page("Home"))
    for name in ("Now", "Archive"):
        source = world.data_source(name, database)
        for number in range(2):
            world.row(f"{name} {number}", source)
    world.view("By place", database)
    site = export(make, world.close())
    stock = site.named("Stock")
    tables = [target for href in stock.hrefs if (target := str(stock.target(href))).startswith("assets/rows/")]
    assert len(set(tables)) == 2
    assert ["Archive 0" in site.pages[path].words for path in tables[:2]] in ([True, False], [False, True])
    assert "By placetable" in stock.words.replace(" table", "table")
    row = site.named("Now 0 ")
    assert "Archive" not in row.words, "neighbours are those of the same data source"
    trail = [str(row.target(href)) for href in row.hrefs]
    assert any(path in trail for path in tables), "the way to a row leads through its data source"


def test_a_database_without_rows_in_the_snapshot_says_so(world: World, make: Make) -> None:
    world.database("Linked", world.page("Home"))
    site = export(make, world.close())
    assert "The rows of this database are not in the snapshot." in site.named("Linked").words


def test_contents_and_titles_name_each_page_once_however_many_there_are(world: World, make: Make) -> None:
    home = world.page("Home")
    count = MOST_LINES + 20
    for number in range(count):
        world.page(f"{'ABC'[number % 3]} {number:04}", home)
    site = export(make, world.close())
    for folder in ("contents", "titles"):
        pages = turned(site, site.pages[f"assets/{folder}/1.html"])
        assert len(pages) == 2
        named = [words for page in pages for words in re.findall(r"[ABC] \d{4}", page.words)]
        assert len(named) == len(set(named)) == count
    assert "Within Home" in site.pages["assets/contents/2.html"].words
    letters = site.pages["assets/titles/2.html"]
    assert "C, continued" in letters.words
    home_page = site.named("Home")
    assert f"and {count - 30:,} more" in home_page.words, "the sidebar is cut"


def test_rows_are_in_their_table_and_stand_in_the_contents_only_with_pages_in_them(world: World, make: Make) -> None:
    source = world.data_source("Tasks", world.database("Tasks"))
    world.row("Empty row", source)
    world.page("Inside", world.row("Full row", source))
    contents = export(make, world.close()).pages["assets/contents/1.html"].words
    assert "Empty row" not in contents
    assert contents.index("Tasks") < contents.index("2 rows") < contents.index("Full row") < contents.index("Inside")


@pytest.mark.parametrize(
    ("title", "letter"),
    [
        ("Élan", "E"),
        ("“quoted”", "Q"),
        ("📚 Handbook", "H"),
        ("ärger", "A"),
        ("Ωmega", "Ω"),
        ("якорь", "Я"),
        ("2026", "0–9"),
        ("東京", "Han"),
        ("한국어", "Hangul"),
        ("ひらがな", "Hiragana"),
        ("שלום", "Hebrew"),
        ("مرحبا", "Arabic"),
        ("हिन्दी", "Devanagari"),
        ("…", "Symbols"),
        ("", "Symbols"),
    ],
)
def test_the_letter_of_a_title(title: str, letter: str) -> None:
    assert letter_of(" ".join(words(title))) == letter


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("Straße STRASSE", ["strasse", "strasse"]),
        ("Crème brûlée, naïve", ["creme", "brulee", "naive"]),
        ("İstanbul Iğdır", ["istanbul", "igdir"]),
        ("ΣΊΣΥΦΟΣ σίσυφος", ["σισυφοσ", "σισυφοσ"]),
        ("Ｆｕｌｌ ﬁne x²", ["full", "fine", "x2"]),
        ("don't_stop e-mail", ["don", "t", "stop", "e", "mail"]),
        ("東京都", ["東京", "京都", "都"]),
        ("都", ["都"]),
        ("iPhone用ケース", ["iphone", "用ケ", "ケー", "ース", "ス"]),
        ("한국어", ["한국", "국어", "어"]),
        ("ภาษาไทย"[:3], ["ภา", "าษ", "ษ"]),
        ("हिन्दी में", ["हिन्दी", "में"]),
        ("שָׁלוֹם", ["שלום"]),
        ("مَرْحَبًا", ["مرحبا"]),
        ("Ёлка й", ["елка", "и"]),
        ("x" * 50, ["x" * 32]),
        ("", []),
        ("— … 🎉", []),
    ],
)
def test_words_are_found_in_every_language(written: str, found: list[str]) -> None:
    assert list(words(written)) == found


def test_folding_is_stable() -> None:
    for written in ("Straße", "İ", "ΣΊΣΥΦΟΣ", "ﬁ", "がぎ", "한국어", "Ǆ"):
        assert folded(folded(written)) == folded(written)


def heading(words: str) -> dict[str, Any]:
    return {"type": "heading_1", "heading_1": {"rich_text": [text(words)], "color": "default"}}


def test_the_index_holds_titles_headings_texts_properties_and_comments_by_weight(world: World, make: Make) -> None:
    blocks = [heading("Tideline"), paragraph("buoy buoy gauge"), paragraph(text("a link", link="https://e.com/deep"))]
    page = world.page("Sounder", "", [block | {"id": world.id(str(at))} for at, block in enumerate(blocks)])
    world.discussion(page, "Splendid")
    source = world.data_source("Stock", world.database("Stock", page, description=[text("Everything we have")]))
    world.row("Probe", source, {"Place": {"id": "x", "type": "select", "select": {"name": "Boathouse"}}})
    site = export(make, world.close())
    index = Index.of(site.archive)
    assert index.found("sounder") == {"Sounder": TITLE}
    assert index.found("tideline") == {"Sounder": HEADING}
    assert index.found("buoy") == {"Sounder": OFTEN}
    assert index.found("gauge") == {"Sounder": ONCE}
    assert index.found("splendid") == {"Sounder": ONCE}
    assert index.found("boathouse") == {"Probe": ONCE}
    assert index.found("everything") == {"Stock": ONCE}
    title, path, trail, excerpt = next(page for page in index.pages.values() if page[0] == "Probe")
    assert site.pages["search.html"].target(path) == site.named("Probe").path
    assert (title, trail) == ("Probe", "Sounder › Stock")
    assert excerpt == "Place: Boathouse"
    without = export(make, world.snapshot, comments=False)
    assert Index.of(without.archive).found("splendid") == {}


def test_a_large_index_is_cut_into_pieces_in_which_each_word_is_found_by_its_place(world: World, make: Make) -> None:
    for number in range(140):
        many = " ".join(f"w{number:03}{other:03} 𝒳{other}" for other in range(60))
        world.page(f"Page {number}", "", [paragraph(f"common {many}", id=world.id(str(number)))])
    site = export(make, world.close())
    index = Index.of(site.archive)
    pieces = [path for path in site.archive.files if re.fullmatch(r"assets/words/\d+\.js", path)]
    assert len(pieces) == len(index.first) >= 3
    assert all(len(site.archive.files[path]) < 2 * PIECE for path in pieces)
    assert index.first == sorted(index.first)
    assert list(index.words) != sorted(index.words, reverse=True)
    assert len(index.found("common")) == 140
    assert index.found("w017033") == {"Page 17": ONCE}
    assert len(index.pages) == 140


def test_without_a_search_there_is_no_script_and_the_titles_are_there(world: World, make: Make) -> None:
    site = export(make, ordinary(world), search=False)
    assert not [path for path in site.archive.files if path.endswith(".js")]
    assert "search.html" not in site.pages
    assert all("search" not in href for page in site.pages.values() for href in page.hrefs)
    assert "Ship it" in site.pages["assets/titles/1.html"].words
