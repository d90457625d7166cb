"""The nodes of a capture in the database: what there is to do next, and how the counts stand."""

from collections.abc import Sequence
from typing import Any

import orjson
from django.db.models import Exists, OuterRef, Sum

from apps.snapshots.capture.steps import Node
from apps.snapshots.capture.tally import BLOCKS, Tally
from apps.snapshots.models import (
    FOREVER,
    CaptureNode,
    CapturePart,
    NodeState,
    ObjectVersion,
    Snapshot,
    Turn,
    Unmet,
)
from apps.snapshots.store.bodies import compress, decompress

Json = dict[str, Any]


def pack_raw(raw: Json | None) -> bytes | None:
    return None if raw is None else compress(orjson.dumps(raw))


def take(snapshot: Snapshot, turns: Sequence[Turn], limit: int, held: frozenset[int]) -> list[Node]:
    """The next nodes to work on that are not ``held`` already, with everything a reader needs of them."""
    waiting = CaptureNode.objects.filter(snapshot=snapshot, turn__in=turns)
    if Turn.FILE in turns:
        stored = ObjectVersion.objects.filter(
            workspace=snapshot.workspace_id, object=OuterRef("object"), until_no=FOREVER, file__isnull=False
        )
        waiting = waiting.annotate(stored=Exists(stored))
    ids = waiting.order_by("turn", "id").values_list("id", flat=True)[: limit + len(held)]
    wanted = [number for number in ids if number not in held][:limit]
    rows = list(waiting.filter(id__in=wanted).order_by("turn", "id"))
    parts = _parts([row.pk for row in rows if row.partial is not None])
    return [_node(row, parts.get(row.pk, [])) for row in rows]


def _node(row: CaptureNode, parts: list[bytes]) -> Node:
    return Node(
        id=row.pk,
        object=row.object,
        kind=row.kind,
        state=row.state,
        parent=row.parent,
        place=row.place,
        title=row.title,
        attempts=row.attempts,
        cursor=row.cursor,
        raw=None if row.partial is None else orjson.loads(decompress(row.partial)),
        stored=getattr(row, "stored", False),
        parts=parts,
    )


def _parts(nodes: Sequence[int]) -> dict[int, list[bytes]]:
    parts: dict[int, list[bytes]] = {}
    for node, body in CapturePart.objects.filter(node__in=nodes).order_by("id").values_list("node", "body"):
        parts.setdefault(node, []).append(bytes(body))
    return parts


def tally_of(snapshot: Snapshot, *, unread: NodeState = NodeState.PENDING) -> Tally:
    """The counts as the nodes tell them. ``unread=FAILED`` counts what waits as failed: nobody will read it."""
    groups = CaptureNode.objects.filter(snapshot=snapshot).values("kind", "state").annotate(weight=Sum("weight"))
    rows = [
        (row["kind"], unread if row["state"] == NodeState.PENDING else row["state"], row["weight"])
        for row in groups.order_by("kind", "state")
    ]
    return Tally.of(rows, Unmet.objects.filter(snapshot=snapshot, kind=BLOCKS).count())
