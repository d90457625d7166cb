"""Ground truth: everything a connection can reach, known without asking the API."""

from typing import TypedDict

from apps.sandbox.access import Connection
from apps.sandbox.reading.blocks import STANDING_FOR, stands
from apps.sandbox.reading.values import stored
from apps.sandbox.uploads import Uploads
from apps.sandbox.world.objects import Block, Content, Database, DataSource, Page
from apps.sandbox.world.rich_text import HostedFile, PublicFile
from apps.sandbox.world.tree import is_trashed
from apps.sandbox.world.world import World


class Truth(TypedDict):
    """Ids by kind. Only what is alive and shared counts."""

    pages: set[str]
    """Pages that are not rows."""
    rows: set[str]
    templates: set[str]
    databases: set[str]
    """Without linked databases, which the API cannot read."""
    data_sources: set[str]
    views: set[str]
    users: set[str]
    custom_emojis: set[str]
    file_uploads: set[str]
    blocks: dict[str, set[str]]
    """By page or row: every block its listings show, at any depth, those of child pages and databases included."""
    comments: dict[str, set[str]]
    """Unresolved ones, by the page or block they are about."""
    files: set[str]
    """Hosted files in blocks, comments, properties, icons, covers and emojis: ``<space>/<file>/<name>``."""
    unreadable: set[str]
    """Linked databases, unsupported blocks, blocks whose children cannot be listed, copies of something private."""


def truth(connection: Connection, uploads: Uploads, *, content: bool = True) -> Truth:
    """``content=False`` leaves out blocks, comments and files, which take long in a large world."""
    world = connection.world
    pages = [page for page in world.by_no if _reachable(connection, page)]
    databases = [db for db in world.databases.values() if connection.sees(db) and not is_trashed(db)]
    readable = [db for db in databases if db.linked is None]
    sources = [s for db in readable for s in db.data_sources if not s.in_trash]
    found = Truth(
        pages={page.id for page in pages if page.data_source is None},
        rows={page.id for page in pages if page.data_source is not None and not page.is_template},
        templates={page.id for page in pages if page.is_template},
        databases={db.id for db in readable},
        data_sources={source.id for source in sources},
        views={view.id for db in readable for view in db.views},
        users=set(world.users),
        custom_emojis={emoji["id"] for emoji in world.custom_emojis},
        file_uploads={upload.id for upload in uploads.of(world)},
        blocks={},
        comments={},
        files=set(),
        unreadable={db.id for db in databases if db.linked},
    )
    if content:
        for page in pages:
            _content(connection, page, found)
        heads: list[Database | DataSource] = [*readable, *sources]
        found["files"] |= _files(world, [world.custom_emojis, [[head.icon, head.cover] for head in heads]])
    return found


def _reachable(connection: Connection, page: Page) -> bool:
    return connection.sees(page) and not is_trashed(page)


def _content(connection: Connection, page: Page, found: Truth) -> None:
    world = connection.world
    content = world.content(page)
    shown: dict[str, Block] = {}
    _gather(connection, content.blocks, shown, found)
    if shown:
        found["blocks"][page.id] = set(shown)
    for block in shown.values():
        if block.type not in STANDING_FOR:
            found["files"] |= _files(world, block.payload)
    for thing in (page.icon, page.cover, *_file_values(page)):
        found["files"] |= _files(world, thing)
    _comments(world, page, content, shown, found)


def _file_values(page: Page) -> list[object]:
    source = page.data_source
    if source is None:
        return []
    return [stored(page, prop) for prop in source.properties.values() if prop.type == "files"]


def _gather(connection: Connection, blocks: list[Block], shown: dict[str, Block], found: Truth) -> None:
    for block in blocks:
        if not stands(connection.world, block):
            continue
        shown[block.id] = block
        if block.claims_children or block.type == "unsupported":
            found["unreadable"].add(block.id)
            continue
        source = block.payload.get("synced_from") if block.type == "synced_block" else None
        if source is None:
            _gather(connection, block.children, shown, found)
            continue
        original = connection.world.find_block(source["block_id"])
        if original is None or not connection.sees(original.page):
            found["unreadable"].add(block.id)
        else:
            _gather(connection, original.children, shown, found)


def _comments(world: World, page: Page, content: Content, shown: dict[str, Block], found: Truth) -> None:
    for comment in content.comments:
        about = comment.block_id or page.id
        if not comment.resolved and (comment.block_id is None or comment.block_id in shown):
            found["comments"].setdefault(about, set()).add(comment.id)
            found["files"] |= _files(world, comment.attachments)


def _files(world: World, value: object) -> set[str]:
    if isinstance(value, HostedFile | PublicFile):
        return {f"{world.id}/{value.file_id}/{value.name}"}
    if isinstance(value, dict):
        return set().union(*(_files(world, each) for each in value.values()))
    if isinstance(value, list):
        return set().union(*(_files(world, each) for each in value))
    return set()
