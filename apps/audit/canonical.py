"""An entry as bytes that are the same on every database and outside of NotionHub, and the hash that chains them.

The canonical form is the entry's JSON as the API and the export give it, without ``hash``: keys sorted by code point,
no spaces, UTF-8. It holds ``previous``, the hash of the entry before, so that SHA-256 of it is the link of the chain.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import orjson

FORMAT = 1
NOTHING_BEFORE = bytes(32)
"""What the first entry of an organization follows."""
COLUMNS = (
    "public_id", "seq", "hash", "at", "event", "outcome", "reason", "actor_kind", "actor_ref", "actor_label", "role",
    "teams", "credential", "workspace", "ip", "user_agent", "request_id", "subject_type", "subject_id",
    "subject_label", "before", "after",
)  # fmt: skip
"""What an entry is made of, in the order of :func:`document`; the row's number is none of it."""


def document(row: tuple[Any, ...], organization: str, previous: bytes, seq: int | None = None) -> dict[str, Any]:
    """The entry without its hash. ``row`` holds ``COLUMNS``; ``seq`` is given while it is being sealed."""
    facts = dict(zip(COLUMNS, row, strict=True))
    del facts["hash"]
    facts["id"] = facts.pop("public_id")
    facts["at"] = stamp(facts["at"])
    if seq is not None:
        facts["seq"] = seq
    facts["format"], facts["organization"], facts["previous"] = FORMAT, organization, previous.hex()
    return facts


def digest(facts: Mapping[str, Any]) -> bytes:
    """The entry's link in the chain, 32 bytes."""
    return sha256(orjson.dumps(facts, option=orjson.OPT_SORT_KEYS)).digest()


def stamp(at: datetime) -> str:
    """``2026-11-20T09:31:17.204000Z``: UTC, always with six digits."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
