"""Answers that carry or accompany content: listings, errors, uploads, tasks, Markdown. They are only read."""

from typing import Any, Literal

from apps.notion.model import NotionModel
from apps.notion.users import User


class Listing(NotionModel):
    """One page of a listing. `request_status` tells whether a query reached Notion's limit of rows."""

    object: Literal["list"]
    results: list[dict[str, Any]]
    next_cursor: str | None
    has_more: bool
    type: str | None = None
    request_status: dict[str, Any] | None = None


class Template(NotionModel):
    id: str
    name: str
    is_default: bool = False


class TemplateListing(NotionModel):
    """Templates of a data source: the one listing without `object`."""

    templates: list[Template]
    next_cursor: str | None
    has_more: bool


class ErrorBody(NotionModel):
    """https://developers.notion.com/reference/status-codes"""

    object: Literal["error"]
    status: int
    code: str
    message: str
    additional_data: dict[str, Any] | None = None
    request_id: str | None = None


class FileUpload(NotionModel):
    """https://developers.notion.com/reference/file-upload"""

    object: Literal["file_upload"]
    id: str
    status: str
    filename: str | None = None
    content_type: str | None = None
    content_length: int | None = None
    created_time: str | None = None
    expiry_time: str | None = None
    upload_url: str | None = None
    created_by: User | None = None
    file_import_result: dict[str, Any] | None = None


class AsyncTask(NotionModel):
    object: Literal["async_task"]
    id: str
    status: str
    status_url: str | None = None
    poll_after_seconds: int | float | None = None
    operation: dict[str, Any] | None = None
    result: dict[str, Any] | None = None
    error: dict[str, Any] | None = None


class PageMarkdown(NotionModel):
    """A page as Notion's own Markdown; what it could not say is in `unknown_block_ids`."""

    object: Literal["page_markdown"]
    id: str
    markdown: str
    truncated: bool
    unknown_block_ids: list[str]


class ViewQuery(NotionModel):
    """The rows that a view shows, kept by Notion for 15 minutes. A deleted one has only its id."""

    object: Literal["view_query"]
    id: str
    view_id: str | None = None
    total_count: int | None = None
    results: list[dict[str, Any]] = []
    next_cursor: str | None = None
    has_more: bool = False
    expires_at: str | None = None
