"""What a capture looked at, and what it did not: nothing is left out silently."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Sum

from apps.notion.versions import CURRENT, version_named
from apps.snapshots.capture.options import Options
from apps.snapshots.capture.seeds import listing_id
from apps.snapshots.models import CaptureNode, Kind, NodeKind, NodeState, Snapshot
from apps.snapshots.store import versions


@dataclass(frozen=True, slots=True)
class Coverage:
    """Which kinds this capture looked at in full, so that what it did not meet is known to be gone."""

    kinds: frozenset[str]
    not_covered: list[dict[str, Any]]

    @classmethod
    def of(cls, snapshot: Snapshot) -> "Coverage":
        options = Options.read(snapshot.options)
        states = dict(
            CaptureNode.objects.filter(snapshot=snapshot, kind__in=NodeKind.values).values_list("object", "state")
        )
        comments = listing_id(NodeKind.COMMENTS) not in states
        listed = {
            Kind.USER: states.get(listing_id(NodeKind.USERS)) == NodeState.DONE,
            Kind.CUSTOM_EMOJI: states.get(listing_id(NodeKind.CUSTOM_EMOJIS)) == NodeState.DONE,
            Kind.DISCUSSION: comments and options.comments != "none",
            Kind.BLOCK_DISCUSSION: comments and options.comments == "blocks",
            Kind.FILE_UPLOAD: states.get(listing_id(NodeKind.FILE_UPLOADS)) == NodeState.DONE,
            Kind.VIEW: not _unlisted(snapshot, NodeKind.VIEWS),
            Kind.TEMPLATE: not _unlisted(snapshot, NodeKind.TEMPLATES),
        }
        missed = [kind for kind, looked in listed.items() if not looked]
        kept = versions.living(snapshot.workspace_id).filter(kind__in=missed, from_no__lt=snapshot.number)
        if kept.filter(kind__in=[Kind.DISCUSSION, Kind.BLOCK_DISCUSSION]).exists():
            missed.append(Kind.FILE)  # attachments of comments that this capture did not ask for
        return cls(frozenset(Kind.values) - frozenset(missed), not_covered(snapshot))


def not_covered(snapshot: Snapshot) -> list[dict[str, Any]]:
    """What is named with the snapshot as not looked at: ``[{"code", "sentence", "count"}]``."""
    options = Options.read(snapshot.options)
    told: list[dict[str, Any]] = []
    if options.comments == "none":
        told.append(_uncovered("comments", "Comments were not asked for."))
    elif options.comments == "pages":
        sentence = (
            "Comments on single blocks were not asked for: Notion tells them for one block at a time only. "
            "Comments on pages are captured."
        )
        told.append(_uncovered("block_comments", sentence, block_count(snapshot)))
    alive = versions.alive_at(snapshot.workspace_id, snapshot.number)
    if uploads := alive.filter(kind=Kind.FILE_UPLOAD).count():
        sentence = (
            "Notion names the files that this connection has uploaded and gives no address for them. Those that stand "
            "in pages, comments or properties are captured there."
        )
        told.append(_uncovered("file_uploads", sentence, uploads))
    told += _taken_over(snapshot)
    if silence := version_named(snapshot.api_version or CURRENT).silence():
        told.append(_uncovered("api_version", silence))
    return told


def _taken_over(snapshot: Snapshot) -> Iterator[dict[str, Any]]:
    """What an incremental capture believes of the snapshot that it builds on."""
    if snapshot.base_no is None:
        return
    sentence = (
        f"Pages that nobody has edited since snapshot {snapshot.base_no} were taken over from it unread, together with "
        "their comments and the names of the people and pages that they mention."
    )
    yield _uncovered("kept_pages", sentence, kept_pages(snapshot))
    if databases := CaptureNode.objects.filter(snapshot=snapshot, kept=True, kind=Kind.DATABASE).count():
        views = "The views of databases that nobody has edited were taken over unread."
        yield _uncovered("kept_views", views, databases)
    sentence = (
        "Notion's search tells of pages outside databases, and lags: what was edited there minutes before the capture "
        "may show in the next one only. A full sweep reads them all."
    )
    yield _uncovered("search_lag", sentence)


def kept_pages(snapshot: Snapshot) -> int:
    """How many pages and rows were taken over unread."""
    return CaptureNode.objects.filter(snapshot=snapshot, kept=True, kind__in=[Kind.PAGE, Kind.ROW]).count()


def _unlisted(snapshot: Snapshot, kind: NodeKind) -> bool:
    """Whether a listing of that kind was left out."""
    return CaptureNode.objects.filter(snapshot=snapshot, kind=kind, state=NodeState.SKIPPED).exists()


def _uncovered(code: str, sentence: str, count: int | None = None) -> dict[str, Any]:
    return {"code": code, "sentence": sentence, "count": count}


def block_count(snapshot: Snapshot) -> int:
    alive = versions.alive_at(snapshot.workspace_id, snapshot.number)
    return int(alive.filter(kind__in=[Kind.PAGE, Kind.ROW, Kind.TEMPLATE]).aggregate(sum=Sum("lines"))["sum"] or 0)
