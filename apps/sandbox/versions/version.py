"""What a version of the API is to the sandbox."""

from collections.abc import Callable
from dataclasses import dataclass

from apps.sandbox.world.json import Json


@dataclass(frozen=True, slots=True)
class Version:
    """The sandbox thinks in the newest version. ``read_body`` turns a request of this one into its words,
    ``write_answer`` an answer the other way round; both are None where there is no difference.
    """

    name: str
    read_body: Callable[[Json], Json] | None = None
    write_answer: Callable[[Json], Json] | None = None
    apart: bool = True
    """Whether data sources are apart from databases. Before, a database was its own and only one."""

    @property
    def source_kind(self) -> str:
        """What a table of rows is called."""
        return "data_source" if self.apart else "database"

    @property
    def mixed_listing(self) -> str:
        """The type of listings that hold pages and tables."""
        return f"page_or_{self.source_kind}"
