"""Reading the chunks of huge pages, one at a time."""

from collections.abc import Callable

from apps.snapshots.models import Chunk


def chunk_loader(workspace_id: int) -> Callable[[bytes], bytes]:
    """What :func:`apps.snapshots.store.bodies.read_lines` takes. Raises ``Chunk.DoesNotExist``."""

    def load(digest: bytes) -> bytes:
        return bytes(Chunk.objects.only("body").get(workspace=workspace_id, digest=digest).body)

    return load
