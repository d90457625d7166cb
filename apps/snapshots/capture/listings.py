"""Listings of a whole workspace: search, people, custom emojis, file uploads."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from apps.notion.client import NotionClient
from apps.notion.errors import (
    InvalidCursor,
    MalformedResponse,
    ObjectNotFound,
    RestrictedResource,
    ValidationFailed,
)
from apps.notion.normalise import canonical, normalise
from apps.notion.pagination import incomplete_reason
from apps.notion.storage import without_query
from apps.snapshots.capture.anatomy import is_partial, page_kind, place_of, title_of
from apps.snapshots.capture.files_in import FileRef
from apps.snapshots.capture.found_files import PUBLIC, file_found
from apps.snapshots.capture.steps import Found, Node, Step, ended
from apps.snapshots.models import Kind, NodeKind, NodeState, Turn
from apps.snapshots.store.bodies import pack
from apps.snapshots.store.versions import Draft

Json = dict[str, Any]
Ask = Callable[[str | None], Awaitable[Json]]
RESTARTS = 5


class ListingReader:
    """One portion of a listing per step. What it names twice is known by its id."""

    def __init__(self, client: NotionClient) -> None:
        self._client = client

    async def read(self, node: Node) -> Step:
        step = Step(node, None)
        cursor, restarts = _resumed(node.cursor)
        try:
            answer = await self._ask(NodeKind(node.kind), cursor)
        except InvalidCursor:
            if cursor is None or restarts == RESTARTS:
                raise
            step.cursor = _stored(None, restarts + 1)
            return step
        except (RestrictedResource, ObjectNotFound, ValidationFailed) as error:
            if node.kind not in (NodeKind.USERS, NodeKind.CUSTOM_EMOJIS, NodeKind.FILE_UPLOADS):
                raise
            refused = isinstance(error, RestrictedResource) and node.kind != NodeKind.FILE_UPLOADS
            return ended(node, "no_capability" if refused else "unlisted", error.reference())
        for raw in _results(answer):
            self._take(step, raw)
        self._advance(step, answer, cursor, restarts)
        return step

    async def _ask(self, kind: NodeKind, cursor: str | None) -> Json:
        match kind:
            case NodeKind.SEARCH_PAGES:
                return await self._client.search(cursor, object_kind="page")
            case NodeKind.SEARCH_DATA_SOURCES:
                return await self._client.search(cursor, object_kind="data_source")
            case NodeKind.USERS:
                return await self._client.list_users(cursor)
            case NodeKind.CUSTOM_EMOJIS:
                return await self._client.list_custom_emojis(cursor)
            case NodeKind.FILE_UPLOADS:
                return await self._client.list_file_uploads(cursor)
        raise ValueError(f"{kind} is not a listing of the workspace.")

    def _take(self, step: Step, raw: Json) -> None:
        match step.node.kind:
            case NodeKind.USERS:
                self._keep(step, raw, Kind.USER)
            case NodeKind.CUSTOM_EMOJIS:
                self._keep(step, raw, Kind.CUSTOM_EMOJI)
                step.found += _picture(raw)
            case NodeKind.FILE_UPLOADS:
                self._keep(step, raw, Kind.FILE_UPLOAD)
            case _:
                step.found.append(_searched(raw))

    def _keep(self, step: Step, raw: Json, kind: Kind) -> None:
        """These are whole in the listing itself."""
        title, object_id = title_of(raw), UUID(raw["id"])
        packed = pack(canonical(normalise(raw)))
        step.drafts.append(Draft(object_id, kind, title, f"{title[:40].casefold()}", packed))
        step.found.append(Found(object_id, kind, title=title, state=NodeState.DONE, turn=None))

    def _advance(self, step: Step, answer: Json, cursor: str | None, restarts: int) -> None:
        if answer.get("has_more"):
            following = answer.get("next_cursor")
            if not isinstance(following, str) or following == cursor:
                raise MalformedResponse("The listing turns in a circle.", request_id=answer.get("request_id"))
            step.cursor = _stored(following, restarts)
        elif incomplete_reason(answer):
            step.state, step.reason = NodeState.CAPPED, "listing_cut"
        else:
            step.state = NodeState.DONE


def _results(answer: Json) -> list[Json]:
    results = answer.get("results")
    if not isinstance(results, list):
        raise MalformedResponse("A listing came without its results.", request_id=answer.get("request_id"))
    return results


def _picture(emoji: Json) -> list[Found]:
    """An emoji's picture lies in Notion's store at a public address that does not run out."""
    url = emoji.get("url")
    if not isinstance(url, str) or not url:
        return []
    ref = FileRef(without_query(url), url, hosted=True)
    return [file_found(ref, UUID(emoji["id"]), {"kind": PUBLIC, "id": emoji["id"]})]


def _searched(raw: Json) -> Found:
    """What search shows is whole. Rows come again with their data source, and what lies in a block comes again with
    its page, which alone knows where; these are left until nothing else is."""
    object_id = UUID(raw["id"])
    if raw.get("object") == "data_source":
        reason = "trashed" if raw.get("in_trash") else ""
        state = NodeState.SKIPPED if reason else NodeState.PENDING
        parent = place_of(raw).container
        turn = None if reason else Turn.FRESH
        return Found(object_id, Kind.DATA_SOURCE, parent, None, title_of(raw), state, turn, raw, reason=reason)
    if is_partial(raw):
        return Found(object_id, Kind.PAGE, title=title_of(raw))
    kind, place = page_kind(raw), place_of(raw)
    if kind is Kind.ROW:
        return Found(object_id, kind, place.container, title=title_of(raw), turn=Turn.LAST)
    turn = Turn.LAST if place.block is not None else Turn.FRESH
    return Found(object_id, kind, place.container, title=title_of(raw), turn=turn, raw=raw)


def _resumed(stored: str) -> tuple[str | None, int]:
    """The cursor, and how often the listing began anew."""
    if not stored:
        return None, 0
    restarts, _, cursor = stored.partition(" ")
    return cursor or None, int(restarts)


def _stored(cursor: str | None, restarts: int) -> str:
    return f"{restarts} {cursor or ''}"
