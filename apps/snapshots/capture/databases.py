"""Reading databases (the containers) and their views."""

from functools import partial
from typing import Any
from uuid import UUID

from apps.notion.client import NotionClient
from apps.notion.errors import InvalidCursor, NotInVersion, ObjectNotFound, ValidationFailed
from apps.notion.normalise import canonical, normalise
from apps.notion.pagination import ListingIncomplete, each
from apps.snapshots.capture.anatomy import edited_of, place_of, shortened, sort_key, title_of
from apps.snapshots.capture.files_in import files_in
from apps.snapshots.capture.found_files import file_found
from apps.snapshots.capture.keeping import Keeper
from apps.snapshots.capture.places import Places
from apps.snapshots.capture.seeds import listing_id
from apps.snapshots.capture.steps import Found, Node, Step, ended, hint, outside
from apps.snapshots.capture.trust import Known
from apps.snapshots.models import Kind, NodeKind
from apps.snapshots.store.bodies import pack
from apps.snapshots.store.versions import Draft

Json = dict[str, Any]


class DatabaseReader:
    """A database names its data sources. Its views are a listing of their own."""

    def __init__(self, client: NotionClient, places: Places, keeper: Keeper) -> None:
        self._client = client
        self._places = places
        self._keeper = keeper

    async def read(self, node: Node) -> Step:
        try:
            raw = await self._client.retrieve_database(node.notion_id)
        except (ObjectNotFound, ValidationFailed) as error:
            if isinstance(error, InvalidCursor | NotInVersion):
                raise
            return await self._unreadable(node, error.reference())
        if raw.get("in_trash"):
            return ended(node, "trashed", gone=True)
        step = Step(node, kind=Kind.DATABASE, title=title_of(raw))
        packed = pack(canonical(normalise(raw)))
        known = node.known if node.known is not None and node.known.proves(raw) else None
        parent = await self._parent(node, raw, packed.digest, known, step)
        step.drafts.append(
            Draft(
                node.object,
                step.kind,
                step.title,
                sort_key(raw),
                packed,
                parent,
                edited=edited_of(raw),
                listed=packed.digest,
            )
        )
        owner = {"kind": "database", "id": node.notion_id}
        step.found += [file_found(ref, node.object, owner) for ref in files_in([raw.get("icon"), raw.get("cover")])]
        for source in raw.get("data_sources") or ():
            title = shortened(str(source.get("name") or ""))
            step.found.append(Found(UUID(source["id"]), Kind.DATA_SOURCE, node.object, node.object, title))
        if known is not None:
            step.kept, step.found, step.gaps = True, step.found + known.inside, step.gaps + known.gaps
            return step
        views = listing_id(NodeKind.VIEWS, node.object)
        step.found.append(Found(views, NodeKind.VIEWS, node.object, title=shortened(f"Views of {step.title}")))
        return step

    async def _parent(self, node: Node, raw: Json, listed: bytes, known: Known | None, step: Step) -> UUID | None:
        if known is not None:
            return await self._keeper.parent(node, raw, listed, known, step)
        place = place_of(raw)
        if place.block is not None:
            return node.parent if node.place is not None else await self._places.climb(place.block, step)
        if place.container is not None and place.kind is not None and node.place is None:
            step.found.append(hint(place.container, place.kind))
        return place.container

    async def _unreadable(self, node: Node, detail: str) -> Step:
        """A block stands for a database that Notion does not give: it only shows one, or it is gone."""
        if node.hinted:
            return outside(node)
        if node.missed:
            return ended(node, "no_longer_reachable", detail, gone=True)
        if node.place is not None and not await self._places.still_lists(node):
            return ended(node, "vanished", detail, gone=True)
        return ended(node, "linked_database", detail)


class ViewReader:
    """The views of a database are listed by id; what they show is asked for one by one."""

    def __init__(self, client: NotionClient) -> None:
        self._client = client

    async def read(self, node: Node) -> Step:
        return await (self._all(node) if node.kind == NodeKind.VIEWS else self._one(node))

    async def _all(self, node: Node) -> Step:
        if node.parent is None:
            raise ValueError("A listing of views knows its database.")
        step = Step(node)
        listing = partial(self._client.list_views, database_id=str(node.parent))
        try:
            async for view in each(listing):
                step.found.append(Found(UUID(view["id"]), Kind.VIEW, node.parent, node.parent))
        except NotInVersion:
            return ended(node, "untold")
        except ListingIncomplete as error:
            step.cap("listing_cut", error.reference())
        return step

    async def _one(self, node: Node) -> Step:
        try:
            raw = await self._client.retrieve_view(node.notion_id)
        except ObjectNotFound as error:
            return ended(node, "vanished", error.reference(), gone=True)
        step = Step(node, title=title_of(raw))
        packed = pack(canonical(normalise(raw)))
        step.drafts.append(Draft(node.object, Kind.VIEW, step.title, sort_key(raw), packed, node.parent))
        return step
