"""What a running capture remembers: what it has met, what is still to be read, and what it could not get."""

from django.db import models
from django.db.models import Q

from apps.core.tenancy import ContentModel
from apps.snapshots.models.snapshots import Kind, Snapshot

NODE_KINDS = [(kind.value, kind.value) for kind in Kind]


class NodeKind(models.TextChoices):
    """Nodes that are no objects: listings of the workspace, of a database's views, of comments and templates."""

    SEARCH_PAGES = "search_pages"
    SEARCH_DATA_SOURCES = "search_data_src"
    USERS = "users"
    CUSTOM_EMOJIS = "custom_emojis"
    FILE_UPLOADS = "file_uploads"
    COMMENTS = "comments"
    BLOCK_COMMENTS = "block_comments"
    VIEWS = "views"
    TEMPLATES = "templates"


class NodeState(models.TextChoices):
    """``HINTED``: something refers to it, Notion has not shown it. ``OUTSIDE``: it did not; that is no loss."""

    HINTED = "hinted"
    PENDING = "pending"
    DONE = "done"
    SKIPPED = "skipped"
    CAPPED = "capped"
    FAILED = "failed"
    OUTSIDE = "outside"


class Turn(models.IntegerChoices):
    """In which order nodes are taken."""

    FILE = 0, "a file: its address is good for an hour, and it costs no request"
    FRESH = 1, "the object itself is at hand"
    KNOWN = 2, "it has to be read"
    LAST = 9, "a listing will probably bring it, or tell where it lies"


class CaptureNode(ContentModel):
    """An object that a capture has met: frontier, resume point and seen-set in one.

    ``turn`` is None once there is nothing left to do. ``place`` is the block or page under which a listing showed
    it. ``partial`` is what is at hand of it (packed), ``cursor`` where its listing goes on. ``weight`` is how many
    things it stands for in the counts (the comments of a discussion). ``missed``: no listing showed it although an
    earlier snapshot holds it, so it is asked for by its id. ``kept``: it was taken over unread, being unchanged.
    """

    snapshot = models.ForeignKey(Snapshot, on_delete=models.CASCADE, related_name="nodes", db_index=False)
    object = models.UUIDField()
    kind = models.CharField(max_length=16, choices=NODE_KINDS + NodeKind.choices)
    state = models.CharField(max_length=8, choices=NodeState.choices, default=NodeState.PENDING)
    turn = models.SmallIntegerField(null=True)
    parent = models.UUIDField(null=True)
    place = models.UUIDField(null=True)
    title = models.CharField(max_length=300, blank=True)
    weight = models.PositiveIntegerField(default=1)
    attempts = models.PositiveSmallIntegerField(default=0)
    missed = models.BooleanField(default=False)
    kept = models.BooleanField(default=False)
    cursor = models.TextField(blank=True)
    partial = models.BinaryField(null=True)

    class Meta(ContentModel.Meta):
        constraints = [models.UniqueConstraint(fields=["snapshot", "object"], name="node_once")]
        indexes = [
            models.Index(fields=["snapshot", "turn", "id"], name="node_frontier", condition=Q(turn__isnull=False))
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.object}: {self.state}"


class CapturePart(ContentModel):
    """Some of the listings of a long page that is being read, so that an interruption does not cost them.

    ``page`` is the object's id and no foreign key to its node: nodes are deleted by the hundred thousand, which is
    one statement only while nothing hangs from them.
    """

    snapshot = models.ForeignKey(Snapshot, on_delete=models.CASCADE, related_name="+", db_index=False)
    page = models.UUIDField()
    body = models.BinaryField()

    class Meta(ContentModel.Meta):
        indexes = [models.Index(fields=["snapshot", "page", "id"], name="part_in_order")]

    def __str__(self) -> str:
        return f"part {self.pk} of page {self.page}"


class Unmet(ContentModel):
    """An object that a snapshot does not hold, or not wholly, and why; one row per thing missing.

    ``kind`` is the word of the reconciliation. ``outcome`` is skipped (lawful: it leaves the snapshot complete),
    capped or failed. ``parent`` is the captured object in which it was met. ``detail`` is what Notion said.
    """

    snapshot = models.ForeignKey(Snapshot, on_delete=models.CASCADE, related_name="unmet", db_index=False)
    kind = models.CharField(max_length=20)
    object = models.UUIDField()
    parent = models.UUIDField(null=True)
    title = models.CharField(max_length=300, blank=True)
    outcome = models.CharField(max_length=8)
    reason = models.CharField(max_length=24)
    detail = models.CharField(max_length=300, blank=True)

    class Meta(ContentModel.Meta):
        constraints = [models.UniqueConstraint(fields=["snapshot", "object", "reason"], name="unmet_once")]
        indexes = [
            models.Index(fields=["snapshot", "outcome", "reason", "id"], name="unmet_by_reason"),
            models.Index(fields=["snapshot", "parent"], name="unmet_by_parent"),
        ]

    def __str__(self) -> str:
        return f"{self.outcome} ({self.reason}): {self.kind} {self.object}"
