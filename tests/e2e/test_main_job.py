"""The main job in a real browser: sign in, connect, capture, browse, export, download, audit."""

import hashlib
import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Demo

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("browser"), pytest.mark.timeout(240)]


def open_workspace(page: Page, demo: Demo) -> None:
    page.goto(f"{demo.home}workspaces/{demo.facts['workspace_id']}/")


def download(page: Page) -> bytes:
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Download").click()
    return Path(waiting.value.path()).read_bytes()


def make_export(page: Page, demo: Demo, label: str) -> bytes:
    open_workspace(page, demo)
    page.get_by_role("link", name="Export", exact=True).first.click()
    page.get_by_label(label).check()
    page.get_by_role("button", name="Create export").click()
    expect(page.get_by_text("complete ✓").first).to_be_visible(timeout=60_000)
    page.get_by_role("link", name="Open export").first.click()
    return download(page)


def test_the_main_job(demo: Demo, visit: Any) -> None:
    page: Page = visit("Alice Moreau").page
    expect(page).to_have_url(demo.home)
    expect(page.get_by_role("heading", name="Home")).to_be_visible()

    # Capture, and watch it run to a proven end
    open_workspace(page, demo)
    page.get_by_role("button", name="Capture now").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Capture")
    expect(page.get_by_role("progressbar").first).to_be_visible(timeout=30_000)
    expect(page.get_by_text("complete ✓").first).to_be_visible(timeout=90_000)

    # Browse the snapshot
    page.get_by_role("link", name="Open snapshot").first.click()
    expect(page.get_by_text("complete ✓").first).to_be_visible()
    page.locator(".nh-tree a").first.click()
    expect(page.locator(".nh-doc h1, .nh-doc h2, .nh-scroll table").first).to_be_visible()
    page.get_by_role("link", name="JSON", exact=True).click()
    expect(page.locator("pre.nh-source")).to_contain_text('"object"')

    # Export twice: the same bytes, and every file as the manifest says
    first = make_export(page, demo, "Markdown")
    second = make_export(page, demo, "Markdown")
    assert hashlib.sha256(first).digest() == hashlib.sha256(second).digest()
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        listed = {file["path"]: file["sha256"] for file in manifest["files"]}
        assert listed
        for path, digest in listed.items():
            assert hashlib.sha256(archive.read(path)).hexdigest() == digest
        assert set(archive.namelist()) == {*listed, "manifest.json"}

    # Every step is in the audit log
    page.goto(f"{demo.home}audit/")
    table = page.locator("#audit-table")
    for told in ("signed in", "started a capture of", "downloaded the"):
        expect(table.get_by_text(told).first).to_be_visible()


def test_connecting_by_consent_and_by_a_bad_token(demo: Demo, visit: Any) -> None:
    page: Page = visit("Alice Moreau").page
    page.goto(f"{demo.home}workspaces/connect/")
    page.get_by_label("secret or personal access token").fill("ntn_" + "x" * 46)
    page.get_by_role("button", name="Connect").last.click()
    expect(page.get_by_text("Notion does not accept this key").first).to_be_visible()
    page.get_by_role("button", name="Choose pages in Notion").click()
    page.get_by_role("button", name="Allow").click()
    expect(page.get_by_text(re.compile("is connected|has a new key")).first).to_be_visible()


def test_a_viewer_looks_and_downloads_but_starts_nothing(demo: Demo, visit: Any) -> None:
    page: Page = visit("Bob Iversen").page
    open_workspace(page, demo)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_role("button", name="Capture now")).to_have_count(0)
    page.goto(f"{demo.home}exports/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Exports")
    expect(page.get_by_role("link", name="Create export")).to_have_count(0)


def test_a_stranger_finds_nothing(demo: Demo, visit: Any) -> None:
    page: Page = visit("Charlie Okoro").page
    answer = page.goto(demo.home)
    assert answer is not None
    assert answer.status == 404
