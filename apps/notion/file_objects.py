"""File objects: stored by Notion, elsewhere, or just uploaded. https://developers.notion.com/reference/file-object"""

from typing import ClassVar

from apps.notion.model import NO_UPLOADS, Json, NotionModel, Tagged, Uploads
from apps.notion.refusals import NeedsUpload
from apps.notion.storage import without_query


class HostedFile(NotionModel):
    """A file in Notion's storage. Its address carries a signature that is good for one hour."""

    url: str
    expiry_time: str | None = None

    @property
    def address(self) -> str:
        """The address without its signature: the same at every reading."""
        return without_query(self.url)


class ExternalFile(NotionModel):
    url: str


class FileUploadRef(NotionModel):
    id: str


class FileObject(Tagged):
    """`name` is there for files in a `file` block and in a files property."""

    file: HostedFile | None = None
    external: ExternalFile | None = None
    file_upload: FileUploadRef | None = None
    name: str | None = None

    kinds: ClassVar[frozenset[str]] = frozenset({"file", "external", "file_upload"})

    @property
    def url(self) -> str | None:
        if self.type == "file" and self.file:
            return self.file.url
        return self.external.url if self.type == "external" and self.external else None

    @property
    def hosted(self) -> bool:
        """Stored by Notion, so that the address alone is worthless after an hour."""
        return self.type == "file"

    @property
    def label(self) -> str:
        """The given name, or the last part of the address."""
        return self.name or without_query(self.url or "").rstrip("/").rpartition("/")[2] or self.type

    def payload(self, uploads: Uploads = NO_UPLOADS) -> Json:
        written = super().payload(uploads)
        if self.type == "file" and self.file:
            upload = uploads.get(self.file.address)
            if upload is None:
                raise NeedsUpload("file", self.file.address, self.name)
            del written["file"]
            written |= {"type": "file_upload", "file_upload": {"id": upload}}
        return written
