"""Where something new goes: the ``parent`` and ``position`` of a body."""

from typing import Any

from apps.sandbox import errors
from apps.sandbox.world.json import Json
from apps.sandbox.world.objects import Block, Database, DataSource, InBlock, Page, Parent
from apps.sandbox.world.tree import is_trashed
from apps.sandbox.writing.pen import Pen, an_id, an_object, variant


def read_parent(pen: Pen, raw: Any, kinds: tuple[str, ...], path: str = "body.parent") -> Parent:
    """The page, data source or database a body names. Raises 400 and 404."""
    if raw is None:
        raise errors.undefined(path)
    parent = {key: value for key, value in an_object(raw, path).items() if value is not None}
    if parent.get("type") == "data_source_id":
        parent.pop("database_id", None)
    kind, value = variant(parent, kinds, path)
    if kind == "workspace":
        _check_workspace(pen)
        return None
    identifier = an_id(value, f"{path}.{kind}")
    found: Page | Database | DataSource
    if kind == "page_id":
        found = pen.connection.page(identifier)
    elif kind == "data_source_id":
        found = pen.connection.data_source(identifier)
    elif kind == "block_id":
        return _in_block(pen, identifier)
    else:
        found = pen.connection.database(identifier)
    if is_trashed(found):
        raise archived("page" if isinstance(found, Page) else "database")
    return found


def archived(kind: str) -> errors.ApiError:
    return errors.invalid(f"Can't edit {kind} that is archived. You must unarchive the {kind} before editing.")


def _check_workspace(pen: Pen) -> None:
    if pen.connection.owner_id is None:
        raise errors.invalid(
            "Internal integrations aren't owned by a single user, so creating workspace-level private pages is not "
            "supported. Provide parent.page_id or parent.database_id instead."
        )


def _in_block(pen: Pen, identifier: str) -> Parent:
    block = pen.connection.block(identifier)
    return InBlock(block.page, block.id) if isinstance(block, Block) else block


def only_source(database: Database) -> DataSource:
    """Where a database is named and a data source is meant, there must be one. Raises 400."""
    sources = database.living_sources
    if len(sources) > 1:
        raise errors.several_sources(database.id, [source.id for source in sources])
    if not sources:
        raise errors.no_sources(database.id)
    return sources[0]


def read_position(raw: Any, kinds: tuple[str, str, str], path: str = "body.position") -> tuple[str | None, bool]:
    """Behind which block, and whether at the start; ``kinds`` are the words for after, start and end."""
    if raw is None:
        return None, False
    value: Json = an_object(raw, path)
    kind = value.get("type")
    after, start, end = kinds
    if kind == after:
        detail = an_object(value.get(after), f"{path}.{after}")
        return an_id(detail.get("id"), f"{path}.{after}.id"), False
    if kind not in (start, end):
        raise errors.should_be(f"{path}.type", f'`"{after}"`, `"{start}"` or `"{end}"`', kind)
    return None, kind == start
