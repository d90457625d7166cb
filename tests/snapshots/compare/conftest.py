"""Two snapshots with one of each change, written straight into the store."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest

from apps.notion.normalise import canonical
from apps.snapshots.models import Kind, Snapshot, SnapshotState
from apps.snapshots.store.bodies import Line, pack
from apps.snapshots.store.versions import Draft, close_objects, compare
from apps.workspaces.models import Workspace
from tests.factories.tenants import Tenant
from tests.snapshots.test_store import make_workspace

HOME, KEPT, MOVED, GONE, BORN, SAME, TABLE, ROW, OTHER_ROW = (UUID(int=number) for number in range(1, 10))
NOBODY = UUID(int=99)


@dataclass(frozen=True)
class History:
    tenant: Tenant
    workspace: Workspace
    first: Snapshot
    second: Snapshot


@pytest.fixture
def history(inside_acme: Tenant) -> History:
    workspace = make_workspace("one")
    first = take(workspace, 1, *before())
    second = take(workspace, 2, *after(), gone=[GONE])
    return History(inside_acme, workspace, first, second)


def take(workspace: Workspace, number: int, *drafts: Draft, gone: list[UUID] | None = None) -> Snapshot:
    compare(workspace.pk, number, list(drafts)).write()
    close_objects(workspace.pk, number, gone or [])
    return Snapshot.objects.create(workspace=workspace, number=number, state=SnapshotState.COMPLETE, taken_by="test")


def words(text: str) -> list[dict[str, Any]]:
    return [{"type": "text", "plain_text": text, "text": {"content": text, "link": None}, "annotations": {}}]


def paragraph(number: int, text: str, page: UUID) -> Line:
    name = str(UUID(int=page.int * 1000 + number))
    parent = {"type": "page_id", "page_id": str(page)}
    raw = {
        "object": "block",
        "id": name,
        "parent": parent,
        "type": "paragraph",
        "paragraph": {"rich_text": words(text)},
    }
    return Line(name, canonical(raw))


def draft(
    kind: Kind, one: UUID, title: str, above: UUID | None, *texts: str, properties: dict[str, Any] | None = None
) -> Draft:
    name = {"id": "title", "type": "title", "title": words(title)}
    own = {
        "object": "data_source" if kind == Kind.DATA_SOURCE else "page",
        "id": str(one),
        "parent": {"type": "page_id", "page_id": str(above)} if above else {"type": "workspace", "workspace": True},
        "last_edited_time": "2026-11-20T10:00:00.000Z",
        "properties": {"Name": name} | (properties or {}),
    }
    lines = [paragraph(number, text, one) for number, text in enumerate(texts)]
    return Draft(one, kind, title, str(one), pack(canonical(own), lines), parent=above)


def number(value: int) -> dict[str, Any]:
    return {"Hours": {"id": "hrs", "type": "number", "number": value}}


def column(name: str) -> dict[str, Any]:
    return {"Hours": {"id": "hrs", "name": name, "type": "number", "number": {"format": "number"}}}


def before() -> list[Draft]:
    return [
        draft(Kind.PAGE, HOME, "Home", None, "Welcome."),
        draft(
            Kind.PAGE, KEPT, "Kept <b>", HOME, "One.", "Two words here.", "Three.", "Four.", "Five.", "Six.", "Seven."
        ),
        draft(Kind.PAGE, MOVED, "Old name", HOME, "Text."),
        draft(Kind.PAGE, GONE, "Going", HOME, "Text."),
        draft(Kind.PAGE, SAME, "Same", HOME, "Text."),
        draft(Kind.DATA_SOURCE, TABLE, "Table", HOME, properties=column("Hours")),
        draft(Kind.ROW, ROW, "A4-002", TABLE, properties=number(48)),
        draft(Kind.ROW, OTHER_ROW, "A4-003", TABLE, properties=number(7)),
    ]


def after() -> list[Draft]:
    return [
        draft(Kind.PAGE, HOME, "Home", None, "Welcome."),
        draft(
            Kind.PAGE, KEPT, "Kept <b>", HOME, "One.", "Two words there.", "Three.", "Four.", "Five.", "Six.", "Seven."
        ),
        draft(Kind.PAGE, MOVED, "New name", KEPT, "Text."),
        draft(Kind.PAGE, BORN, "Born", HOME, "Text.", "More."),
        draft(Kind.PAGE, SAME, "Same", HOME, "Text."),
        draft(Kind.DATA_SOURCE, TABLE, "Table", HOME, properties=column("Hours spent")),
        draft(Kind.ROW, ROW, "A4-002", TABLE, properties=number(61)),
        draft(Kind.ROW, OTHER_ROW, "A4-003", TABLE, properties=number(7)),
    ]
