"""Reading a data source: schema, templates, and its rows in windows of creation time.

A query gives at most 10,000 rows, and its cursor may die. Rows are therefore listed by creation time: wherever a
listing ends early, the next one begins at the last time seen, and rows met twice are known by their id.
https://developers.notion.com/reference/query-a-data-source
"""

from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import orjson

from apps.notion.client import PAGE_SIZE, NotionClient
from apps.notion.errors import (
    InvalidCursor,
    MalformedResponse,
    NotInVersion,
    ObjectNotFound,
    RestrictedResource,
    ValidationFailed,
)
from apps.notion.normalise import canonical, normalise
from apps.notion.pagination import ListingIncomplete, each, incomplete_reason
from apps.snapshots.capture.anatomy import is_partial, place_of, shortened, sort_key, title_of
from apps.snapshots.capture.files_in import files_in
from apps.snapshots.capture.found_files import file_found
from apps.snapshots.capture.seeds import unlisted
from apps.snapshots.capture.steps import Found, Node, Step, Told, ended, hint, outside
from apps.snapshots.models import Kind, NodeKind, NodeState, Turn
from apps.snapshots.store.bodies import Line, pack
from apps.snapshots.store.versions import Draft

Json = dict[str, Any]
RESTARTS = 5
"""Dead cursors in a row, without a row of a later minute in between, after which a listing is given up."""
MINUTE = timedelta(minutes=1)
"""Creation times are floored to it."""
LIMIT = "query_result_limit_reached"
OLDEST_FIRST = [{"timestamp": "created_time", "direction": "ascending"}]


@dataclass(slots=True)
class Window:
    """How far the rows are listed. ``after``: creation time at which this window begins; ``last``: the last one seen.

    Archived rows are a listing of their own, after the others. ``rows`` were listed so far, ``again`` of them in the
    minute of ``last``. ``crowded`` is the first minute with more rows than a query gives, ``lacking`` what else Notion
    did not list.
    """

    after: str = ""
    last: str = ""
    cursor: str = ""
    archived: bool = False
    rows: int = 0
    again: int = 0
    restarts: int = 0
    crowded: str = ""
    lacking: str = ""

    @classmethod
    def read(cls, stored: str) -> "Window | None":
        return cls(**orjson.loads(stored)) if stored else None

    def stored(self) -> str:
        return orjson.dumps(asdict(self)).decode()

    def body(self) -> Json:
        """What the query asks for."""
        body: Json = {"sorts": OLDEST_FIRST, "page_size": PAGE_SIZE}
        if self.after:
            body["filter"] = {"timestamp": "created_time", "created_time": {"on_or_after": self.after}}
        if self.cursor:
            body["start_cursor"] = self.cursor
        if self.archived:
            body["is_archived"] = True
        return body

    def begin_anew(self) -> bool:
        """The cursor died. Whether it is worth going on from the last time seen."""
        self.restarts = self.restarts + 1 if self.last == self.after else 1
        self.go_on()
        return self.restarts <= RESTARTS

    def take(self, results: list[Json]) -> None:
        """Count a portion, in which the newest rows come last."""
        self.rows += len(results)
        for created in (row.get("created_time") for row in results):
            self.again = self.again + 1 if created == self.last else 1
            self.last = created or self.last

    def go_on(self) -> None:
        """List anew from the last time seen; the rows of that minute come again."""
        self.after, self.cursor = self.last, ""
        self.rows, self.again = self.rows - self.again, 0

    def skip_minute(self) -> bool:
        """Go on after a minute that has more rows than a query gives. False when it is not known where that is."""
        try:
            following = datetime.fromisoformat(self.last) + MINUTE
        except ValueError:
            return False
        self.crowded = self.crowded or self.last
        self.after = self.last = following.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:00.000Z")
        self.cursor, self.again = "", 0
        return True

    def of_archive(self) -> "Window":
        return Window(archived=True, rows=self.rows, crowded=self.crowded, lacking=self.lacking)


class DataSourceReader:
    """The first step reads the data source itself; each further one a portion of its rows."""

    def __init__(self, client: NotionClient) -> None:
        self._client = client

    async def read(self, node: Node) -> Step:
        window = Window.read(node.cursor)
        return await (self._rows(node, window) if window is not None else self._itself(node))

    async def _itself(self, node: Node) -> Step:
        raw = node.raw
        if raw is None or is_partial(raw):
            try:
                raw = await self._client.retrieve_data_source(node.notion_id)
            except ObjectNotFound as error:
                if node.missed:
                    return ended(node, "no_longer_reachable", error.reference(), gone=True)
                return outside(node) if node.hinted else ended(node, "not_shared", error.reference())
            except NotInVersion as error:
                return _one_of_several(node, error)
        if raw.get("in_trash"):
            return ended(node, "trashed", gone=True)
        window = Window()
        step = Step(node, None, title=title_of(raw))
        place = place_of(raw)
        packed = pack(canonical(normalise(raw)), await self._templates(node, step, window))
        step.cursor = window.stored()
        step.drafts.append(
            Draft(node.object, Kind.DATA_SOURCE, step.title, sort_key(raw), packed, place.container or node.parent)
        )
        owner = {"kind": "data_source", "id": node.notion_id}
        step.found += [file_found(ref, node.object, owner) for ref in files_in([raw.get("icon"), raw.get("cover")])]
        if node.place is None and place.container is not None and place.kind is not None:
            step.found.append(self._database_above(place.container, place.kind, raw))
        return step

    def _database_above(self, database: UUID, kind: Kind, raw: Json) -> Found:
        """Its database; one that lies in a block waits until the page's listing shows where."""
        above = raw.get("database_parent") or {}
        return hint(database, kind, Turn.LAST if above.get("type") == "block_id" else Turn.KNOWN)

    async def _templates(self, node: Node, step: Step, window: Window) -> list[Line]:
        """Their names; what they consist of is read like pages."""
        listing = partial(self._client.list_data_source_templates, node.notion_id)
        found: list[Json] = []
        try:
            async for template in each(listing):
                found.append({"object": "template"} | template)
        except ListingIncomplete:
            window.lacking = "Notion did not list all of its templates."
        except (ValidationFailed, RestrictedResource, ObjectNotFound) as error:
            reason = "untold" if isinstance(error, NotInVersion) else "unlisted"
            step.found.append(unlisted(NodeKind.TEMPLATES, node.object, f"Templates of {step.title}", reason))
            return []
        for template in found:
            title = shortened(str(template.get("name") or ""))
            step.found.append(Found(UUID(template["id"]), Kind.TEMPLATE, node.object, node.object, title))
        return [Line(str(template["id"]), canonical(template)) for template in found]

    async def _rows(self, node: Node, window: Window) -> Step:
        step = Step(node, None, title=node.title)
        try:
            answer = await self._query(node, window)
        except InvalidCursor:
            if not window.cursor or not window.begin_anew():
                raise
            step.cursor = window.stored()
            return step
        except ObjectNotFound as error:
            return ended(node, "vanished", error.reference(), gone=True)
        step.found += [_row(node, raw) for raw in answer["results"]]
        self._advance(step, window, answer)
        return step

    async def _query(self, node: Node, window: Window) -> Json:
        path = f"/v1/data_sources/{node.notion_id}/query"
        try:
            answer = await self._client.request("POST", path, body=window.body())
        except InvalidCursor:
            raise
        except ValidationFailed:
            if not window.archived:
                raise
            return {"results": [], "has_more": False}  # a data source without an archive says so in this way
        if not isinstance(answer.get("results"), list):
            raise MalformedResponse("A listing came without its results.", request_id=answer.get("request_id"))
        return answer

    def _advance(self, step: Step, window: Window, answer: Json) -> None:
        window.take(answer["results"])
        incomplete = incomplete_reason(answer)
        if incomplete and incomplete != LIMIT:
            window.lacking = f"Notion did not list all of its rows: {incomplete}."
        if answer.get("has_more"):
            cursor = answer.get("next_cursor")
            if not isinstance(cursor, str) or cursor == window.cursor:
                raise MalformedResponse("The list of rows turns in a circle.", request_id=answer.get("request_id"))
            window.cursor = cursor
        elif incomplete == LIMIT and window.last != window.after:
            window.go_on()
        elif incomplete == LIMIT and window.skip_minute():
            step.told.append(
                Told("warning", f"Data source “{step.title}”: more rows of {window.crowded} than are given")
            )
        elif not window.archived:
            step.told.append(Told("info", f"Data source “{step.title}”: all rows listed"))
            window = window.of_archive()
        else:
            self._end(step, window)
        step.cursor = window.stored() if step.state is None else ""

    def _end(self, step: Step, window: Window) -> None:
        step.state = NodeState.DONE
        if window.crowded:
            step.cap("too_many_rows", f"{window.rows:,} rows were listed; some of {window.crowded} are missing.")
        elif window.lacking:
            step.cap("listing_cut", window.lacking)


def _one_of_several(node: Node, error: NotInVersion) -> Step:
    """A row led here, but the API version does not tell several data sources apart: their database is named instead."""
    database = error.additional_data.get("database_id")
    if not node.hinted or not isinstance(database, str):
        raise error
    step = outside(node)
    step.found.append(hint(UUID(database), Kind.DATABASE))
    return step


def _row(node: Node, raw: Json) -> Found:
    """A row; in a wiki, also a data source may stand among the rows."""
    if is_partial(raw):
        return Found(UUID(raw["id"]), Kind.ROW, node.object, node.object)
    if raw.get("object") == "data_source":
        return Found(UUID(raw["id"]), Kind.DATA_SOURCE, place_of(raw).container, title=title_of(raw), raw=raw)
    return Found(UUID(raw["id"]), Kind.ROW, node.object, node.object, title_of(raw), turn=Turn.FRESH, raw=raw)
