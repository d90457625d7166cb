"""Open comments on pages and blocks, gathered into discussions.

https://developers.notion.com/reference/list-comments
"""

from collections.abc import Iterable
from functools import partial
from typing import Any
from uuid import UUID

from apps.notion.client import NotionClient
from apps.notion.errors import InvalidCursor, ObjectNotFound, RestrictedResource, ValidationFailed
from apps.notion.normalise import canonical, normalise
from apps.notion.pagination import ListingIncomplete, each
from apps.snapshots.capture.anatomy import plain, shortened
from apps.snapshots.capture.files_in import files_in, packed_ids
from apps.snapshots.capture.found_files import file_found
from apps.snapshots.capture.options import Options
from apps.snapshots.capture.seeds import listing_id, unlisted
from apps.snapshots.capture.steps import Found, Node, Step, Told
from apps.snapshots.models import Kind, NodeKind, NodeState, Turn
from apps.snapshots.store.bodies import Line, pack
from apps.snapshots.store.versions import Draft

Json = dict[str, Any]
CUT = "Notion did not list all of the comments."
AT_ONCE = 25
"""Blocks that are asked about between two checkpoints."""


class CommentReader:
    """Asks for the comments on one thing at a time, because Notion lists them no other way."""

    def __init__(self, client: NotionClient, options: Options) -> None:
        self._client = client
        self._allowed = options.comments != "none"
        self._on_blocks = options.comments == "blocks"

    async def read_page(self, page: UUID, step: Step) -> None:
        """Add the discussions on the page itself to its step."""
        await self._ask(page, str(page), step)

    def blocks_later(self, page: UUID, title: str, blocks: Iterable[str]) -> list[Found]:
        """The node that asks for the comments on a page's blocks, when that is wanted."""
        ids = list(blocks) if self._on_blocks and self._allowed else []
        if not ids:
            return []
        node = listing_id(NodeKind.BLOCK_COMMENTS, page)
        title = shortened(f"Comments on blocks of {title}")
        raw = {"ids": ids}
        return [Found(node, NodeKind.BLOCK_COMMENTS, parent=page, title=title, turn=Turn.FRESH, raw=raw)]

    async def read(self, node: Node) -> Step:
        """Some of a page's blocks; ``cursor`` counts those that were asked about, and says whether a list was cut."""
        if node.parent is None or node.raw is None:
            raise ValueError("A listing of block comments knows its page and blocks.")
        asked, _, cut = node.cursor.partition(" ")
        ids, start = node.raw["ids"], int(asked or 0)
        step = Step(node)
        if cut:
            step.cap("listing_cut", CUT)
        for block_id in ids[start : start + AT_ONCE]:
            await self._ask(node.parent, block_id, step)
        if start + AT_ONCE < len(ids):
            cut = " cut" if step.state == NodeState.CAPPED else ""
            step.state, step.reason, step.detail = None, "", ""
            step.cursor = f"{start + AT_ONCE}{cut}"
        return step

    async def _ask(self, page: UUID, block_id: str, step: Step) -> None:
        if not self._allowed:
            return
        comments: list[Json] = []
        try:
            async for comment in each(partial(self._client.list_comments, block_id)):
                comments.append(comment)
        except ListingIncomplete:
            step.cap("listing_cut", CUT)
        except ObjectNotFound:
            return  # deleted since it was listed, and its comments with it
        except InvalidCursor:
            raise
        except ValidationFailed:
            step.found.append(unlisted(NodeKind.COMMENTS, UUID(block_id), "Comments"))
            return
        except RestrictedResource as error:
            self._allowed = False
            step.found.append(_not_allowed())
            step.told.append(Told("warning", f"Comments are left out. {error}"))
            return
        for comment in comments:
            owner = {"kind": "comment", "id": comment["id"]}
            step.found += [file_found(ref, page, owner) for ref in files_in(comment.get("attachments"))]
        for draft, found in _discussions(page, comments):
            step.drafts.append(draft)
            step.found.append(found)


def _not_allowed() -> Found:
    return Found(
        listing_id(NodeKind.COMMENTS),
        NodeKind.COMMENTS,
        title="Comments",
        state=NodeState.SKIPPED,
        turn=None,
        reason="no_capability",
    )


def _discussions(page: UUID, comments: list[Json]) -> list[tuple[Draft, Found]]:
    """One version per discussion: its head, then its comments, oldest first."""
    threads: dict[str, list[Json]] = {}
    for comment in comments:
        threads.setdefault(comment["discussion_id"], []).append(comment)
    return [_discussion(page, name, thread) for name, thread in threads.items()]


def _discussion(page: UUID, name: str, thread: list[Json]) -> tuple[Draft, Found]:
    first = thread[0]
    parent = first["parent"]
    kind = Kind.DISCUSSION if parent.get("type") == "page_id" else Kind.BLOCK_DISCUSSION
    head = {"object": "discussion", "id": name, "parent": parent}
    lines = [Line(comment["id"], canonical(normalise(comment))) for comment in thread]
    title = shortened(plain(first.get("rich_text") or []))
    key = f"{str(first.get('created_time') or '')[:19]}-{name.replace('-', '')}"
    attached = packed_ids(ref.id for comment in thread for ref in files_in(comment.get("attachments")))
    packed = pack(canonical(head), lines)
    draft = Draft(UUID(name), kind, title, key, packed, parent=page, attached=attached)
    weight = len(thread)
    return draft, Found(draft.object, kind, page, title=title, state=NodeState.DONE, turn=None, weight=weight)
