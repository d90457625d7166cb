"""Reading one page or row: the object, its whole properties, its blocks, its comments."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import orjson

from apps.notion.blocks import BLOCKS
from apps.notion.client import NotionClient
from apps.notion.errors import InvalidCursor, ObjectNotFound, ValidationFailed
from apps.notion.normalise import canonical, digest, normalise
from apps.snapshots.capture.anatomy import edited_of, is_partial, page_kind, place_of, shortened, sort_key, title_of
from apps.snapshots.capture.blocks import BlockLister
from apps.snapshots.capture.comments import CommentReader
from apps.snapshots.capture.content import OWN_OBJECTS, Container, PageContent
from apps.snapshots.capture.files_in import files_in, packed_ids
from apps.snapshots.capture.found_files import file_found
from apps.snapshots.capture.keeping import Keeper
from apps.snapshots.capture.people import People
from apps.snapshots.capture.places import Places
from apps.snapshots.capture.properties import completed
from apps.snapshots.capture.steps import Found, Gap, Node, Step, Told, ended, hint, outside
from apps.snapshots.capture.tally import BLOCKS as UNREADABLE_BLOCKS
from apps.snapshots.models import Kind, Turn
from apps.snapshots.store.bodies import Line, pack
from apps.snapshots.store.versions import Draft

Json = dict[str, Any]
SAVED_EVERY = 64
"""Listings of one page after which they are written down, so that an interruption costs at most as many."""
SAVED_AT_LEAST = 4
"""Fewer are not worth writing down at an interruption."""
NOT_GIVEN = b'"type":"unsupported"'
TRASHED = "It was moved to the trash."
MENTION = b'"type":"mention"'
ADDRESS = b'"url":"'
"""What the line of a block holds that refers to a file; most hold none, and are not looked through."""


@dataclass(slots=True)
class PageReader:
    """Reads pages and rows. ``emit`` takes what is worth a checkpoint before a long page is finished."""

    client: NotionClient
    places: Places
    comments: CommentReader
    keeper: Keeper
    emit: Callable[[Step], None]
    people: People = field(default_factory=People)
    unknown_types: set[str] = field(default_factory=set)

    async def read(self, node: Node) -> Step:
        raw = node.raw
        if raw is None or is_partial(raw):
            try:
                raw = await self.client.retrieve_page(node.notion_id)
            except ObjectNotFound as error:
                return await self._missing(node, error.reference())
        if raw.get("in_trash"):
            return ended(node, "trashed", gone=True)
        if is_partial(raw):
            return ended(node, "not_allowed", "Notion gave the id only.")
        try:
            kept = node.known is not None and node.known.proves(raw) and await self.keeper.page(node, raw, node.known)
            return kept or await _Visit(self, node, raw).read()
        except ObjectNotFound:
            return await self._again(node)

    async def _missing(self, node: Node, detail: str) -> Step:
        if node.hinted:
            return outside(node)
        if node.missed:
            return ended(node, "no_longer_reachable", detail, gone=True)
        if node.kind == Kind.TEMPLATE or await self.places.still_lists(node):
            return ended(node, "not_shared", detail)
        return ended(node, "vanished", detail, gone=True)

    async def _again(self, node: Node) -> Step:
        """The page was there and a part of it was not: it changed or went away while it was read."""
        try:
            raw = await self.client.retrieve_page(node.notion_id)
            if raw.get("in_trash"):
                return ended(node, "vanished", TRASHED, gone=True)
        except ObjectNotFound as error:
            return ended(node, "vanished", error.reference(), gone=True)
        node.parts = []
        try:
            return await _Visit(self, node, raw).read()
        except ObjectNotFound as error:
            return ended(node, "not_shared", error.reference())


class _Visit:
    """One page while it is read."""

    def __init__(self, reader: PageReader, node: Node, raw: Json) -> None:
        self._reader = reader
        self._node = node
        self._raw = raw
        self._step = Step(node, kind=page_kind(raw, node.kind), title=title_of(raw))
        self._content = PageContent.restored(node.notion_id, node.parts)
        self._in_trash = False

    async def read(self) -> Step:
        """Raises ``ObjectNotFound`` when the page disappears meanwhile."""
        reader, node, step = self._reader, self._node, self._step
        parent = await self._parent()
        filled = await completed(reader.client, self._raw)
        whole = filled.page
        told = (f"“{name}” of “{step.title}” was cut at 25, fetched in full" for name in filled.grown)
        step.told += [Told("info", line) for line in told]
        if filled.lacking:
            step.cap("listing_cut", f"Notion did not give the whole of {', '.join(filled.lacking)}.")
        self._meet_files(whole, "page", node.notion_id)
        await self._list_blocks()
        if self._in_trash and (await reader.client.retrieve_page(node.notion_id)).get("in_trash"):
            return ended(node, "vanished", TRASHED, gone=True)
        lines = list(self._content.lines())
        passing = self._content.shows_others or self._content.met_in_trash
        own_json = canonical(normalise(whole))
        packed = pack(own_json, lines)
        step.drafts.append(
            Draft(
                node.object,
                step.kind,
                step.title,
                sort_key(self._raw),
                packed,
                parent,
                edited=edited_of(self._raw),
                listed=b"" if passing else digest(own_json if whole is self._raw else canonical(normalise(self._raw))),
                attached=packed_ids(self._content.attached),
            )
        )
        if self._content.is_cut:
            step.cap("listing_cut", "Notion did not list all of its blocks.")
        step.gaps += [self._not_given(line) for line in lines if NOT_GIVEN in line.json]
        step.gaps += [self._unreadable(container) for container in self._content.skipped()]
        await reader.comments.read_page(node.object, step)
        own = self._content.own_objects  # these are asked about under their own name
        commented = (line.id for line in lines if line.id not in own)
        step.found += reader.comments.blocks_later(node.object, step.title, commented)
        mentioning = (line.json for line in lines if MENTION in line.json)
        step.found += reader.people.met(self._content.authors, [own_json, *mentioning])
        return step

    async def _parent(self) -> UUID | None:
        place = place_of(self._raw)
        if place.block is not None:
            listed = self._node.place is not None
            return self._node.parent if listed else await self._reader.places.climb(place.block, self._step)
        if place.container is not None and place.kind is not None and self._node.place is None:
            self._step.found.append(hint(place.container, place.kind))
        return place.container

    async def _list_blocks(self) -> None:
        lister = BlockLister(self._reader.client, self._content, meet=self._meet, listed=self._listed)
        try:
            await lister.run()
        except InvalidCursor:
            raise
        except ValidationFailed as error:
            self._step.cap("content_refused", f"{error.message} ({error.reference()})")
        except asyncio.CancelledError:
            if self._content.unsaved >= SAVED_AT_LEAST:
                self._save()
            raise

    def _listed(self) -> None:
        if self._content.unsaved >= SAVED_EVERY:
            self._save()

    def _save(self) -> None:
        """Hand over what was listed and met so far; the page goes on."""
        step = self._step
        part = self._content.take_records()
        progress = Step(self._node, None, kind=step.kind, title=step.title, raw=self._raw, part=part)
        progress.found, step.found = step.found, []
        self._reader.emit(progress)

    def _meet(self, container: Container, block: Json, line: bytes) -> None:
        kind = block.get("type")
        if block.get("in_trash") and container is self._content.root:
            self._in_trash = True
        if kind in OWN_OBJECTS:
            self._step.found.append(self._child(container, block, str(kind)))
            return
        if kind == "link_to_page":
            self._step.found += linked(block["link_to_page"])
        elif kind not in BLOCKS:
            self._note_type(str(kind))
        if ADDRESS in line:
            self._meet_files(block.get(str(kind)), "block", block["id"])

    def _child(self, container: Container, block: Json, kind: str) -> Found:
        title = shortened(str((block.get(kind) or {}).get("title") or ""))
        own = Kind.PAGE if kind == "child_page" else Kind.DATABASE
        return Found(UUID(block["id"]), own, self._node.object, UUID(container.id), title)

    def _note_type(self, kind: str) -> None:
        """Tell of a block type that is not known, once per type."""
        known = self._reader.unknown_types
        if kind not in known:
            known.add(kind)
            message = f"Block type “{kind}” is not known; kept raw, first met in “{self._step.title}”"
            self._step.told.append(Told("info", message))

    def _meet_files(self, raw: Any, kind: str, object_id: str) -> None:
        owner = {"kind": kind, "id": object_id}
        for ref in files_in(raw):
            self._step.found.append(file_found(ref, self._node.object, owner))
            self._content.attached.add(ref.id)

    def _unreadable(self, container: Container) -> Gap:
        return self._gap(container.id, container.skipped, container.type)

    def _not_given(self, line: Line) -> Gap:
        """A block of which the API tells that it is there, and at most what it is called: a button, a form."""
        named = (orjson.loads(line.json).get("unsupported") or {}).get("block_type")
        return self._gap(line.id, "unreadable_content", str(named or "unsupported"))

    def _gap(self, block: str, reason: str, name: str) -> Gap:
        title = shortened(f"{name.replace('_', ' ')} in “{self._step.title}”")
        return Gap(UNREADABLE_BLOCKS, UUID(block), reason, self._node.object, title)


def linked(link: Json) -> list[Found]:
    """The target of a link block, which may lie in a corner that no listing has shown yet."""
    kinds = {"page_id": Kind.PAGE, "database_id": Kind.DATABASE}
    kind = kinds.get(str(link.get("type")))
    target = link.get(str(link.get("type")))
    return [hint(UUID(target), kind, Turn.LAST)] if kind and isinstance(target, str) else []
