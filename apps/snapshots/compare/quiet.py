"""Objects that were moved or renamed and are otherwise as they were.

The store knows an object's place and name apart, but both also stand in its JSON, so every moved or renamed object
has another digest. Whether more than that changed, only its bodies tell.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from uuid import UUID

import orjson

from apps.snapshots.compare.changes import Changed, partners
from apps.snapshots.compare.marks import Mark
from apps.snapshots.compare.pair import Pair
from apps.snapshots.models import ObjectVersion
from apps.snapshots.store.bodies import decompress

Json = dict[str, Any]
STAMPS = frozenset({"last_edited_time", "last_edited_by"})
NAMES = frozenset({"title", "name", "url"})
"""Where a name stands in an object's own JSON; a page's address holds its title."""
PLACES = frozenset({"parent", "database_parent"})


def is_uncertain(change: Changed) -> bool:
    """Moved or renamed: the mark ``changed`` may be due to that alone."""
    return bool(change.weight & (Mark.MOVED | Mark.RENAMED))


def quiet(pair: Pair, found: Iterable[Changed]) -> set[UUID]:
    """Those of ``found`` that were moved or renamed and nothing else."""
    uncertain = {change.object: change for change in found if is_uncertain(change)}
    if not uncertain:
        return set()
    rows = ObjectVersion.objects.filter(pk__in=[change.version for change in uncertain.values()])
    after = {object_id: bytes(body) for object_id, body in rows.values_list("object", "body")}
    before = partners(pair, uncertain).values_list("object", "body")
    return {object_id for object_id, body in before if _rest(bytes(body)) == _rest(after[object_id])}


def refined(pair: Pair, found: list[Changed]) -> list[Changed]:
    """The same changes without the mark ``changed`` where place and name are all that is new."""
    silent = quiet(pair, found)
    return [
        replace(change, weight=change.weight & ~Mark.CHANGED) if change.object in silent else change for change in found
    ]


def _rest(body: bytes) -> tuple[Json, bytes]:
    """What an object holds besides place and name, and what is in it."""
    own, _, inside = decompress(body).partition(b"\n")
    raw: Json = orjson.loads(own)
    kept = {name: value for name, value in raw.items() if name not in STAMPS | NAMES | PLACES}
    if isinstance(kept.get("properties"), dict):
        kept["properties"] = {key: value for key, value in kept["properties"].items() if not _is_title(value)}
    return kept, inside


def _is_title(value: Any) -> bool:
    return isinstance(value, dict) and value.get("type") == "title" and isinstance(value.get("title"), list)
