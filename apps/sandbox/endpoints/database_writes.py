"""Databases and data sources: create, update (reference: *Databases*, *Data sources*)."""

from apps.sandbox import access, errors
from apps.sandbox.call import Call, endpoint
from apps.sandbox.reading.databases import data_source_answer, database_answer
from apps.sandbox.world import edits
from apps.sandbox.world.json import Json, RichText
from apps.sandbox.world.objects import Database, DatabaseView, DataSource
from apps.sandbox.world.rich_text import text
from apps.sandbox.world.tree import is_trashed
from apps.sandbox.writing.media import read_cover, read_icon
from apps.sandbox.writing.parents import archived, read_parent
from apps.sandbox.writing.pen import Pen, a_boolean, an_object
from apps.sandbox.writing.rich_text import read_rich_text
from apps.sandbox.writing.schema import write_schema

BARE_SCHEMA: Json = {"Name": {"title": {}}}
_PARENTS = ("page_id", "block_id", "workspace")


def _words(pen: Pen, body: Json, key: str) -> list[RichText]:
    return read_rich_text(pen, body.get(key, []), f"body.{key}")


def _new_source(pen: Pen, database: Database, title: list[RichText], identifier: str) -> DataSource:
    return DataSource(
        id=identifier,
        database=database,
        title=title,
        created=pen.now,
        edited=pen.now,
        created_by=pen.author,
        edited_by=pen.author,
    )


@endpoint("POST", "/databases", "parent title description is_inline icon cover initial_data_source", apart=True)
def create_database(call: Call) -> Json:
    pen, body = call.pen(access.INSERT_CONTENT), call.body
    given = an_object(body.get("initial_data_source", {}), "body.initial_data_source")
    source = make_database(pen, body, given.get("properties", BARE_SCHEMA), "body.initial_data_source.properties")
    return database_answer(call.reader, source.database)


def make_database(pen: Pen, body: Json, schema: Json, path: str) -> DataSource:
    """A database with its first data source and a table view."""
    world = pen.world
    parent = read_parent(pen, body.get("parent"), _PARENTS)
    database = Database(
        id=world.new_uuid(),
        title=_words(pen, body, "title") or [text("New database")],
        parent=parent,
        created=pen.now,
        edited=pen.now,
        created_by=pen.author,
        edited_by=pen.author,
        description=_words(pen, body, "description"),
        is_inline=a_boolean(body.get("is_inline", False), "body.is_inline"),
        icon=read_icon(pen, body.get("icon"), "body.icon"),
        cover=read_cover(pen, body.get("cover"), "body.cover"),
    )
    source = _new_source(pen, database, database.title, world.new_uuid())
    source.description, source.icon = database.description, database.icon
    write_schema(pen, source, schema, path)
    if "title" not in source.properties:
        raise errors.invalid("Title is not provided: a data source needs exactly one title property.")
    world.databases[database.id] = database
    world.add_data_source(source)
    edits.hang(world, database, pen.now, pen.author)
    world.add_view(_first_view(pen, source))
    world.revision += 1
    return source


def _first_view(pen: Pen, source: DataSource) -> DatabaseView:
    return DatabaseView(
        id=pen.world.new_uuid(),
        database=source.database,
        data_source=source,
        name="Default view",
        type="table",
        created=pen.now,
        edited=pen.now,
        created_by=pen.author,
        edited_by=pen.author,
    )


@endpoint(
    "PATCH",
    "/databases/{database_id}",
    "parent title description is_inline icon cover in_trash is_locked",
    apart=True,
)
def update_database(call: Call) -> Json:
    pen = call.pen(access.UPDATE_CONTENT)
    database = pen.connection.database(call.params["database_id"])
    change_database(pen, database, call.body)
    return database_answer(call.reader, database)


def change_database(pen: Pen, database: Database, body: Json) -> None:
    if is_trashed(database) and body.get("in_trash") is not False:
        raise archived("database")
    for key in ("title", "description"):
        if key in body:
            setattr(database, key, _words(pen, body, key))
            if len(database.data_sources) == 1:
                setattr(database.data_sources[0], key, getattr(database, key))
    if "icon" in body:
        database.icon = read_icon(pen, body["icon"], "body.icon")
    if "cover" in body:
        database.cover = read_cover(pen, body["cover"], "body.cover")
    for flag in ("is_inline", "is_locked"):
        if flag in body:
            setattr(database, flag, a_boolean(body[flag], f"body.{flag}"))
    if "parent" in body:
        parent = read_parent(pen, body["parent"], _PARENTS)
        edits.move(pen.world, database, parent, pen.now, pen.author)
    if "in_trash" in body:
        edits.set_trash(pen.world, database, a_boolean(body["in_trash"], "body.in_trash"), pen.now, pen.author)
    database.edited, database.edited_by = pen.now, pen.author
    pen.world.revision += 1


@endpoint("POST", "/data_sources", "parent properties title icon", apart=True)
def create_data_source(call: Call) -> Json:
    pen, body = call.pen(access.INSERT_CONTENT), call.body
    world = pen.world
    database = read_parent(pen, body.get("parent"), ("database_id",))
    if not isinstance(database, Database):
        raise errors.undefined("body.parent.database_id")
    identifier = world.ids.make("data_source", 0, len(world.data_sources), pen.now, by_api=True)
    source = _new_source(pen, database, _words(pen, body, "title") or [text("New data source")], identifier)
    source.icon = read_icon(pen, body.get("icon"), "body.icon")
    write_schema(pen, source, body.get("properties", {}), "body.properties")
    if "title" not in source.properties:
        raise errors.invalid("Title is not provided: a data source needs exactly one title property.")
    world.add_data_source(source)
    world.revision += 1
    return data_source_answer(call.reader, source)


@endpoint("PATCH", "/data_sources/{data_source_id}", "title description icon properties in_trash parent", apart=True)
def update_data_source(call: Call) -> Json:
    pen, body = call.pen(access.UPDATE_CONTENT), call.body
    source = pen.connection.data_source(call.params["data_source_id"])
    if is_trashed(source) and body.get("in_trash") is not False:
        raise archived("database")
    for key in ("title", "description"):
        if key in body:
            setattr(source, key, _words(pen, body, key))
    if "icon" in body:
        source.icon = read_icon(pen, body["icon"], "body.icon")
    if "properties" in body:
        write_schema(pen, source, body["properties"], "body.properties")
    if "parent" in body:
        _rehome(pen, source, body)
    if "in_trash" in body:
        source.in_trash = a_boolean(body["in_trash"], "body.in_trash")
    source.edited, source.edited_by = pen.now, pen.author
    pen.world.revision += 1
    return data_source_answer(call.reader, source)


def _rehome(pen: Pen, source: DataSource, body: Json) -> None:
    database = read_parent(pen, body["parent"], ("database_id",))
    if isinstance(database, Database) and database is not source.database:
        source.database.data_sources.remove(source)
        database.data_sources.append(source)
        source.database = database
