"""Views of databases. https://developers.notion.com/reference/view"""

from typing import Any

from apps.notion.model import NO_UPLOADS, Json, NotionModel, Uploads
from apps.notion.parents import Parent
from apps.notion.users import User

WRITTEN = ("data_source_id", "name", "type", "filter", "sorts", "quick_filters", "configuration")


class View(NotionModel):
    """Listings carry only `object` and `id`. A filter names properties by name or id, a configuration by id."""

    object: str
    id: str
    parent: Parent | None = None
    data_source_id: str | None = None
    name: str | None = None
    type: str | None = None
    filter: dict[str, Any] | None = None
    sorts: list[Any] | None = None
    quick_filters: dict[str, Any] | None = None
    configuration: dict[str, Any] | None = None
    dashboard_view_id: str | None = None
    url: str | None = None
    created_time: str | None = None
    last_edited_time: str | None = None
    created_by: User | None = None
    last_edited_by: User | None = None

    def payload(self, uploads: Uploads = NO_UPLOADS) -> Json:
        """What a view is created with, but for its place. The layout of a dashboard is not writable."""
        written = {name: value for name in WRITTEN if (value := getattr(self, name)) is not None}
        if self.type == "dashboard":
            written.pop("configuration", None)
        elif self.configuration:
            written["configuration"] = _without_names(self.configuration)
        return written


def _without_names(value: Any) -> Any:
    """A configuration without the names that Notion adds beside the ids of properties."""
    if isinstance(value, list):
        return [_without_names(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {name: _without_names(item) for name, item in value.items() if not name.endswith("property_name")}
