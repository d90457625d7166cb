"""The comments on a page, each with the name of who wrote it."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from apps.snapshots import selectors
from apps.snapshots.models import Snapshot
from apps.snapshots.selectors import Discussion

Json = dict[str, Any]
SOMEBODY = "Somebody"


@dataclass(frozen=True, slots=True)
class Said:
    discussion: Discussion
    comment: Json
    author: str


def said_on(snapshot: Snapshot, page: UUID) -> list[Said]:
    """The open comments on a page and on its blocks, discussion by discussion."""
    spoken = [(talk, comment) for talk in selectors.discussions(snapshot, page) for comment in talk.comments]
    authors = {UUID(author) for _, comment in spoken if (author := _author(comment))}
    names = selectors.titles(snapshot, authors) if authors else {}
    return [Said(talk, comment, _name(comment, names)) for talk, comment in spoken]


def _author(comment: Json) -> str:
    return str((comment.get("created_by") or {}).get("id") or "")


def _name(comment: Json, names: dict[UUID, tuple[str, str]]) -> str:
    shown = (comment.get("display_name") or {}).get("resolved_name")
    author = _author(comment)
    known = names.get(UUID(author), ("", ""))[1] if author else ""
    return str(shown or known or SOMEBODY)
