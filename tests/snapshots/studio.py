"""A connected sandbox workspace, as the tests of captures hold it."""

import asyncio
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import httpx
import orjson

from apps.access.roles import Role
from apps.jobs.models import Job
from apps.sandbox import Sandbox
from apps.snapshots.capture.options import Options
from apps.snapshots.models import Chunk, Kind, ObjectVersion, Snapshot, Unmet
from apps.snapshots.services import start_capture
from apps.snapshots.store.bodies import own_json, read_lines
from apps.snapshots.store.versions import alive_at
from apps.workspaces.models import Workspace, WorkspaceStatus
from tests.factories.keys import give_key
from tests.factories.tenants import Tenant
from tests.jobs.pending import run_pending
from tests.wire import serve

EVERYTHING = Options(comments="blocks")
USUAL = Options()


@dataclass
class Studio:
    tenant: Tenant
    sandbox: Sandbox
    workspace: Workspace

    @classmethod
    def connect(cls, tenant: Tenant, sandbox: Sandbox, base_url: str, token: str = "") -> "Studio":
        workspace = Workspace.objects.create(
            name=sandbox.workspace_name,
            notion_id=f"{sandbox.workspace_id}{token[-6:]}",
            bot_id="bot",
            bot_name="NotionHub",
            base_url=base_url,
            rate_limit=100_000,
            rate_window=60.0,
        )
        give_key(workspace, token or sandbox.token)
        return cls(tenant, sandbox, workspace)

    def moved_to(self, sandbox: Sandbox) -> "Studio":
        """The same address, served by another world; the workspace gets its token."""
        serve(sandbox, self.workspace.base_url)
        give_key(self.workspace, sandbox.token)
        return Studio(self.tenant, sandbox, self.workspace)

    def moved_to_token(self, token: str) -> None:
        """What connecting the workspace again comes to."""
        give_key(self.workspace, token)
        self.workspace.status = WorkspaceStatus.HEALTHY
        self.workspace.save()
        self.sandbox.token = token

    def write(self, method: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """Change the workspace as a program would."""
        answer = asyncio.run(self._send(method, f"{self.workspace.base_url}/v1/{path}", body))
        assert answer.status_code == 200, answer.text
        written: dict[str, Any] = answer.json()
        return written

    async def _send(self, method: str, url: str, body: dict[str, Any]) -> httpx.Response:
        headers = {"authorization": f"Bearer {self.sandbox.token}", "notion-version": "2026-03-11"}
        async with httpx.AsyncClient(transport=httpx.ASGITransport(self.sandbox.app), headers=headers) as client:
            return await client.request(method, url, json=body)

    def start(self, options: Options = USUAL) -> Job:
        return start_capture(self.workspace, options=options, actor=self.tenant.actor(Role.OPERATOR))

    def capture(self, options: Options = USUAL) -> Snapshot:
        job = self.start(options)
        run_pending()
        return self.snapshot_of(job)

    def snapshot_of(self, job: Job) -> Snapshot:
        return Snapshot.objects.get(public_id=job.params["snapshot"])

    def content(self, snapshot: Snapshot) -> "Content":
        return Content.of(snapshot)


@dataclass
class Content:
    """What a snapshot holds, gathered independently of the selectors. Ids are as Notion writes them."""

    objects: dict[str, set[str]]
    blocks: dict[str, list[str]]
    comments: dict[str, set[str]]
    files: dict[str, str]
    raw: dict[str, dict[str, Any]]

    @classmethod
    def of(cls, snapshot: Snapshot) -> "Content":
        found = cls({kind: set() for kind in Kind.values}, {}, {}, {}, {})
        for version in alive_at(snapshot.workspace_id, snapshot.number).select_related("file"):
            found._add(version)
        return found

    def _add(self, version: ObjectVersion) -> None:
        own = own_json(bytes(version.body))
        assert own["id"] not in self.raw, "an object is alive twice"
        self.raw[own["id"]] = own
        self.objects[version.kind].add(own["id"])
        lines = [orjson.loads(line) for line in read_lines(bytes(version.body), chunk_of(version))]
        assert version.lines == len(lines)
        if version.kind in (Kind.PAGE, Kind.ROW, Kind.TEMPLATE) and lines:
            self.blocks[own["id"]] = [line["id"] for line in lines]
        if version.kind in (Kind.DISCUSSION, Kind.BLOCK_DISCUSSION):
            parent = own["parent"][own["parent"]["type"]]
            self.comments.setdefault(parent, set()).update(line["id"] for line in lines)
        if version.kind == Kind.FILE:
            assert version.file is not None
            self.files[own["address"]] = version.file.sha256


def chunk_of(version: ObjectVersion) -> Any:
    return lambda name: bytes(Chunk.objects.get(workspace=version.workspace_id, digest=name).body)


def assert_equals_the_truth(
    studio: Studio, snapshot: Snapshot, token: str | None = None, unmet: Iterable[str] = ()
) -> None:
    """Everything the connection can reach, nothing else, nothing twice, and every gap of it named; also ``unmet``."""
    truth = studio.sandbox.expected(token)
    content = studio.content(snapshot)
    kinds = {
        "page": truth["pages"],
        "row": truth["rows"],
        "template": truth["templates"],
        "database": truth["databases"],
        "data_source": truth["data_sources"],
        "view": truth["views"],
        "user": truth["users"],
        "custom_emoji": truth["custom_emojis"],
        "file_upload": truth["file_uploads"],
    }
    for kind, expected in kinds.items():
        assert content.objects[kind] == expected, kind
    assert {page: Counter(blocks) for page, blocks in content.blocks.items()} == {
        page: Counter(blocks) for page, blocks in truth["blocks"].items()
    }
    asked = list(truth["comments"].items())
    if snapshot.options["comments"] == "pages":
        asked = [(on, ids) for on, ids in asked if on in truth["pages"] | truth["rows"] | truth["templates"]]
    assert content.comments == dict(asked)
    prefix = f"{studio.workspace.base_url}/files/"
    assert {address.removeprefix(prefix) for address in content.files} == {quote(name) for name in truth["files"]}
    gaps = Unmet.objects.filter(snapshot=snapshot).exclude(reason__in=["external_file", "trashed"])
    assert {str(gap.object) for gap in gaps} == truth["unreadable"] | set(unmet)
