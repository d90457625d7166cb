"""Fetching a file and putting it into the storage, streamed, under its content's name."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import IO, Any
from uuid import UUID

from apps.core.storage_errors import explained
from apps.notion import files as notion_files
from apps.notion.client import NotionClient
from apps.notion.errors import ObjectNotFound
from apps.notion.files import AddressRefused, FileError, FileTooLarge, FileUnavailable, FileUrlExpired
from apps.notion.normalise import canonical
from apps.snapshots.capture.files_in import files_in
from apps.snapshots.capture.found_files import PUBLIC
from apps.snapshots.capture.steps import Node, Step, ended
from apps.snapshots.models import Kind, StoredFile
from apps.snapshots.store import files as stored_files
from apps.snapshots.store.bodies import pack
from apps.snapshots.store.versions import Draft, FileContent

Json = dict[str, Any]
Download = Callable[[str, IO[bytes]], Awaitable[notion_files.StoredFile]]
ATTEMPTS = 3
WAIT = 0.5
"""Seconds before the second attempt; doubled before each further one."""
KEPT = "What was read so far is kept, and nothing half-written."


class FileReader:
    """Downloads by ``download``; ``db`` hops to the database; ``folder`` is the organization and workspace."""

    def __init__(
        self,
        client: NotionClient,
        download: Download,
        db: Callable[..., Awaitable[Any]],
        workspace_id: int,
        folder: tuple[str, str],
    ) -> None:
        self._client = client
        self._download = download
        self._db = db
        self._workspace_id = workspace_id
        self._folder = folder

    async def read(self, node: Node) -> Step:
        """A file that is in the store already under the same address is the same file: Notion never changes one.

        Raises ``ConfigError`` when the store is full or forbidden, ``TransientError`` when it does not work now.
        """
        if node.stored:
            return Step(node)
        if node.raw is None:
            raise ValueError("A file node knows its address.")
        try:
            return await self._fetch(node, node.raw)
        except FileError as error:
            return ended(node, _because(error, node.raw["owner"]["kind"]), str(error))
        except OSError as error:
            raise explained(error, KEPT) from error

    async def _fetch(self, node: Node, raw: Json) -> Step:
        url: str = raw["url"]
        with stored_files.receiving() as (received, path):
            try:
                got = await self._insist(url, received)
            except FileUrlExpired:
                if raw["owner"]["kind"] == PUBLIC:
                    raise
                fresh = await self._fresh_url(raw["address"], raw["owner"])
                if fresh is None:
                    return ended(node, "vanished", "The page no longer refers to it.", gone=True)
                got = await self._insist(fresh, received)
            name = await self._keep(got.sha256, received, path)
        content = FileContent(got.sha256, got.size, got.content_type, name)
        return Step(node, drafts=[_draft(node, raw, content)])

    async def _insist(self, url: str, received: IO[bytes]) -> notion_files.StoredFile:
        """Try again what may pass; each attempt begins with an empty file."""
        for attempt in range(ATTEMPTS):
            received.seek(0)
            received.truncate()
            try:
                return await self._download(url, received)
            except FileUnavailable as error:
                if not error.retryable or attempt == ATTEMPTS - 1:
                    raise
                await asyncio.sleep(WAIT * 2**attempt)
        raise AssertionError("The last attempt returns or raises.")

    async def _keep(self, sha256: str, received: IO[bytes], path: str) -> str:
        known: str | None = await self._db(self._known_name, sha256)
        if known is not None:
            return known
        name = stored_files.storage_name(*self._folder, sha256)
        return await asyncio.to_thread(stored_files.keep, received, path, name)

    def _known_name(self, sha256: str) -> str | None:
        known = StoredFile.objects.filter(workspace=self._workspace_id, sha256=sha256)
        return known.values_list("name", flat=True).first()

    async def _fresh_url(self, address: str, owner: Json) -> str | None:
        """The file's address signed anew; None when its owner has it no more."""
        try:
            raw = await self._owner(owner["kind"], owner["id"])
        except ObjectNotFound:
            return None
        return next((ref.url for ref in files_in(raw) if ref.address == address), None)

    async def _owner(self, kind: str, object_id: str) -> Json:
        readers: dict[str, Callable[[str], Awaitable[Json]]] = {
            "page": self._client.retrieve_page,
            "block": self._client.retrieve_block,
            "database": self._client.retrieve_database,
            "data_source": self._client.retrieve_data_source,
            "comment": partial(_comment, self._client),
        }
        return await readers[kind](object_id)


def _because(error: FileError, owner: str) -> str:
    """The code of the reason. A picture that its public address does not give remains the link that it is."""
    if isinstance(error, FileTooLarge):
        return "file_too_large"
    if owner == PUBLIC and not (isinstance(error, FileUnavailable) and error.retryable):
        return "picture_kept_as_link"
    if isinstance(error, FileUrlExpired):
        return "file_expired"
    return "file_refused" if isinstance(error, AddressRefused) else "file_unavailable"


async def _comment(client: NotionClient, comment_id: str) -> Json:
    """https://developers.notion.com/reference/retrieve-comment"""
    return await client.request("GET", f"/v1/comments/{UUID(comment_id)}")


def _draft(node: Node, raw: Json, content: FileContent) -> Draft:
    own = {
        "object": "file",
        "id": node.notion_id,
        "address": raw["address"],
        "name": raw["name"],
        "sha256": content.sha256,
        "size": content.size,
        "content_type": content.content_type,
    }
    return Draft(node.object, Kind.FILE, node.title, node.title[:40].casefold(), pack(canonical(own)), file=content)
