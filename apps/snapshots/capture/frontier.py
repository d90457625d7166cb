"""The nodes of a capture in the database: what there is to do next, and how the counts stand."""

from collections.abc import Sequence
from typing import Any

import orjson
from django.db.models import Exists, OuterRef, Sum

from apps.snapshots.capture.seeds import SEARCHES
from apps.snapshots.capture.steps import Node
from apps.snapshots.capture.tally import BLOCKS, Tally
from apps.snapshots.capture.trust import Base, known_of
from apps.snapshots.models import (
    FOREVER,
    CaptureNode,
    CapturePart,
    Kind,
    NodeState,
    ObjectVersion,
    Snapshot,
    Turn,
    Unmet,
)
from apps.snapshots.store.bodies import compress, decompress

Json = dict[str, Any]
_COLUMNS: tuple[str, ...] = (
    "id",
    "object",
    "kind",
    "state",
    "parent",
    "place",
    "title",
    "attempts",
    "cursor",
    "missed",
)
"""What a ``Node`` begins with, in its order."""


def pack_raw(raw: Json | None) -> bytes | None:
    return None if raw is None else compress(orjson.dumps(raw))


def take(
    snapshot: Snapshot, turns: Sequence[Turn], limit: int, held: frozenset[int], base: Base | None = None
) -> list[Node]:
    """The next nodes to work on that are not ``held`` already, with everything a reader needs of them."""
    waiting = CaptureNode.objects.filter(snapshot=snapshot, turn__in=turns)
    if Turn.KNOWN in turns and _searches(snapshot):
        waiting = waiting.exclude(turn=Turn.KNOWN, kind=Kind.PAGE)  # search will show most of them for nothing
    columns = _COLUMNS
    if Turn.FILE in turns:
        stored = ObjectVersion.objects.filter(
            workspace=snapshot.workspace_id, object=OuterRef("object"), until_no=FOREVER, file__isnull=False
        )
        waiting, columns = waiting.annotate(stored=Exists(stored)), (*_COLUMNS, "stored")
    rows = waiting.exclude(id__in=held).order_by("turn", "id").values_list("partial", *columns)[:limit]
    nodes = [_node(*row) for row in rows]
    _add_parts(snapshot, [node for node in nodes if node.raw is not None])
    if base is not None:
        known = known_of(base, nodes)
        for node in nodes:
            node.known = known.get(node.object)
    return nodes


def _searches(snapshot: Snapshot) -> bool:
    return CaptureNode.objects.filter(snapshot=snapshot, object__in=SEARCHES, turn__isnull=False).exists()


def _node(partial: bytes | None, *columns: Any) -> Node:
    node = Node(*columns)
    if partial is not None:
        node.raw = orjson.loads(decompress(partial))
    return node


def _add_parts(snapshot: Snapshot, nodes: Sequence[Node]) -> None:
    by_object = {node.object: node for node in nodes}
    rows = CapturePart.objects.filter(snapshot=snapshot, page__in=by_object).order_by("id")
    for page, body in rows.values_list("page", "body"):
        by_object[page].parts.append(bytes(body))


def tally_of(snapshot: Snapshot, *, unread: NodeState = NodeState.PENDING) -> Tally:
    """The counts as the nodes tell them. ``unread=FAILED`` counts what waits as failed: nobody will read it."""
    groups = CaptureNode.objects.filter(snapshot=snapshot).values("kind", "state").annotate(weight=Sum("weight"))
    rows = [
        (row["kind"], unread if row["state"] == NodeState.PENDING else row["state"], row["weight"])
        for row in groups.order_by("kind", "state")
    ]
    return Tally.of(rows, Unmet.objects.filter(snapshot=snapshot, kind=BLOCKS).count())
