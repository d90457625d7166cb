"""Pages, rows of data sources among them. https://developers.notion.com/reference/page"""

from typing import Annotated

from pydantic import PlainValidator

from apps.notion.file_objects import FileObject
from apps.notion.icons import Icon
from apps.notion.model import NO_UPLOADS, Json, NotionModel, Uploads, payload_of
from apps.notion.parents import Parent
from apps.notion.properties import PropertyValue, parse_property
from apps.notion.properties.title import TitleValue
from apps.notion.users import User


class Page(NotionModel):
    """`is_archived` is the app's archive, `in_trash` its trash. Without the right to read only the id is there."""

    object: str
    id: str
    parent: Parent | None = None
    properties: dict[str, Annotated[PropertyValue, PlainValidator(parse_property)]] = {}
    icon: Icon | None = None
    cover: FileObject | None = None
    created_time: str | None = None
    last_edited_time: str | None = None
    created_by: User | None = None
    last_edited_by: User | None = None
    in_trash: bool = False
    is_archived: bool = False
    is_locked: bool = False
    url: str | None = None
    public_url: str | None = None

    @property
    def title(self) -> str:
        titles = (value.text() for value in self.properties.values() if isinstance(value, TitleValue))
        return next(titles, "")

    def payload(self, uploads: Uploads = NO_UPLOADS) -> Json:
        """What a page is created or updated with, but for its parent. Computed properties are left out."""
        written = {"icon": payload_of(self.icon, uploads), "cover": payload_of(self.cover, uploads)}
        properties = {name: value.payload(uploads) for name, value in self.properties.items() if not value.read_only}
        return written | {"properties": properties}
