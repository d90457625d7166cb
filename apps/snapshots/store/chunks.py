"""Reading bodies, and the chunks of huge ones, one at a time."""

from collections.abc import Callable

from apps.snapshots.models import Chunk, ObjectVersion


def chunk_loader(workspace_id: int) -> Callable[[bytes], bytes]:
    """What :func:`apps.snapshots.store.bodies.read_lines` takes. Raises ``Chunk.DoesNotExist``."""

    def load(digest: bytes) -> bytes:
        return bytes(Chunk.objects.only("body").get(workspace=workspace_id, digest=digest).body)

    return load


def body_of(version: int) -> bytes:
    """The packed body of a version by its row's number. Raises ``ObjectVersion.DoesNotExist``."""
    return bytes(ObjectVersion.objects.values_list("body", flat=True).get(pk=version))
