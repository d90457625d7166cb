"""Nodes as the frontier would hand them to a reader."""

from typing import Any
from uuid import UUID

from apps.notion.client import NotionClient
from apps.snapshots.capture.keeping import Keeper
from apps.snapshots.capture.places import Places
from apps.snapshots.capture.steps import Node, Step
from apps.snapshots.models import NodeState


def node(object_id: str | UUID, kind: str, *, place: str = "", hinted: bool = False, cursor: str = "") -> Node:
    """``place`` is the page whose listing showed it."""
    return Node(
        id=1,
        object=UUID(str(object_id)),
        kind=kind,
        state=NodeState.HINTED if hinted else NodeState.PENDING,
        parent=UUID(place) if place else None,
        place=UUID(place) if place else None,
        title="as it was listed",
        attempts=0,
        cursor=cursor,
        raw=None,
    )


def outcome(step: Step) -> tuple[Any, str]:
    return step.state, step.reason


def keeper(client: NotionClient) -> Keeper:
    """For readers that know nothing of an earlier snapshot."""

    async def nothing(version: int) -> bytes:
        raise LookupError(version)

    return Keeper(client, Places(client), nothing)
