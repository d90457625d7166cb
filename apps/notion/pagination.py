"""Walking through a listing that Notion hands out in portions.

Source: https://developers.notion.com/reference/intro#pagination
"""

from collections.abc import AsyncIterator, Awaitable
from dataclasses import dataclass
from typing import Any, Protocol

from apps.notion.errors import InvalidCursor, MalformedResponse, NotionError

Json = dict[str, Any]
RESTARTS = 3  # a listing that dies oftener than this in one walk is given up for now


class Listing(Protocol):
    """Any listing method of the client with its other arguments bound, e.g. by `functools.partial`."""

    def __call__(self, *, cursor: str | None) -> Awaitable[Json]: ...


class ListingIncomplete(NotionError):
    """Notion ended the listing early although there is more (10,000 rows per query); `code` is its reason."""

    explanation = "Notion did not list everything: a query gives at most 10,000 results."


@dataclass(frozen=True, slots=True)
class Batch:
    """One portion of a listing.

    `results` are the objects as Notion sent them, without those given out before a restart.
    `next_cursor` continues after this batch (None: this was the last). `incomplete` is Notion's reason for
    not listing everything. `restarted` says that the cursor had gone stale and the listing began anew: what
    an earlier walk had kept beyond the given start cursor is then given out again.
    """

    results: list[Json]
    next_cursor: str | None
    incomplete: str | None = None
    restarted: bool = False


async def paginate(listing: Listing, cursor: str | None = None) -> AsyncIterator[Batch]:
    """All batches from `cursor` on.

    A stale cursor starts the listing again (at most `RESTARTS` times); objects already given out by this walk
    are recognised by id, entries without an id of their own (property items) by position.
    Raises `MalformedResponse` when the listing turns in a circle: more is promised without a new cursor.
    """
    given = _GivenOut()
    visited: set[str] = set()
    restarts = 0
    while True:
        try:
            answer = await listing(cursor=cursor)
        except InvalidCursor:
            if cursor is None or restarts == RESTARTS:
                raise
            cursor = None
            restarts += 1
            visited.clear()
            given.rewind()
            continue
        cursor = _next_cursor(answer, visited)
        yield Batch(
            results=given.new(_results(answer)),
            next_cursor=cursor,
            incomplete=incomplete_reason(answer),
            restarted=restarts > 0,
        )
        if cursor is None:
            return


async def each(listing: Listing) -> AsyncIterator[Json]:
    """Every object of the listing. Raises `ListingIncomplete` at the end where Notion left objects out."""
    reason = None
    async for batch in paginate(listing):
        reason = reason or batch.incomplete
        for result in batch.results:
            yield result
    if reason:
        raise ListingIncomplete(code=reason)


def incomplete_reason(answer: Json) -> str | None:
    """Why Notion cut the listing off (`query_result_limit_reached`), or None when it is whole."""
    status = answer.get("request_status")
    if isinstance(status, dict) and status.get("type") == "incomplete":
        return str(status.get("incomplete_reason") or "incomplete")
    return None


def _results(answer: Json) -> list[Json]:
    results = answer.get("results", answer.get("templates"))  # the list of templates has an envelope of its own
    if not isinstance(results, list):
        raise MalformedResponse("A listing came without its results.", request_id=answer.get("request_id"))
    return results


def _next_cursor(answer: Json, visited: set[str]) -> str | None:
    if not answer.get("has_more"):
        return None
    cursor = answer.get("next_cursor")
    if not isinstance(cursor, str) or cursor in visited:
        raise MalformedResponse(
            "The listing turns in a circle: it promises more but names no new place to go on from.",
            request_id=answer.get("request_id"),
        )
    visited.add(cursor)
    return cursor


class _GivenOut:
    """Remembers what a walk has given out, so that a restarted listing does not give it out twice."""

    def __init__(self) -> None:
        self._ids: set[str] = set()
        self._nameless = 0
        self._skip = 0

    def rewind(self) -> None:
        self._skip = self._nameless

    def new(self, results: list[Json]) -> list[Json]:
        ids = {result.get("id") for result in results if result.get("object") != "property_item"}
        if len(ids) == len(results) and None not in ids and self._ids.isdisjoint(ids):
            self._ids.update(result["id"] for result in results)  # as nearly always
            return results
        return [result for result in results if self._is_new(result)]

    def _is_new(self, result: Json) -> bool:
        if result.get("object") == "property_item" or "id" not in result:
            if self._skip:
                self._skip -= 1
                return False
            self._nameless += 1
            return True
        known = len(self._ids)
        self._ids.add(result["id"])
        return len(self._ids) > known
