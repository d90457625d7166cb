"""What a version of the API is to the client: two translations, and what it cannot say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, TypeAlias

from apps.notion.versions.data_source_ids import DataSourceIds

Json: TypeAlias = dict[str, Any]
Query: TypeAlias = Mapping[str, str | int | Sequence[str] | None]


@dataclass(frozen=True, slots=True)
class Request:
    """One request. `path` is percent-encoded and begins with `/v1/`."""

    method: str
    path: str
    query: Query | None = None
    body: Mapping[str, Any] | None = None

    @property
    def parts(self) -> list[str]:
        """The path behind `/v1`, in pieces: `["pages", "<id>"]`."""
        return self.path.split("/")[2:]

    def at(self, *parts: str) -> "Request":
        """The same request elsewhere."""
        return replace(self, path="/".join(("/v1", *parts)))

    def saying(self, body: Mapping[str, Any] | None) -> "Request":
        return replace(self, body=body)


@dataclass(frozen=True, slots=True)
class Untold:
    """Something that a version does not tell: a code, and words for the customer that follow “does not tell”."""

    code: str
    what: str


class Version:
    """The newest version: everything is said in the library's own words. The others translate.

    An instance belongs to one client: what it has learned about ids belongs to one workspace.
    """

    date: ClassVar[str]
    untold: ClassVar[tuple[Untold, ...]] = ()

    def __init__(self, ids: DataSourceIds | None = None) -> None:
        self.ids = ids or DataSourceIds()

    @classmethod
    def silence(cls) -> str:
        """A sentence on all that the version does not tell; empty when there is nothing."""
        if not cls.untold:
            return ""
        return f"Read with API version {cls.date}, which does not tell {'; '.join(each.what for each in cls.untold)}."

    def write(self, request: Request) -> Request:
        """Our request in the words of this version. Raises `NotInVersion` for what it cannot say."""
        return request

    def refused(self, request: Request) -> None:
        """Notion said that a newer version is needed for `request` (our own one)."""

    def read(self, request: Request, answer: Json) -> Json:
        """The answer to `request` (our own one) in our words. May change `answer`."""
        return answer
