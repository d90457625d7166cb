"""From the flat list of a page's blocks to a tree of them. No block is lost, whatever the list looks like."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from apps.notion.links import dashed
from apps.notion.model import Json

MAX_DEPTH = 50
"""Levels that are kept; a block deeper than that follows its parent instead of lying in it."""


@dataclass(slots=True, eq=False)
class Branch:
    """A block and the blocks in it. `missing` is the parent that the list does not hold."""

    block: Json
    missing: str | None = None
    children: list["Branch"] = field(default_factory=list)
    depth: int = 0
    parent: "Branch | None" = None


def arrange(page_id: str, blocks: Sequence[Json]) -> list[Branch]:
    """The branches at the top of the page, in order.

    `blocks` is in depth-first order, each block with its `parent`. A block under a synced copy may carry the original
    as parent: it belongs to the copy it follows. A block whose parent is nowhere, or that lies in itself, becomes a
    branch of its own with `missing` set.
    """
    branches = [Branch(block) for block in blocks]
    _attach(dashed(page_id), branches)
    tops = _reachable(branches)
    _limit_depth(tops)
    return [branch for branch in tops if branch.depth == 0]


def _attach(page_id: str, branches: Sequence[Branch]) -> None:
    by_id: dict[str, Branch] = {}
    for branch in branches:
        by_id.setdefault(_id(branch.block), branch)
    path: list[Branch] = []
    for branch in branches:
        wanted = _parent_id(branch.block)
        while path and (not wanted or wanted not in _names(path[-1].block)):
            path.pop()
        if path:
            branch.parent = path[-1]
        elif wanted != page_id:
            found = by_id.get(wanted)
            branch.parent = found if found is not branch else None
            branch.missing = wanted if branch.parent is None else None
        if branch.parent:
            branch.parent.children.append(branch)
        path.append(branch)


def _reachable(branches: Sequence[Branch]) -> list[Branch]:
    """All branches in depth-first order; a circle of parents is cut where the list first enters it."""
    ordered: list[Branch] = []
    seen: set[int] = set()
    tops = [branch for branch in branches if branch.parent is None]
    _walk(tops, ordered, seen)
    for branch in branches:
        if id(branch) in seen:
            continue
        if branch.parent:
            branch.parent.children.remove(branch)
        branch.missing, branch.parent = _parent_id(branch.block), None
        _walk([branch], ordered, seen)
    return ordered


def _walk(tops: Sequence[Branch], ordered: list[Branch], seen: set[int]) -> None:
    waiting = list(reversed(tops))
    while waiting:
        branch = waiting.pop()
        seen.add(id(branch))
        ordered.append(branch)
        branch.depth = branch.parent.depth + 1 if branch.parent else 0
        waiting.extend(reversed(branch.children))


def _limit_depth(ordered: Sequence[Branch]) -> None:
    if all(branch.depth <= MAX_DEPTH for branch in ordered):
        return
    for branch in ordered:
        branch.children = []
    for branch in ordered:
        # A parent comes before its children, so that its own depth is already within the limit.
        if branch.parent and branch.parent.depth == MAX_DEPTH:
            branch.parent = branch.parent.parent
        if branch.parent:
            branch.depth = branch.parent.depth + 1
            branch.parent.children.append(branch)


def _id(block: Json) -> str:
    found = block.get("id")
    return dashed(found) if isinstance(found, str) else ""


def _parent_id(block: Json) -> str:
    """The id under the name that the parent's type gives; empty when the block does not say where it lies."""
    parent = block.get("parent")
    if not isinstance(parent, dict):
        return ""
    kind = parent.get("type")
    found = parent.get(kind) if isinstance(kind, str) else None
    return dashed(found) if isinstance(found, str) else ""


def _names(block: Json) -> tuple[str, ...]:
    """What children may call this block: its id, and for a synced copy the id of the original."""
    synced = block.get("synced_block")
    origin = synced.get("synced_from") if isinstance(synced, dict) else None
    original = origin.get("block_id") if isinstance(origin, dict) else None
    return (_id(block), dashed(original)) if isinstance(original, str) else (_id(block),)
