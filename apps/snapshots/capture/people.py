"""People whom no listing shows: guests, those who left, deleted bots. The list of users has members and bots only.

https://developers.notion.com/reference/get-users
"""

import re
from collections.abc import Awaitable, Callable, Iterable
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef

from apps.notion.client import NotionClient
from apps.notion.errors import InvalidCursor, ObjectNotFound, RestrictedResource, ValidationFailed
from apps.notion.normalise import canonical, normalise
from apps.snapshots.capture.anatomy import title_of
from apps.snapshots.capture.seeds import listing_id
from apps.snapshots.capture.steps import Found, Node, Step, hint, outside
from apps.snapshots.models import CaptureNode, Kind, NodeKind, NodeState, Snapshot, Turn, Unmet
from apps.snapshots.store import versions
from apps.snapshots.store.bodies import pack
from apps.snapshots.store.versions import Draft

Json = dict[str, Any]
UNKNOWN = "person_unknown"
_PERSON = re.compile(rb'"id":"([0-9a-f-]{36})"(?:,"name":(?:null|"(?:[^"\\]|\\.)*"))?,"object":"user"')
"""A person in canonical JSON, by id alone or in full."""


class People:
    """Who was met since the capture began, or was taken up again. Each is referred to once."""

    def __init__(self) -> None:
        self._told: set[str] = set()

    def met(self, named: Iterable[str | None], bodies: Iterable[bytes]) -> list[Found]:
        """Hints for those who are ``named``, and for all in ``bodies``, for a step that is about to end.

        Who has been told of is not told of again.
        """
        fresh = {person for person in named if person}
        for body in bodies:
            fresh.update(person.decode() for person in _PERSON.findall(body))
        fresh -= self._told
        self._told |= fresh
        return [hint(UUID(person), Kind.USER, Turn.LAST) for person in sorted(fresh)]


class PersonReader:
    """Asks for those whom the list of users has not shown. ``db`` hops to the database."""

    def __init__(self, client: NotionClient, snapshot: Snapshot, db: Callable[..., Awaitable[Any]]) -> None:
        self._client = client
        self._snapshot = snapshot
        self._db = db
        self._may_ask: bool | None = None

    async def read(self, node: Node) -> Step:
        """Without the list of users nobody is asked for: the connection may not read them."""
        if self._may_ask is None:
            self._may_ask = bool(await self._db(are_listed, self._snapshot))
        if not self._may_ask:
            return outside(node)
        try:
            raw = await self._client.retrieve_user(node.notion_id)
        except InvalidCursor:
            raise
        except (ObjectNotFound, RestrictedResource, ValidationFailed) as error:
            title = node.title or "Somebody whom Notion does not show"
            return Step(node, NodeState.SKIPPED, title=title, reason=UNKNOWN, detail=error.reference(), gone=True)
        title = title_of(raw)
        draft = Draft(node.object, Kind.USER, title, title[:40].casefold(), pack(canonical(normalise(raw))))
        return Step(node, title=title, drafts=[draft])


def are_listed(snapshot: Snapshot) -> bool:
    return CaptureNode.objects.filter(
        snapshot=snapshot, object=listing_id(NodeKind.USERS), state=NodeState.DONE
    ).exists()


def put_unlisted(snapshot: Snapshot) -> int:
    """Put those into the frontier whom earlier snapshots hold, or missed, and nothing has named: pages that were taken
    over unread may still refer to them. How many."""
    if not are_listed(snapshot):
        return 0
    met = Exists(CaptureNode.objects.filter(snapshot=snapshot, object=OuterRef("object")))
    living = versions.living(snapshot.workspace_id).filter(~met, kind=Kind.USER, from_no__lt=snapshot.number)
    base = Snapshot.objects.filter(workspace=snapshot.workspace_id, number=snapshot.base_no or 0)
    missed = Unmet.objects.filter(~met, snapshot__in=base, reason=UNKNOWN)
    rows = [*living.values_list("object", "title"), *missed.values_list("object", "title")]
    CaptureNode.objects.bulk_create(
        CaptureNode(snapshot=snapshot, object=one, kind=Kind.USER, title=title, state=NodeState.HINTED, turn=Turn.KNOWN)
        for one, title in dict(rows).items()
    )
    return len(rows)
