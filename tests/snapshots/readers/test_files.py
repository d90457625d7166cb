"""Files: fetched once, streamed under their content's name, and named when they cannot be had."""

import hashlib
from pathlib import Path
from typing import IO, Any
from uuid import UUID

import httpx
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from apps.notion import files as notion_files
from apps.notion.files import AddressPolicy
from apps.sandbox import Sandbox
from apps.snapshots.capture.files import Download, FileReader
from apps.snapshots.capture.files_in import FileRef, files_in
from apps.snapshots.capture.found_files import file_found
from apps.snapshots.capture.steps import Node, Step
from apps.snapshots.models import Kind, NodeState
from apps.snapshots.store import files as stored_files
from tests.snapshots.wrapping import Wrapped, not_found

FOLDER = ("org_a", "ws_b")


def downloader(notion: Wrapped, **how: Any) -> Download:
    options = {"max_bytes": 10**6, "allow": AddressPolicy.loopback(["http://sandbox.test"]), **how}

    async def download(url: str, sink: IO[bytes]) -> notion_files.StoredFile:
        return await notion_files.download(url, sink, network=httpx.ASGITransport(notion), **options)

    return download


def reader(notion: Wrapped, sandbox: Sandbox, **how: Any) -> FileReader:
    async def nothing_is_stored(*_: Any) -> None:
        return None

    return FileReader(notion.client(sandbox.token), downloader(notion, **how), nothing_is_stored, 1, FOLDER)


async def some_file(notion: Wrapped, sandbox: Sandbox) -> tuple[FileRef, dict[str, Any], str]:
    """A file in a block, and the page's id."""
    client = notion.client(sandbox.token)
    for page in sandbox.expected()["blocks"]:
        for block in (await client.list_block_children(page))["results"]:
            for ref in files_in(block.get(block["type"])):
                if ref.hosted:
                    return ref, {"kind": "block", "id": block["id"]}, page
    raise AssertionError("The workspace has files.")


def node(ref: FileRef, owner: dict[str, Any], page: str, *, stored: bool = False) -> Node:
    found = file_found(ref, UUID(page), owner)
    return Node(
        id=1,
        object=found.object,
        kind=Kind.FILE,
        state=NodeState.PENDING,
        parent=found.parent,
        place=None,
        title=found.title,
        attempts=0,
        cursor="",
        raw=found.raw,
        stored=stored,
    )


async def test_a_file_lies_under_its_content_s_name(notion: Wrapped, sandbox: Sandbox) -> None:
    ref, owner, page = await some_file(notion, sandbox)
    step = await reader(notion, sandbox).read(node(ref, owner, page))
    content = step.drafts[0].file
    assert content is not None
    assert content.name == f"org_a/ws_b/files/{content.sha256[:2]}/{content.sha256}"
    with stored_files.open_stored(content.name) as opened:
        assert hashlib.sha256(opened.read()).hexdigest() == content.sha256


async def test_nothing_is_left_of_a_download_but_the_file(notion: Wrapped, sandbox: Sandbox, tmp_path: Path) -> None:
    ref, owner, page = await some_file(notion, sandbox)
    await reader(notion, sandbox).read(node(ref, owner, page))
    await reader(notion, sandbox, max_bytes=10).read(node(ref, owner, page))
    files = [path for path in (tmp_path / "files").rglob("*") if path.is_file()]
    assert len(files) == 1
    assert files[0].parent.name == files[0].name[:2]
    assert oct(files[0].stat().st_mode & 0o777) == "0o600"


async def test_a_leftover_under_the_same_name_is_replaced(notion: Wrapped, sandbox: Sandbox) -> None:
    ref, owner, page = await some_file(notion, sandbox)
    first = (await reader(notion, sandbox).read(node(ref, owner, page))).drafts[0].file
    assert first is not None
    default_storage.delete(first.name)
    default_storage.save(first.name, ContentFile(b"cut off"))
    again = (await reader(notion, sandbox).read(node(ref, owner, page))).drafts[0].file
    assert again == first
    assert default_storage.size(first.name) == first.size


async def test_a_stored_file_is_not_fetched_again(notion: Wrapped, sandbox: Sandbox) -> None:
    ref, owner, page = await some_file(notion, sandbox)
    notion.asked.clear()
    step = await reader(notion, sandbox).read(node(ref, owner, page, stored=True))
    assert (step.state, step.drafts, notion.asked) == (NodeState.DONE, [], [])


def reason(step: Step) -> tuple[Any, str]:
    return step.state, step.reason


async def test_a_file_that_is_too_large_is_capped(notion: Wrapped, sandbox: Sandbox) -> None:
    ref, owner, page = await some_file(notion, sandbox)
    step = await reader(notion, sandbox, max_bytes=10).read(node(ref, owner, page))
    assert reason(step) == (NodeState.CAPPED, "file_too_large")


async def test_an_address_inside_our_own_network_is_refused(notion: Wrapped, sandbox: Sandbox) -> None:
    ref, owner, page = await some_file(notion, sandbox)
    step = await reader(notion, sandbox, allow=AddressPolicy.public()).read(node(ref, owner, page))
    assert reason(step) == (NodeState.FAILED, "file_refused")


async def test_a_file_whose_block_is_gone_with_its_address_has_vanished(notion: Wrapped, sandbox: Sandbox) -> None:
    ref, owner, page = await some_file(notion, sandbox)
    expired = FileRef(ref.address, f"{ref.address}?X-Amz-Signature=old", hosted=True)
    notion.answer(f"/blocks/{owner['id']}", not_found("block"))
    assert reason(await reader(notion, sandbox).read(node(expired, owner, page))) == (NodeState.SKIPPED, "vanished")


async def test_a_file_that_its_block_no_longer_has_has_vanished(notion: Wrapped, sandbox: Sandbox) -> None:
    ref, owner, page = await some_file(notion, sandbox)
    replaced = FileRef(f"{ref.address}-older", f"{ref.address}-older?X-Amz-Signature=x", hosted=True)
    assert reason(await reader(notion, sandbox).read(node(replaced, owner, page))) == (NodeState.SKIPPED, "vanished")


async def test_a_fresh_address_comes_from_comments_too(notion: Wrapped, sandbox: Sandbox) -> None:
    ref, _, page = await some_file(notion, sandbox)
    comments = sandbox.expected()["comments"]
    comment = next(iter(next(iter(comments.values()))))
    attachment = {"category": "pdf", "file": {"url": ref.url, "expiry_time": "2026-11-20T10:00:00.000Z"}}
    notion.answer(f"/comments/{comment}", lambda raw: raw | {"attachments": [attachment]})
    expired = FileRef(ref.address, f"{ref.address}?X-Amz-Signature=old", hosted=True)
    step = await reader(notion, sandbox).read(node(expired, {"kind": "comment", "id": comment}, page))
    assert step.state == NodeState.DONE
