"""Databases, data sources and views as the API answers them."""

from typing import Any

from apps.sandbox import ids, times
from apps.sandbox.reading.parents import parent_of, partial_user
from apps.sandbox.reading.reader import APP, Reader
from apps.sandbox.reading.values import visible_properties
from apps.sandbox.world.json import Json
from apps.sandbox.world.objects import Database, DatabaseView, DataSource, Property
from apps.sandbox.world.rich_text import plain_text
from apps.sandbox.world.tree import is_trashed


def database_answer(reader: Reader, database: Database) -> Json:
    return {
        "object": "database",
        "id": database.id,
        "title": database.title,
        "description": database.description,
        "parent": parent_of(database.parent),
        "is_inline": database.is_inline,
        "in_trash": is_trashed(database),
        "is_locked": database.is_locked,
        "created_time": times.millisecond(database.created),
        "last_edited_time": times.millisecond(database.edited),
        "data_sources": [{"id": source.id, "name": plain_text(source.title)} for source in database.living_sources],
        "icon": database.icon,
        "cover": database.cover,
        "url": APP + ids.plain(database.id),
        "public_url": None,
    }


def data_source_answer(reader: Reader, source: DataSource) -> Json:
    database = source.database
    return {
        "object": "data_source",
        "id": source.id,
        "cover": source.cover,
        "icon": source.icon,
        "created_time": times.minute(source.created),
        "created_by": partial_user(source.created_by),
        "last_edited_by": partial_user(source.edited_by),
        "last_edited_time": times.minute(source.edited),
        "title": source.title,
        "description": source.description,
        "is_inline": database.is_inline,
        "properties": {prop.name: schema_entry(prop) for prop in visible_properties(reader, source)},
        "parent": {"type": "database_id", "database_id": database.id},
        "database_parent": parent_of(database.parent),
        "url": APP + ids.plain(database.id),
        "public_url": None,
        "in_trash": is_trashed(source),
    }


def single_database_answer(reader: Reader, source: DataSource) -> Json:
    """Before 2025-09-03: the database with the schema of its only data source."""
    database = source.database
    return {
        "object": "database",
        "id": database.id,
        "cover": database.cover,
        "icon": database.icon,
        "created_time": times.minute(database.created),
        "created_by": partial_user(database.created_by),
        "last_edited_by": partial_user(database.edited_by),
        "last_edited_time": times.minute(database.edited),
        "title": database.title,
        "description": database.description,
        "is_inline": database.is_inline,
        "properties": {prop.name: schema_entry(prop) for prop in visible_properties(reader, source)},
        "parent": parent_of(database.parent),
        "url": APP + ids.plain(database.id),
        "public_url": None,
        "in_trash": is_trashed(source),
    }


def schema_entry(prop: Property) -> Json:
    return {
        "id": prop.id,
        "name": prop.name,
        "description": prop.description,
        "type": prop.type,
        prop.type: _configuration(prop),
    }


def _configuration(prop: Property) -> Any:
    match prop.type:
        case "select" | "multi_select":
            return {"options": [option.config() for option in prop.options]}
        case "status":
            return {"options": [option.config() for option in prop.options], "groups": _groups(prop)}
        case "relation":
            return _relation(prop)
        case _:
            return prop.config


def _groups(prop: Property) -> list[Json]:
    return [
        {**group, "option_ids": [option.id for option in prop.options if option.group == group["name"]]}
        for group in prop.groups
    ]


def _relation(prop: Property) -> Json:
    target = prop.target
    if target is None:
        return {"database_id": None, "data_source_id": None, "type": "single_property", "single_property": {}}
    kind = "single_property" if prop.twin is None else "dual_property"
    detail = {} if prop.twin is None else {"synced_property_name": prop.twin.name, "synced_property_id": prop.twin.id}
    return {"database_id": target.database.id, "data_source_id": target.id, "type": kind, kind: detail}


def view_answer(view: DatabaseView) -> Json:
    return {
        "object": "view",
        "id": view.id,
        "parent": {"type": "database_id", "database_id": view.database.id},
        "data_source_id": view.data_source.id,
        "name": view.name,
        "type": view.type,
        "created_time": times.millisecond(view.created),
        "created_by": partial_user(view.created_by),
        "last_edited_time": times.millisecond(view.edited),
        "last_edited_by": partial_user(view.edited_by),
        "url": f"{APP}{ids.plain(view.database.id)}?v={ids.plain(view.id)}",
        "filter": view.filter,
        "sorts": view.sorts,
        "quick_filters": None,
        "configuration": view.configuration or {"type": view.type},
    }
