"""Whole objects as the API answers with them. `OBJECTS` holds a reader for each name that `object` can have."""

from collections.abc import Callable
from typing import Any

from apps.notion.blocks import parse_block
from apps.notion.model import Json, NotionModel
from apps.notion.objects.comment import Comment
from apps.notion.objects.database import Database, DataSource
from apps.notion.objects.page import Page
from apps.notion.objects.service import (
    AsyncTask,
    ErrorBody,
    FileUpload,
    Listing,
    PageMarkdown,
    TemplateListing,
    ViewQuery,
)
from apps.notion.objects.view import View
from apps.notion.properties import PropertyItem
from apps.notion.refusals import Unreadable
from apps.notion.users import User

OBJECTS: dict[str, Callable[[Any], NotionModel]] = {
    "async_task": AsyncTask.parse,
    "block": parse_block,
    "comment": Comment.parse,
    "data_source": DataSource.parse,
    "database": Database.parse,
    "error": ErrorBody.parse,
    "file_upload": FileUpload.parse,
    "group": User.parse,
    "list": Listing.parse,
    "page": Page.parse,
    "page_markdown": PageMarkdown.parse,
    "property_item": PropertyItem.parse,
    "user": User.parse,
    "view": View.parse,
    "view_query": ViewQuery.parse,
}


class UnknownObject(NotionModel):
    """An object that we do not know; nothing of it is lost."""

    object: str = ""


def parse_object(raw: Json) -> NotionModel:
    """Reads an answer of any kind. Raises `Unreadable` when a known object has a shape that does not fit it."""
    if not isinstance(raw, dict):
        raise Unreadable("object", "not an object")
    if "object" not in raw and "templates" in raw:
        return TemplateListing.parse(raw)
    kind = raw.get("object", "")
    return OBJECTS.get(kind if isinstance(kind, str) else "", UnknownObject.parse)(raw)


__all__ = [
    "OBJECTS",
    "AsyncTask",
    "Comment",
    "DataSource",
    "Database",
    "ErrorBody",
    "FileUpload",
    "Listing",
    "Page",
    "PageMarkdown",
    "TemplateListing",
    "UnknownObject",
    "View",
    "ViewQuery",
    "parse_object",
]
