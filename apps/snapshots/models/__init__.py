"""Snapshots, the versions of objects that they consist of, and the bookkeeping of a capture."""

from apps.snapshots.models.captures import CaptureNode, CapturePart, NodeKind, NodeState, Turn, Unmet
from apps.snapshots.models.losses import LostObject
from apps.snapshots.models.objects import FOREVER, Chunk, ObjectVersion, StoredFile
from apps.snapshots.models.retention import Protection, Retention
from apps.snapshots.models.snapshots import Kind, Snapshot, SnapshotKind, SnapshotState

__all__ = [
    "FOREVER",
    "CaptureNode",
    "CapturePart",
    "Chunk",
    "Kind",
    "LostObject",
    "NodeKind",
    "NodeState",
    "ObjectVersion",
    "Protection",
    "Retention",
    "Snapshot",
    "SnapshotKind",
    "SnapshotState",
    "StoredFile",
    "Turn",
    "Unmet",
]
