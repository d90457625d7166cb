"""Comments. https://developers.notion.com/reference/comment-object"""

from typing import Any

from apps.notion.file_objects import HostedFile
from apps.notion.model import NO_UPLOADS, Json, NotionModel, Uploads, payload_of
from apps.notion.parents import Parent
from apps.notion.refusals import NeedsUpload
from apps.notion.rich_text import RichText
from apps.notion.users import User


class Attachment(NotionModel):
    """`category` is Notion's guess at what the file is: `image`, `pdf`, `productivity`, …"""

    category: str | None = None
    file: HostedFile

    def payload(self, uploads: Uploads = NO_UPLOADS) -> Json:
        upload = uploads.get(self.file.address)
        if upload is None:
            raise NeedsUpload("attachment", self.file.address, None)
        return {"file_upload_id": upload}


class Comment(NotionModel):
    object: str
    id: str
    parent: Parent | None = None
    discussion_id: str | None = None
    rich_text: RichText = []
    attachments: list[Attachment] = []
    display_name: dict[str, Any] | None = None
    created_time: str | None = None
    last_edited_time: str | None = None
    created_by: User | None = None

    def payload(self, uploads: Uploads = NO_UPLOADS) -> Json:
        """What a comment is made with, but for its place: a parent, or the discussion it answers to."""
        written: Json = {"rich_text": payload_of(self.rich_text, uploads)}
        if self.attachments:
            written["attachments"] = payload_of(self.attachments, uploads)
        return written
