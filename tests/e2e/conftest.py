"""A browser, and the demo as a newcomer starts it: other ports, a folder of its own."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = next(filter(None, map(shutil.which, ["chromium", "chromium-browser", "google-chrome"])), None)
WITHOUT_BROWSER = "There is no Chromium on this machine. On Debian or Ubuntu: apt-get install chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
STARTS_WITHIN = 90.0


@dataclass(frozen=True)
class Demo:
    """The running demo. ``facts`` is what ``var/demo.json`` holds."""

    base_url: str
    facts: dict[str, Any]

    @property
    def home(self) -> str:
        return f"{self.base_url}/o/{self.facts['organization']}/"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    if CHROMIUM is None:
        pytest.skip(WITHOUT_BROWSER)
    folder = tmp_path_factory.mktemp("demo")
    ports = {f"NOTIONHUB_{name}": str(free_port()) for name in ("PORT", "SANDBOX_PORT", "ISSUER_PORT")}
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("NOTION", "DJANGO"))}
    base_url = f"http://localhost:{ports['NOTIONHUB_PORT']}"  # a name: passkeys are bound to one
    environment |= ports | {"NOTIONHUB_VAR": str(folder), "NOTIONHUB_DEMO_PAGES": "60", "NOTIONHUB_BASE_URL": base_url}
    log = (folder / "demo.log").open("wb")
    process = subprocess.Popen(
        [sys.executable, "-m", "apps.demo"], cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT
    )
    try:
        _wait(process, base_url, folder / "demo.log")
        yield Demo(base_url, json.loads((folder / "demo.json").read_text()))
    finally:
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0, (folder / "demo.log").read_text()
        log.close()


def _wait(process: subprocess.Popen[bytes], base_url: str, log: Path) -> None:
    deadline = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        if "Ctrl-C stops everything" in log.read_text():
            with urllib.request.urlopen(f"{base_url}/sign-in/", timeout=5) as answer:
                assert answer.status == 200
            return
        time.sleep(0.2)
    raise AssertionError(f"The demo did not come up:\n{log.read_text()}")


@pytest.fixture(scope="session")
def browser(demo: Demo) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield opened
        opened.close()


@dataclass(frozen=True)
class Visitor:
    """Somebody in a browser window of their own. ``complaints`` are what its console said."""

    page: Page
    complaints: list[str]


@pytest.fixture
def visit(browser: Browser, demo: Demo) -> Iterator[Any]:
    """``visit("Alice Moreau")`` opens a window and signs in."""
    windows: list[BrowserContext] = []
    visitors: list[Visitor] = []

    def open_window(name: str, **options: Any) -> Visitor:
        context = browser.new_context(accept_downloads=True, **options)
        context.set_default_timeout(20_000)
        windows.append(context)
        page = context.new_page()
        visitor = Visitor(page, [])
        visitors.append(visitor)
        page.on(
            "console",
            lambda message: visitor.complaints.append(message.text) if message.type in ("error", "warning") else None,
        )
        page.on("pageerror", lambda error: visitor.complaints.append(str(error)))
        page.goto(f"{demo.base_url}/sign-in/")
        page.get_by_role("button", name="the demo").click()
        page.get_by_role("button", name=f"Continue as {name}").click()
        page.wait_for_url(f"{demo.base_url}/**")
        return visitor

    yield open_window
    for window in windows:
        window.close()
    assert [text for visitor in visitors for text in visitor.complaints if "status of 4" not in text] == []
