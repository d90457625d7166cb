"""Connections: who holds a token, what was shared with them and what they may do."""

from dataclasses import dataclass, field
from typing import Final

from apps.sandbox import errors
from apps.sandbox.world.objects import Block, Comment, Database, DatabaseView, DataSource, Page
from apps.sandbox.world.tree import Container, ancestry
from apps.sandbox.world.world import World

READ_CONTENT: Final = "read_content"
UPDATE_CONTENT: Final = "update_content"
INSERT_CONTENT: Final = "insert_content"
READ_COMMENTS: Final = "read_comments"
INSERT_COMMENTS: Final = "insert_comments"
READ_USERS: Final = "read_users"
READ_EMAILS: Final = "read_emails"
CAPABILITIES: Final = frozenset(
    {
        READ_CONTENT,
        UPDATE_CONTENT,
        INSERT_CONTENT,
        READ_COMMENTS,
        INSERT_COMMENTS,
        READ_USERS,
        READ_EMAILS,
    }
)


@dataclass(slots=True, eq=False)
class Connection:
    """A bot in a workspace. ``shared`` holds the ids of the pages it was added to; their descendants follow."""

    id: str
    name: str
    world: World
    shared: set[str]
    capabilities: frozenset[str] = CAPABILITIES
    owner_id: str | None = None
    """The user who authorised it; None for an internal connection, which the workspace owns."""
    tokens: set[str] = field(default_factory=set)

    def require(self, capability: str) -> None:
        if capability not in self.capabilities:
            raise errors.restricted()

    def sees(self, container: Container) -> bool:
        return any(each.id in self.shared for each in ancestry(container))

    def missing(self, kind: str, identifier: str) -> errors.ApiError:
        return errors.not_found(kind, identifier, self.id, self.name)

    def page(self, identifier: str) -> Page:
        page = self.world.pages.get(identifier)
        if page is None or not self.sees(page):
            raise self.missing("page", identifier)
        return page

    def database(self, identifier: str) -> Database:
        """Raises 400 for a linked database, whose data sources the API cannot read."""
        database = self.world.databases.get(identifier)
        if database is None or database.linked == "missing" or not self.sees(database):
            raise self.missing("database", identifier)
        if database.linked:
            raise errors.no_sources(identifier)
        return database

    def data_source(self, identifier: str) -> DataSource:
        data_source = self.world.data_sources.get(identifier)
        if data_source is None or not self.sees(data_source):
            raise self.missing("data_source", identifier)
        return data_source

    def view(self, identifier: str) -> DatabaseView:
        view = self.world.views.get(identifier)
        if view is None or not self.sees(view.database):
            raise self.missing("view", identifier)
        return view

    def block(self, identifier: str) -> Block | Page | Database:
        """A block; pages and databases may be addressed as blocks too."""
        found: Block | Page | Database | None = (
            self.world.pages.get(identifier)
            or self.world.databases.get(identifier)
            or self.world.find_block(identifier)
        )
        if found is None or not self.sees(found.page if isinstance(found, Block) else found):
            raise self.missing("block", identifier)
        return found

    def comment(self, identifier: str) -> Comment:
        comment = self.world.find_comment(identifier)
        if comment is None or not self.sees(comment.page):
            raise self.missing("comment", identifier)
        return comment
