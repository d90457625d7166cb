"""Files. Writing replaces all of them."""

from typing import Literal

from apps.notion import nodes
from apps.notion.file_objects import FileObject
from apps.notion.lowering import Lowering
from apps.notion.model import NO_UPLOADS, Empty, Json, Uploads
from apps.notion.properties.property import Plain, PropertySchema, PropertyValue, join, register


class AttachedFile(FileObject):
    def payload(self, uploads: Uploads = NO_UPLOADS) -> Json:
        """Where a stored file stays attached, its fresh (signed) address may be written back; else it is uploaded."""
        if self.file and self.file.expiry_time and self.file.address not in uploads:
            return {"name": self.label, "type": "file", "file": {"url": self.file.url}}
        return super().payload(uploads)


class FilesValue(PropertyValue):
    type: Literal["files"]
    files: list[AttachedFile]

    def text(self) -> str:
        return join(file.label for file in self.files)

    def plain(self, lowering: Lowering) -> Plain:
        return [href.url if (href := lowering.file(file)) else file.label for file in self.files]

    def line(self, lowering: Lowering) -> nodes.Line:
        return nodes.separated((nodes.Mention("file", file.label, lowering.file(file)),) for file in self.files)


class FilesSchema(PropertySchema):
    type: Literal["files"]
    files: Empty


register(FilesValue, FilesSchema)
