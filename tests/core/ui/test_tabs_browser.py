"""The tab bar on a narrow screen, in a browser."""

from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from tests.e2e.conftest import ARGUMENTS, CHROMIUM, WITHOUT_BROWSER

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.xdist_group("browser"),
    pytest.mark.skipif(CHROMIUM is None, reason=WITHOUT_BROWSER),
]
TABS = ("Overview", "Snapshots 1,204", "Exports 311", "Schedules", "Retention", "Keys", "Settings")
CSS = Path(__file__).parents[3] / "static/css"
LOADED = ("tokens", "base", "layout", "components", "narrow")


@pytest.mark.parametrize("bar", ["nh-tabs", "nh-views"])
@pytest.mark.parametrize("width", [320, 390])
def test_each_tab_is_in_sight_whichever_is_chosen(bar: str, width: int) -> None:
    links = "".join(f'<a href="#"{" aria-current=page" if tab == "Settings" else ""}>{tab}</a>' for tab in TABS)
    styles = "".join((CSS / f"{name}.css").read_text() for name in LOADED)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page = browser.new_page(viewport={"width": width, "height": 800})
        page.set_content(f"<style>{styles}</style><main class=nh-main><nav class={bar}>{links}</nav></main>")
        boxes = [link.bounding_box() for link in page.locator("nav a").all()]
        browser.close()
    assert len(boxes) == len(TABS)
    assert all(box and box["x"] >= 0 and box["x"] + box["width"] <= width for box in boxes)
