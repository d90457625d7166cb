"""Ways up and down the tree of a workspace."""

from collections.abc import Iterator

from apps.sandbox.world.objects import Database, DataSource, InBlock, Page, Parent

Container = Page | Database | DataSource


def above(parent: Parent) -> Container | None:
    """The page, database or data source a direct parent belongs to."""
    return parent.page if isinstance(parent, InBlock) else parent


def ancestry(start: Container) -> Iterator[Container]:
    """``start`` and everything above it, up to the workspace."""
    here: Container | None = start
    while here is not None:
        yield here
        here = here.database if isinstance(here, DataSource) else above(here.parent)


def is_trashed(container: Container) -> bool:
    """Children of a trashed ancestor report trashed too."""
    return any(each.in_trash for each in ancestry(container))
