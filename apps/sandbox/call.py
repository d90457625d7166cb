"""One request to the API as an endpoint sees it, and the table of endpoints."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from apps.sandbox import errors, ids
from apps.sandbox.access import Connection
from apps.sandbox.reading.reader import Reader
from apps.sandbox.service import Service
from apps.sandbox.versions import Version
from apps.sandbox.world.json import Json
from apps.sandbox.world.world import World
from apps.sandbox.writing.pen import Pen

LARGEST_PAGE: Final = 100
T = TypeVar("T")


@dataclass(slots=True)
class Upload:
    """A part of a multipart form."""

    filename: str
    content_type: str
    data: bytes


@dataclass(slots=True)
class Call:
    service: Service
    connection: Connection
    reader: Reader
    version: Version
    params: Mapping[str, str]
    query: Mapping[str, list[str]]
    body: Json = field(default_factory=dict)
    form: Mapping[str, str | Upload] = field(default_factory=dict)

    @property
    def world(self) -> World:
        return self.connection.world

    def pen(self, capability: str) -> Pen:
        """To write with. Raises 403 without the capability."""
        self.connection.require(capability)
        return Pen(self.service, self.connection, self.service.now())

    def asked(self, name: str) -> str | None:
        """The last query parameter of that name."""
        values = self.query.get(name)
        return values[-1] if values else None

    def asked_id(self, name: str) -> str | None:
        """A query parameter that must be a UUID."""
        value = self.asked(name)
        if value is None:
            return None
        identifier = ids.normalise(value)
        if identifier is None:
            raise errors.bad_uuid("query", name, value)
        return identifier

    def page_size(self) -> int:
        """Raises 400 when it is not a number from 1 to 100."""
        where, value = self._paging("page_size")
        if value is None:
            return LARGEST_PAGE
        if isinstance(value, str) and value.isdigit():
            value = int(value)
        if not isinstance(value, int) or isinstance(value, bool):
            raise errors.invalid(
                f"{where} failed validation: {where}.page_size should be a number, instead was {errors.shown(value)}."
            )
        if not 1 <= value <= LARGEST_PAGE:
            bound = f"≤ `{LARGEST_PAGE}`" if value > LARGEST_PAGE else "≥ `1`"
            raise errors.invalid(
                f"{where} failed validation: {where}.page_size should be {bound}, instead was `{value}`."
            )
        return value

    def start_cursor(self) -> str | None:
        where, value = self._paging("start_cursor")
        if value is None or isinstance(value, str):
            return value or None
        raise errors.invalid(
            f"{where} failed validation: {where}.start_cursor should be a string, instead was {errors.shown(value)}."
        )

    def _paging(self, name: str) -> tuple[str, Any]:
        if name in self.body:
            return "body", self.body[name]
        return "query", self.asked(name)

    def page_of(self, items: Sequence[T], identify: Callable[[T], str]) -> tuple[Sequence[T], str | None]:
        """One page of a listing whose cursors are the id of the next item. Raises 400 for an unknown cursor."""
        size, cursor, start = self.page_size(), self.start_cursor(), 0
        if cursor is not None:
            wanted = ids.normalise(cursor) or cursor
            found = next((at for at, item in enumerate(items) if identify(item) == wanted), None)
            if found is None:
                raise errors.bad_cursor(cursor)
            start = found
        end = start + size
        return items[start:end], identify(items[end]) if end < len(items) else None


def listing(kind: str, results: Sequence[Any], next_cursor: str | None) -> Json:
    """The list envelope."""
    return {
        "object": "list",
        "results": results,
        "next_cursor": next_cursor,
        "has_more": next_cursor is not None,
        "type": kind,
        kind: {},
    }


Handler = Callable[[Call], Json]


@dataclass(frozen=True, slots=True)
class Endpoint:
    method: str
    path: str
    handler: Handler
    body_keys: frozenset[str] | None
    pattern: tuple[str, ...]
    apart: bool | None = None
    """None: in every version. Else only where data sources are, or are not yet, apart from databases."""

    def match(self, segments: Sequence[str]) -> dict[str, str] | None:
        """The path parameters, or None when the path, of the same length, is another one."""
        params = {}
        for wanted, given in zip(self.pattern, segments, strict=True):
            if wanted.startswith("{"):
                params[wanted[1:-1]] = given
            elif wanted != given:
                return None
        return params


class EndpointTable:
    def __init__(self) -> None:
        self._by_shape: dict[tuple[str, int, str], list[Endpoint]] = {}

    def add(self, endpoint: Endpoint) -> None:
        shape = (endpoint.method, len(endpoint.pattern), endpoint.pattern[0])
        self._by_shape.setdefault(shape, []).append(endpoint)

    def find(self, method: str, segments: Sequence[str], version: Version) -> tuple[Endpoint, dict[str, str]]:
        """Raises 400 for a URL that the version does not have."""
        for endpoint in self._by_shape.get((method, len(segments), segments[0]), []):
            params = endpoint.match(segments) if endpoint.apart in (None, version.apart) else None
            if params is not None:
                return endpoint, params
        raise errors.invalid_request_url()


ENDPOINTS: Final = EndpointTable()


def endpoint(
    method: str, path: str, body: str | None = None, *, apart: bool | None = None
) -> Callable[[Handler], Handler]:
    """Register a handler under ``/v1``; ``body`` names the keys a JSON body may have, others are refused.

    ``apart`` limits it to versions in which data sources are (True) or are not yet (False) apart from databases.
    """

    def register(handler: Handler) -> Handler:
        keys = None if body is None else frozenset(body.split())
        ENDPOINTS.add(Endpoint(method, path, handler, keys, tuple(path.split("/")[1:]), apart))
        return handler

    return register


def checked_params(params: dict[str, str]) -> dict[str, str]:
    """Path ids in dashed form. Raises 400 for what is not a UUID."""
    for name, value in params.items():
        if name.endswith("_id") and name != "property_id":
            identifier = ids.normalise(value)
            if identifier is None:
                raise errors.bad_uuid("path", name, value)
            params[name] = identifier
    return params


def checked_keys(endpoint: Endpoint, body: Json) -> None:
    """Raises 400 for a key the endpoint does not know."""
    for key in body:
        if endpoint.body_keys is None or key not in endpoint.body_keys:
            raise errors.not_present(f"body.{key}", body[key])
