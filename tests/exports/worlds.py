"""Small snapshots made by hand, through the snapshots' store: exactly what a test needs, hostile if need be."""

from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction

from apps.notion.normalise import canonical
from apps.snapshots.capture.anatomy import shortened, sort_key, title_of
from apps.snapshots.capture.files_in import file_id
from apps.snapshots.models import Kind, Snapshot, SnapshotState
from apps.snapshots.store.bodies import Line, pack
from apps.snapshots.store.files import keep, receiving, storage_name
from apps.snapshots.store.roots import find_roots
from apps.snapshots.store.versions import Draft, FileContent, close_objects, compare, living
from apps.workspaces.models import Workspace

Json = dict[str, Any]
ORIGIN = UUID("0f0f0f0f-1111-4222-8333-444444444444")
FINISHED = datetime(2026, 7, 5, 3, 0, 1, tzinfo=UTC)
MOMENT = "2026-07-04T09:11:00.000Z"
PERSON = str(uuid5(ORIGIN, "person"))


def text(words: str, *, link: str | None = None) -> Json:
    return {
        "type": "text",
        "text": {"content": words, "link": {"url": link} if link else None},
        "annotations": {},
        "plain_text": words,
        "href": link,
    }


def mention(page_id: str, words: str) -> Json:
    return {"type": "mention", "mention": {"type": "page", "page": {"id": page_id}}, "plain_text": words}


def title(words: str) -> Json:
    return {"id": "title", "type": "title", "title": [text(words)] if words else []}


class World:
    """A workspace with one snapshot that is being filled. Ids follow from what is passed in, so they are stable."""

    def __init__(self, name: str = "Acme", *, number: int = 1, workspace: Workspace | None = None) -> None:
        self.workspace = workspace or Workspace.objects.create(
            name=name,
            notion_id=str(uuid5(ORIGIN, name)),
            bot_id=str(uuid5(ORIGIN, "bot")),
            base_url="https://api.notion.com",
            rate_limit=180,
            rate_window=60.0,
        )
        self.snapshot = Snapshot.objects.create(workspace=self.workspace, number=number, taken_by="Mara Lindqvist")
        self._drafts: list[Draft] = []
        self._counter = 0

    def id(self, name: str) -> str:
        return str(uuid5(ORIGIN, name))

    def page(self, words: str, parent: str = "", blocks: Sequence[Json] = (), **more: Any) -> str:
        parent_object = {"type": "page_id", "page_id": parent} if parent else {"type": "workspace", "workspace": True}
        raw = self._object("page", words, parent_object, more) | {"properties": {"title": title(words)}}
        return self.add(Kind.PAGE, raw | more, parent, self._placed(raw["id"], blocks))

    def database(self, words: str, parent: str = "", **more: Any) -> str:
        raw = self._object("database", words, {"type": "page_id", "page_id": parent}, more)
        return self.add(Kind.DATABASE, raw | {"title": [text(words)], "data_sources": []} | more, parent)

    def data_source(self, words: str, parent: str = "", properties: Json | None = None, **more: Any) -> str:
        raw = self._object("data_source", words, {"type": "database_id", "database_id": parent}, more)
        schema = properties or {"Name": {"id": "title", "name": "Name", "type": "title", "title": {}}}
        return self.add(Kind.DATA_SOURCE, raw | {"title": [text(words)], "properties": schema} | more, parent)

    def row(self, words: str, parent: str, values: Json | None = None, blocks: Sequence[Json] = (), **more: Any) -> str:
        raw = self._object("page", words, {"type": "data_source_id", "data_source_id": parent}, more)
        raw["properties"] = {"Name": title(words)} | (values or {})
        return self.add(Kind.ROW, raw | more, parent, self._placed(raw["id"], blocks))

    def view(self, words: str, parent: str, kind: str = "table") -> str:
        raw = {"object": "view", "id": self._id(words), "name": words, "type": kind}
        return self.add(Kind.VIEW, raw, parent)

    def user(self, name: str) -> str:
        raw = {"object": "user", "id": PERSON, "type": "person", "name": name, "person": {"email": "ada@acme.example"}}
        return self.add(Kind.USER, raw, "")

    def discussion(self, page: str, *comments: str, block: str = "") -> str:
        parent = {"type": "block_id", "block_id": block} if block else {"type": "page_id", "page_id": page}
        head = {"object": "discussion", "id": self._id(comments[0]), "parent": parent}
        lines = [
            {
                "object": "comment",
                "id": self._id(comment),
                "parent": parent,
                "discussion_id": head["id"],
                "created_time": MOMENT,
                "created_by": {"object": "user", "id": PERSON},
                "rich_text": [text(comment)],
            }
            for comment in comments
        ]
        kind = Kind.BLOCK_DISCUSSION if block else Kind.DISCUSSION
        return self.add(kind, head, page, lines, words=comments[0])

    def file(self, address: str, content: bytes, name: str = "", page: str = "") -> str:
        digest = sha256(content).hexdigest()
        organization = self.workspace.organization.public_id
        with receiving() as (received, path):
            received.write(content)
            kept = keep(received, path, storage_name(organization, self.workspace.public_id, digest))
        raw = {"object": "file", "id": str(file_id(address)), "address": address}
        label = name or address.rpartition("/")[2]
        stored = FileContent(digest, len(content), "application/octet-stream", kept)
        return self.add(Kind.FILE, raw, page, words=label, file=stored)

    def add(
        self,
        kind: str,
        raw: Json,
        parent: str,
        lines: Sequence[Json] = (),
        *,
        words: str | None = None,
        file: FileContent | None = None,
    ) -> str:
        self._drafts.append(
            Draft(
                object=UUID(raw["id"]),
                kind=kind,
                title=title_of(raw) if words is None else shortened(words),
                sort_key=sort_key(raw),
                packed=pack(canonical(raw), [Line(line["id"], canonical(line)) for line in lines]),
                parent=UUID(parent) if parent else None,
                file=file,
            )
        )
        return str(raw["id"])

    def close(self, state: SnapshotState = SnapshotState.COMPLETE, counts: Json | None = None) -> Snapshot:
        with transaction.atomic():
            compare(self.workspace.pk, self.snapshot.number, self._drafts).write()
        self.snapshot.roots = [str(root) for root in find_roots(self.snapshot)]
        self.snapshot.state = state
        self.snapshot.finished_at = FINISHED
        self.snapshot.counts = counts or {"pages": {"seen": 1, "done": 1, "skipped": 0, "capped": 0, "failed": 0}}
        self.snapshot.save()
        return self.snapshot

    def forget_all(self) -> None:
        """Everything that an earlier snapshot holds is gone in this one."""
        held = living(self.workspace.pk).values_list("object", flat=True)
        close_objects(self.workspace.pk, self.snapshot.number, list(held))

    def _object(self, kind: str, words: str, parent: Json, more: Json) -> Json:
        object_id = more.get("id") or self._id(words)
        return {
            "object": kind,
            "id": object_id,
            "parent": parent,
            "created_time": MOMENT,
            "last_edited_time": MOMENT,
            "icon": None,
            "cover": None,
            "in_trash": False,
            "url": f"https://app.notion.com/p/{object_id.replace('-', '')}",
        }

    def _placed(self, page_id: str, blocks: Sequence[Json]) -> list[Json]:
        """Blocks with an id and a parent where the test gave none."""
        return [
            {"object": "block", "id": self._id("block"), "parent": {"type": "page_id", "page_id": page_id}} | block
            for block in blocks
        ]

    def _id(self, words: str) -> str:
        self._counter += 1
        return str(uuid5(ORIGIN, f"{self._counter} {words}"))


def paragraph(*runs: Json | str, **more: Any) -> Json:
    rich_text = [text(run) if isinstance(run, str) else run for run in runs]
    return {"type": "paragraph", "paragraph": {"rich_text": rich_text, "color": "default"}, **more}


def image(url: str, *, hosted: bool = True, name: str = "") -> Json:
    kind = "file" if hosted else "external"
    body: Json = {"type": kind, kind: {"url": url}, "caption": []}
    return {"type": "image", "image": body | ({"name": name} if name else {})}


def child_page(page_id: str, words: str) -> Json:
    return {"type": "child_page", "id": page_id, "child_page": {"title": words}}
