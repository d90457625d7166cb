"""What happens to a workspace between two captures is in the second one, and only there."""

from typing import Any

import pytest

from apps.jobs.models import JobEvent
from apps.sandbox.world.objects import DataSource, Page
from apps.snapshots.models import FOREVER, ObjectVersion, SnapshotState
from tests.snapshots.studio import Studio, assert_equals_the_truth

pytestmark = pytest.mark.django_db(transaction=True)


def words(text: str) -> list[dict[str, Any]]:
    return [{"type": "text", "text": {"content": text}}]


def paragraph(text: str) -> dict[str, Any]:
    return {"type": "paragraph", "paragraph": {"rich_text": words(text)}}


class Editor:
    """Somebody who works in the workspace between two captures."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio
        world = studio.sandbox.world
        pages = [page for page in world.pages.values() if not page.in_trash and page.data_source is None]
        self.home: Page = next(page for page in pages if page.parent is None and len(page.children) > 2)
        below = [page for page in pages if page.parent is self.home]
        self.edited, self.moved, self.trashed = below[:3]
        self.table: DataSource = max(world.data_sources.values(), key=lambda source: len(source.rows))

    def work(self) -> None:
        write = self._studio.write
        write("PATCH", f"blocks/{self.edited.id}/children", {"children": [paragraph("Added in between")]})
        write("PATCH", f"pages/{self.trashed.id}", {"in_trash": True})
        write("POST", f"pages/{self.moved.id}/move", {"parent": {"page_id": self.edited.id}})
        new = {"parent": {"page_id": self.home.id}, "properties": {"title": words("New page")}}
        write("POST", "pages", {**new, "children": [paragraph("Hello")]})
        name = next(prop.name for prop in self.table.properties.values() if prop.type == "title")
        row = {"parent": {"data_source_id": self.table.id}, "properties": {name: {"title": words("New row")}}}
        write("POST", "pages", row)
        first = next(row for row in self.table.rows if not row.in_trash)
        write("PATCH", f"pages/{first.id}", {"properties": {name: {"title": words("Renamed row")}}})
        write("POST", "comments", {"parent": {"page_id": self.edited.id}, "rich_text": words("Well done")})


def test_the_second_snapshot_has_the_changes_and_the_first_does_not(studio: Studio) -> None:
    first = studio.capture()
    before = studio.content(first)
    editor = Editor(studio)
    editor.work()
    second = studio.capture()
    assert second.state == SnapshotState.COMPLETE
    assert_equals_the_truth(studio, second)
    assert studio.content(first) == before
    after = studio.content(second)
    assert editor.trashed.id in before.raw
    assert editor.trashed.id not in after.raw
    assert after.raw[editor.moved.id]["parent"] == {"type": "page_id", "page_id": editor.edited.id}
    assert len(after.blocks[editor.edited.id]) > len(before.blocks.get(editor.edited.id, []))


def test_only_what_changed_is_stored(studio: Studio) -> None:
    first = studio.capture()
    stored = ObjectVersion.objects.count()
    Editor(studio).work()
    second = studio.capture()
    added = ObjectVersion.objects.filter(from_no=second.number)
    assert added.count() == ObjectVersion.objects.count() - stored
    assert 0 < added.count() < 20 < stored
    assert 0 < second.new_size < first.new_size / 3


def test_what_is_gone_is_closed_and_told(studio: Studio) -> None:
    studio.capture()
    editor = Editor(studio)
    studio.write("PATCH", f"pages/{editor.trashed.id}", {"in_trash": True})
    second = studio.capture()
    closed = ObjectVersion.objects.get(object=editor.trashed.id)
    assert closed.until_no == second.number
    assert JobEvent.objects.filter(message__contains="no longer there").exists()


def test_what_comes_back_lives_again(studio: Studio) -> None:
    studio.capture()
    editor = Editor(studio)
    studio.write("PATCH", f"pages/{editor.trashed.id}", {"in_trash": True})
    studio.capture()
    studio.write("PATCH", f"pages/{editor.trashed.id}", {"in_trash": False})
    third = studio.capture()
    assert_equals_the_truth(studio, third)
    versions = ObjectVersion.objects.filter(object=editor.trashed.id).order_by("from_no")
    assert [(version.from_no, version.until_no) for version in versions] == [(1, 2), (3, FOREVER)]
