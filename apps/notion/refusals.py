"""What the content library refuses, and why: reading a broken shape, writing what the API does not take."""


class Unreadable(ValueError):
    """A known type came in a shape that this library cannot read. Keep the raw object and show a placeholder."""

    def __init__(self, kind: str, reason: str) -> None:
        super().__init__(f"{kind}: {reason}")
        self.kind = kind
        self.reason = reason


class NotWritable(Exception):
    """The API does not accept this content in a write. `kind` is Notion's type name."""

    def __init__(self, kind: str, reason: str) -> None:
        super().__init__(f"{kind} cannot be written: {reason}")
        self.kind = kind
        self.reason = reason


class ReadOnlyBlock(NotWritable):
    """A block type that Notion only returns (child pages, unsupported blocks, meeting notes, …)."""


class ReadOnlyProperty(NotWritable):
    """A property value or schema that Notion computes itself (formula, rollup, created_time, …)."""


class ReadOnlyRun(NotWritable):
    """A rich text run that Notion only returns (link previews). `Run.as_text()` gives a writable stand-in."""


class NeedsUpload(NotWritable):
    """A file stored by Notion: its address cannot be written back, its bytes must be uploaded first.

    Upload them (`POST /v1/file_uploads`), then call `payload` again with `uploads={url: file_upload_id}`,
    where `url` is this error's `url` (the address without its signature).
    """

    def __init__(self, kind: str, url: str, name: str | None) -> None:
        super().__init__(kind, f"the file at {url} must be uploaded first")
        self.url = url
        self.name = name
