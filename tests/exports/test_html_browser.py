"""An exported site in a browser, from the disk: read without scripts, searched with them, accessible."""

import sys
import unicodedata
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from apps.exports.formats import FORMATS
from apps.exports.formats.html.words import words
from apps.exports.rendering import Order
from tests.e2e.conftest import ARGUMENTS, CHROMIUM, WITHOUT_BROWSER
from tests.exports.conftest import Make
from tests.exports.samples import ordinary
from tests.exports.worlds import World, paragraph, text
from tests.notion.content.test_html_safety import every_sample

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(CHROMIUM is None, reason=WITHOUT_BROWSER),
]
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RULES = {"runOnly": TAGS, "resultTypes": ["violations"], "preload": False}
WIDTHS = {"desktop": {"width": 1440, "height": 900}, "phone": {"width": 390, "height": 844}}
Unpack = Callable[..., Path]


@pytest.fixture
def unpack(world: World, make: Make, tmp_path: Path) -> Unpack:
    """A site on the disk with something of everything."""

    def unpacked(**options: Any) -> Path:
        blocks = [block | {"id": world.id(f"sample {at}")} for at, block in enumerate(every_sample())]
        world.page("Everything", "", blocks)
        wide = {name: {"id": name, "name": name, "type": "rich_text", "rich_text": {}} for name in "ABCDEFGHIJKL"}
        schema = {"Name": {"id": "title", "name": "Name", "type": "title", "title": {}}} | wide
        source = world.data_source("Wide", world.database("Wide"), schema)
        values = {name: {"id": name, "type": "rich_text", "rich_text": [text("words " * 9)]} for name in wide}
        world.row("Row", source, values)
        world.page("東京の地図", "", [paragraph("Straße nach Übersee", id=world.id("street"))])
        archive, _ = make(Order(ordinary(world), FORMATS["html"], options))
        with zipfile.ZipFile(archive) as opened:
            opened.extractall(tmp_path / "site")
        return tmp_path / "site"

    return unpacked


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield opened
        opened.close()


@contextmanager
def window(browser: Browser, **options: Any) -> Iterator[Page]:
    """A page that asked for nothing but files, and about which the browser had nothing to complain."""
    context = browser.new_context(**options)
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: said.append(request.url) if not request.url.startswith("file:") else None)
    yield page
    context.close()
    assert said == []


def test_a_search_from_the_disk_finds_words_in_titles_and_texts_and_leads_to_the_page(unpack: Unpack) -> None:
    root = unpack()
    with chromium() as browser, window(browser) as page:
        page.goto((root / "index.html").as_uri())
        page.get_by_role("searchbox", name="Search").fill("looks")
        page.keyboard.press("Enter")
        expect(page.get_by_role("status")).to_have_text("1 page.")
        expect(page.locator("#hits a")).to_have_text(["Plan (draft) [v1]"])
        field = page.get_by_role("searchbox", name="Words to look for")
        for words_, titles in (
            ("STRASSE ubersee", ["東京の地図"]),
            ("京", ["東京の地図"]),
            ("東京", ["東京の地図"]),
            ("draf", ["Plan (draft) [v1]", "Home"]),
            ("plan nowhere", []),
        ):
            field.fill(words_)
            expect(page.locator("#hits a")).to_have_text(titles)
        expect(page.get_by_role("status")).to_have_text("No page has all of these words.")
        field.fill("ship")
        expect(page.locator("#hits a")).to_have_count(1)
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("Ship it")
        page.go_back()
        expect(page.locator("#hits a")).to_have_count(1)


def test_the_browser_splits_texts_into_the_same_words_as_the_index(unpack: Unpack) -> None:
    """The characters that this Python knows, each alone and in a word; of those that go in pairs, some."""
    codes = [*range(0x3100), *range(0x3100, sys.maxunicode + 1, 97), *range(0xA000, 0xAC00), *range(0xF900, 0x1FFFF, 7)]
    known = [chr(code) for code in codes if unicodedata.category(chr(code))[0] in "LNMSP"]
    texts = [" ".join(f"{one} x{one}y" for one in known[at : at + 100]) for at in range(0, len(known), 100)]
    texts += ["Straße, İstanbul e-mail don't_stop iPhone用ケース 東京都", "x" * 50, "हिन्दी में", "ΣΊΣΥΦΟΣ"]
    root = unpack()
    with chromium() as browser, window(browser) as page:
        page.goto((root / "search.html").as_uri())
        found = page.evaluate("texts => texts.map(notionhubWords.words)", texts)
    assert found == [list(words(text)) for text in texts]


def test_without_scripts_everything_is_read_and_the_titles_stand_for_the_search(unpack: Unpack) -> None:
    root = unpack()
    with chromium() as browser, window(browser, java_script_enabled=False) as page:
        page.goto((root / "index.html").as_uri())
        page.get_by_role("link", name="Home").first.click()
        page.locator("main").get_by_role("link", name="Plan (draft) [v1]").click()
        expect(page.get_by_text("Looks good")).to_be_visible()
        page.get_by_role("navigation", name="Pages around").get_by_role("link", name="Tasks").click()
        page.get_by_role("rowheader", name="Ship it").get_by_role("link").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Ship it")
        page.get_by_role("searchbox", name="Search").fill("anything")
        page.keyboard.press("Enter")
        expect(page.get_by_text("The search needs JavaScript")).to_be_visible()
        page.get_by_role("link", name="A–Z of all titles").click()
        page.get_by_role("link", name="Ship it").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Ship it")


def test_on_a_phone_the_tree_opens_without_scripts(unpack: Unpack) -> None:
    root = unpack()
    start = next(root.glob("Home */Plan *.html"))
    with chromium() as browser, window(browser, java_script_enabled=False, viewport=WIDTHS["phone"]) as page:
        page.goto(start.as_uri())
        tree = page.get_by_role("navigation", name="Pages around")
        expect(tree).to_be_hidden()
        page.get_by_role("button", name="Pages").click()
        tree.get_by_role("link", name="Tasks").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Tasks")


@pytest.mark.parametrize(("width", "scheme"), [("desktop", "light"), ("phone", "dark")])
def test_every_kind_of_page_is_accessible_and_fits(width: str, scheme: Any, unpack: Unpack) -> None:
    root = unpack()
    starts = ("Everything", "Plan", "Wide", "Ship it", "東京", "index", "search", "1.html")
    paths = [path for path in sorted(root.rglob("*.html")) if path.name.startswith(starts)]
    assert len(paths) == 5 + 2 + 3
    with chromium() as browser, window(browser, viewport=WIDTHS[width], color_scheme=scheme) as page:
        wrong = [problem for path in paths for problem in look(page, path)]
    assert wrong == [], "\n".join(wrong)


def look(page: Page, path: Path) -> list[str]:
    page.goto(path.as_uri())
    found = [
        f"{path.name}: {violation['id']}: {violation['nodes'][0]['html'][:160]}"
        for violation in Axe().run(page, options=RULES).response["violations"]
    ]
    if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
        found.append(f"{path.name}: wider than the window")
    return found


def test_a_page_may_load_nothing_from_elsewhere(unpack: Unpack) -> None:
    root = unpack()
    path = root / "index.html"
    picture, script = '<img src="https://example.org/x.png">', '<script>document.title = "ran"</script>'
    forged = f"{picture}{script}<style>p {{ color: red }}</style></main>"
    path.write_text(path.read_text().replace("</main>", forged))
    with chromium() as browser:
        page = browser.new_page()
        blocked: list[str] = []
        page.on("console", lambda message: blocked.append(message.text))
        page.goto(path.as_uri())
        assert page.title() == "Acme"
    assert sum("Content Security Policy" in words for words in blocked) == 3
