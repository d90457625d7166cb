"""Databases, which hold data sources, and data sources, which hold rows.

https://developers.notion.com/reference/database and https://developers.notion.com/reference/data-source
"""

from typing import Annotated

from pydantic import PlainValidator

from apps.notion.file_objects import FileObject
from apps.notion.icons import Icon
from apps.notion.model import NO_UPLOADS, Json, NotionModel, Uploads, payload_of
from apps.notion.parents import Parent
from apps.notion.properties import PropertySchema, parse_schema
from apps.notion.rich_text import RichText, plain_text
from apps.notion.users import User

Schema = dict[str, Annotated[PropertySchema, PlainValidator(parse_schema)]]


class DataSourceRef(NotionModel):
    id: str
    name: str | None = None


class Container(NotionModel):
    """What a database and a data source share."""

    object: str
    id: str
    parent: Parent | None = None
    title: RichText = []
    description: RichText = []
    icon: Icon | None = None
    cover: FileObject | None = None
    is_inline: bool = False
    created_time: str | None = None
    last_edited_time: str | None = None
    in_trash: bool = False
    url: str | None = None
    public_url: str | None = None

    @property
    def name(self) -> str:
        return plain_text(self.title)


class Database(Container):
    data_sources: list[DataSourceRef] = []
    is_locked: bool = False

    def payload(self, uploads: Uploads = NO_UPLOADS) -> Json:
        """What a database is created or updated with, but for its parent and data source."""
        written: Json = {
            "title": payload_of(self.title, uploads),
            "description": payload_of(self.description, uploads),
            "is_inline": self.is_inline,
            "icon": payload_of(self.icon, uploads),
        }
        return written if self.is_inline else written | {"cover": payload_of(self.cover, uploads)}


class DataSource(Container):
    """`parent` is the database, `database_parent` where that lies."""

    properties: Schema = {}
    database_parent: Parent | None = None
    created_by: User | None = None
    last_edited_by: User | None = None

    def payload(self, uploads: Uploads = NO_UPLOADS) -> Json:
        """What a data source is created with, but for its parent; properties are under their names."""
        return {
            "title": payload_of(self.title, uploads),
            "icon": payload_of(self.icon, uploads),
            "properties": {name: schema.payload(uploads) for name, schema in self.properties.items()},
        }
