"""Taking a page over from the store without listing its blocks, because its last edit proves them unchanged."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from apps.notion.client import NotionClient
from apps.notion.normalise import canonical, digest, normalise
from apps.snapshots.capture.anatomy import page_kind, place_of, sort_key, title_of
from apps.snapshots.capture.places import Places
from apps.snapshots.capture.properties import completed, cut_in
from apps.snapshots.capture.steps import Node, Step, hint
from apps.snapshots.capture.trust import Known
from apps.snapshots.store.bodies import own_json, repack
from apps.snapshots.store.versions import Draft

Json = dict[str, Any]
Load = Callable[[int], Awaitable[bytes]]
"""Gives the stored body of a version by its row's number."""


class Keeper:
    """Formulas, rollups and relations from the other side change without an edit: the page itself is compared."""

    def __init__(self, client: NotionClient, places: Places, load: Load) -> None:
        self._client = client
        self._places = places
        self._load = load

    async def page(self, node: Node, raw: Json, known: Known) -> Step | None:
        """The step that keeps it; None when it has to be read after all. Raises ``ObjectNotFound``."""
        step = Step(node, kind=page_kind(raw, node.kind), title=title_of(raw), kept=True)
        listed = digest(canonical(normalise(raw)))
        parent = await self.parent(node, raw, listed, known, step)
        if cut_in(raw.get("properties") or {}) or (listed, parent, step.kind) != (
            known.listed,
            known.parent,
            known.kind,
        ):
            filled = await completed(self._client, raw)
            whole, body = filled.page, await self._load(known.version)
            if filled.lacking or _gathers_files(whole) or _gathers_files(own_json(body)):
                return None
            packed = repack(canonical(normalise(whole)), body, known.lines, known.size)
            step.drafts.append(
                Draft(
                    node.object,
                    step.kind,
                    step.title,
                    sort_key(raw),
                    packed,
                    parent,
                    edited=known.edited,
                    listed=listed,
                    attached=known.attached,
                )
            )
        step.found += known.inside
        step.gaps += known.gaps
        return step

    async def parent(self, node: Node, raw: Json, listed: bytes, known: Known, step: Step) -> UUID | None:
        """Where a kept object lies: in a block, only a listing, the store or asking upwards tells."""
        place = place_of(raw)
        if place.block is None:
            if place.container is not None and place.kind is not None and node.place is None:
                step.found.append(hint(place.container, place.kind))
            return place.container
        if node.place is not None:
            return node.parent
        if listed == known.listed or own_json(await self._load(known.version)).get("parent") == raw.get("parent"):
            return known.parent
        return await self._places.climb(place.block, step)


def _gathers_files(page: Json) -> bool:
    """Whether a rollup shows files, which come and go without an edit of the page that shows them."""
    rollups = (value.get("rollup") or {} for value in (page.get("properties") or {}).values())
    return any(item.get("type") == "files" for rollup in rollups for item in rollup.get("array") or ())
