"""Who reads what: a reader for each kind of node, over one client."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import IO

from apps.jobs.run import JobRun
from apps.notion import files as notion_files
from apps.notion.client import NotionClient
from apps.snapshots.capture.comments import CommentReader
from apps.snapshots.capture.data_sources import DataSourceReader
from apps.snapshots.capture.databases import DatabaseReader, ViewReader
from apps.snapshots.capture.files import FileReader
from apps.snapshots.capture.keeping import Keeper
from apps.snapshots.capture.listings import ListingReader
from apps.snapshots.capture.options import Options
from apps.snapshots.capture.pages import PageReader
from apps.snapshots.capture.people import PersonReader
from apps.snapshots.capture.places import Places
from apps.snapshots.capture.steps import Step
from apps.snapshots.capture.walk import Reader
from apps.snapshots.models import Kind, NodeKind, Snapshot
from apps.snapshots.store.chunks import body_of
from apps.workspaces.lanes import LaneResource

MAX_FILE = 5 * 1024**3
"""Bytes of the largest file that is fetched: what Notion's largest plan allows."""


def readers_of(
    run: JobRun, client: NotionClient, snapshot: Snapshot, organization: str, emit: Callable[[Step], None]
) -> Mapping[str, Reader]:
    """``organization`` is its public id; ``emit`` takes what is worth a checkpoint before a long page is finished."""
    lane: LaneResource = run.resource
    options = Options.read(snapshot.options)
    places, comments, listings = Places(client), CommentReader(client, options), ListingReader(client)
    keeper = Keeper(client, places, partial(run.db, body_of))
    pages, views = PageReader(client, places, comments, keeper, emit), ViewReader(client)
    folder = (organization, lane.workspace.public_id)
    return {
        Kind.PAGE: pages,
        Kind.ROW: pages,
        Kind.TEMPLATE: pages,
        Kind.DATABASE: DatabaseReader(client, places, keeper),
        Kind.DATA_SOURCE: DataSourceReader(client),
        Kind.VIEW: views,
        Kind.FILE: FileReader(client, partial(_download, run, lane), run.db, lane.workspace.pk, folder),
        Kind.USER: PersonReader(client, snapshot, run.db),
        NodeKind.VIEWS: views,
        NodeKind.BLOCK_COMMENTS: comments,
        NodeKind.SEARCH_PAGES: listings,
        NodeKind.SEARCH_DATA_SOURCES: listings,
        NodeKind.USERS: listings,
        NodeKind.CUSTOM_EMOJIS: listings,
        NodeKind.FILE_UPLOADS: listings,
    }


async def _download(run: JobRun, lane: LaneResource, url: str, sink: IO[bytes]) -> notion_files.StoredFile:
    run.check_lease()
    return await notion_files.download(url, sink, max_bytes=MAX_FILE, allow=lane.addresses, network=lane.network)
