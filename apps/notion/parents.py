"""Parents: where an object lives. https://developers.notion.com/reference/parent-object"""

from typing import ClassVar, Literal

from apps.notion.model import NO_UPLOADS, Json, Tagged, Uploads


class Parent(Tagged):
    """Always the direct parent: a page inside a toggle has a block as parent."""

    page_id: str | None = None
    block_id: str | None = None
    database_id: str | None = None
    data_source_id: str | None = None
    agent_id: str | None = None
    workspace: Literal[True] | None = None

    kinds: ClassVar[frozenset[str]] = frozenset(
        {"page_id", "block_id", "database_id", "data_source_id", "agent_id", "workspace"}
    )

    @property
    def object_id(self) -> str | None:
        """The id of the parent; None for the workspace."""
        return self.value if isinstance(self.value, str) else None

    def payload(self, uploads: Uploads = NO_UPLOADS) -> Json:
        # A row's parent is read with the database beside the data source, and written without it.
        return {"type": self.type, self.type: self.value}
