"""Workspaces that change between captures, and the proof that an incremental capture has seen all of it."""

import re
import time
from typing import Any

from apps.sandbox.world.objects import Page
from apps.snapshots.capture.options import Options
from apps.snapshots.models import ObjectVersion, Snapshot, SnapshotState, Unmet
from apps.snapshots.store.bodies import decompress
from apps.snapshots.store.versions import alive_at
from tests.snapshots.studio import Studio

INCREMENTAL = Options(mode="incremental")
FULL = Options(mode="full")


class Past:
    """The sandbox's clock, some days ago: what is edited was edited long before the next capture, a minute apart."""

    def __init__(self) -> None:
        self.now = time.time() - 5 * 86_400

    def __call__(self) -> float:
        self.now += 61
        return self.now


def in_the_past(studio: Studio) -> Studio:
    studio.sandbox.service.settings.clock = Past()
    return studio


def a_page(studio: Studio) -> Page:
    """A page with text that lies in another one, and shows nothing of others."""
    blocks, world = studio.sandbox.expected()["blocks"], studio.sandbox.world
    pages = (page for page in plain_pages(studio) if page.id in blocks)
    return next(page for page in pages if all(block.type != "synced_block" for block in world.content(page).blocks))


def plain_pages(studio: Studio) -> list[Page]:
    reachable = studio.sandbox.expected(content=False)["pages"]
    pages = (studio.sandbox.world.pages[each] for each in sorted(reachable))
    return [page for page in pages if isinstance(page.parent, Page)]


def held(snapshot: Snapshot) -> dict[str, tuple[Any, ...]]:
    """Every object that a snapshot holds: its kind, its place and its content."""
    rows = alive_at(snapshot.workspace_id, snapshot.number)
    return {str(row.object): (row.kind, row.parent, row.title, _content(row)) for row in rows}


def _content(version: ObjectVersion) -> bytes:
    """All of it, but for the names of what is mentioned: these are as they were when the page was read."""
    plain = decompress(bytes(version.body))
    return _MENTION.sub(b"", plain) if b'"mention"' in plain else bytes(version.digest)


_MENTION = re.compile(rb'"href":(null|"[^"]*"),|"plain_text":"(\\.|[^"\\])*",')


def left_out(snapshot: Snapshot) -> set[tuple[str, str]]:
    """What is not there although it could be. What has just gone is told once only."""
    gaps = Unmet.objects.filter(snapshot=snapshot).exclude(reason__in=["no_longer_reachable", "trashed", "vanished"])
    return {(str(gap.object), gap.reason) for gap in gaps}


def assert_like_a_full_sweep(studio: Studio, snapshot: Snapshot) -> Snapshot:
    """What a full sweep right after it holds is the same, object by object and byte by byte."""
    assert snapshot.base_no is not None
    full = studio.capture(Options(comments=str(snapshot.options["comments"]), mode="full"))
    assert (snapshot.state, full.state) == (SnapshotState.COMPLETE, SnapshotState.COMPLETE)
    mine, its = held(snapshot), held(full)
    assert {each: mine.get(each) for each in mine.keys() ^ its.keys()} == {}
    different = {each: (mine[each][:3], its[each][:3]) for each in mine if mine[each] != its[each]}
    assert not different, different
    assert left_out(snapshot) == left_out(full)
    return full


def rows_of(studio: Studio) -> list[Page]:
    reachable = studio.sandbox.expected(content=False)["rows"]
    return [studio.sandbox.world.pages[each] for each in sorted(reachable)]


def a_row(studio: Studio) -> Page:
    return rows_of(studio)[0]
