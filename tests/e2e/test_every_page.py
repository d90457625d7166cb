"""Every page, in both themes, wide and narrow: accessible, nothing sticks out, nothing complains."""

import json
import time
import urllib.request
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, ViewportSize

from tests.e2e.conftest import Demo

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("browser"), pytest.mark.timeout(240)]

WIDTHS: dict[str, ViewportSize] = {
    "desktop": {"width": 1280, "height": 900},
    "phone": {"width": 390, "height": 844},
    "narrow": {"width": 320, "height": 700},
}
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
COLOURS = ["color-contrast", "link-in-text-block"]
"""The rules that read colours; they hold in each scheme. All others read what a scheme does not change."""
SIZES = ["target-size", "scrollable-region-focusable"]
"""The rules that measure. A narrow window has the style rules of a phone, and less room."""
RULES: dict[tuple[str, str], list[str]] = {
    ("light", "desktop"): TAGS,
    ("light", "phone"): TAGS,
    ("light", "narrow"): SIZES,
    ("dark", "desktop"): COLOURS,
    ("dark", "phone"): COLOURS,
    ("dark", "narrow"): COLOURS,
}


@pytest.fixture(scope="module")
def captured(demo: Demo) -> str:
    """A snapshot to look at; waits for the one that another test may have begun."""

    def call(method: str, path: str) -> Any:
        address = f"{demo.base_url}/api/v1/o/{demo.facts['organization']}/{path}"
        headers = {"Authorization": f"Bearer {demo.facts['api_token']}", "Content-Type": "application/json"}
        request = urllib.request.Request(address, b"{}" if method == "POST" else None, headers, method=method)
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    deadline = time.monotonic() + 90
    started = False
    while time.monotonic() < deadline:
        done = [shot for shot in call("GET", "snapshots/")["results"] if shot["status"] == "complete"]
        if done:
            return str(done[0]["id"])
        if not started and not call("GET", "snapshots/")["results"]:
            call("POST", f"workspaces/{demo.facts['workspace_id']}/captures/")
            started = True
        time.sleep(0.5)
    raise AssertionError("No capture completed within 90 seconds.")


def addresses(demo: Demo, snapshot: str) -> list[str]:
    workspace = f"{demo.home}workspaces/{demo.facts['workspace_id']}/"
    return [
        demo.home,
        f"{demo.home}workspaces/",
        f"{demo.home}workspaces/connect/",
        workspace,
        f"{workspace}?tab=snapshots",
        f"{workspace}?tab=exports",
        f"{workspace}?tab=keys",
        f"{workspace}settings/",
        f"{demo.home}snapshots/",
        f"{demo.home}snapshots/{snapshot}/",
        f"{demo.home}exports/",
        f"{demo.home}exports/create/",
        f"{demo.home}jobs/",
        f"{demo.home}audit/",
        f"{workspace}access/",
        f"{demo.home}settings/",
        f"{demo.home}settings/members/",
        f"{demo.home}settings/invitations/create/",
        f"{demo.home}settings/teams/",
        f"{demo.home}settings/roles/",
        f"{demo.home}settings/tokens/",
        f"{demo.home}settings/tokens/create/",
        f"{demo.home}settings/service-accounts/",
        f"{demo.home}settings/service-accounts/create/",
    ]


def look(page: Page, address: str, scheme: str) -> list[str]:
    """What is wrong with a page at any width. The order of the headings inside a captured page is its author's."""
    answer = page.goto(address)
    if answer is None or answer.status != 200:
        return [f"{address}: {answer.status if answer else 'no answer'}"]
    rules = {"rules": {"heading-order": {"enabled": False}}} if "?object=" in address else {}
    wrong = []
    for width in order(scheme):
        page.set_viewport_size(WIDTHS[width])
        options = {"runOnly": RULES[scheme, width], "resultTypes": ["violations"], **rules}
        violations = Axe().run(page, options=options).response["violations"]
        found = [f"{violation['id']}: {violation['nodes'][0]['html'][:120]}" for violation in violations]
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            found.append("wider than the window")
        wrong += [f"{address}, {width}: {problem}" for problem in found]
    return wrong


def order(scheme: str) -> list[str]:
    """A page is loaded once and resized: in one scheme it is loaded wide, in the other narrow."""
    return list(WIDTHS) if scheme == "light" else list(reversed(WIDTHS))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_is_accessible_and_fits(demo: Demo, visit: Any, captured: str, scheme: str) -> None:
    page: Page = visit("Alice Moreau", viewport=WIDTHS[order(scheme)[0]], color_scheme=scheme).page
    links = page.goto(f"{demo.home}snapshots/{captured}/") and page.locator(".nh-tree a").all()
    read = [f"{demo.base_url}{link.get_attribute('href')}" for link in (links or [])[:3]]
    assert len(read) == 3
    wrong = [problem for address in [*addresses(demo, captured), *read] for problem in look(page, address, scheme)]
    assert wrong == []


def test_the_essentials_work_without_javascript(demo: Demo, visit: Any, captured: str) -> None:
    page: Page = visit("Alice Moreau", java_script_enabled=False).page
    page.goto(f"{demo.home}snapshots/{captured}/")
    page.locator(".nh-tree a").first.click()
    assert page.locator("#reader h1, #reader h2").first.is_visible()
    page.goto(f"{demo.home}workspaces/")
    page.locator("summary").first.click()
    page.goto(f"{demo.home}exports/create/")
    page.get_by_label("JSON").check()
    page.get_by_role("button", name="Create export").click()
    assert "export of snapshot" in page.locator("h1").inner_text()
