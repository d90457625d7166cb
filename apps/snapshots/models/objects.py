"""The temporal store: one row per version of an object, alive from one snapshot number until another."""

from django.db import models
from django.db.models import Q

from apps.core.tenancy import ContentModel
from apps.snapshots.models.snapshots import Kind

FOREVER = 2_147_483_647
"""``until_no`` of a version that nothing has replaced."""


class StoredFile(ContentModel):
    """A file's bytes, kept once per workspace whatever it is called there. ``from_no`` is who brought it."""

    workspace = models.ForeignKey("workspaces.Workspace", on_delete=models.CASCADE, related_name="+")
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    content_type = models.CharField(max_length=200)
    name = models.CharField(max_length=300)
    from_no = models.PositiveIntegerField()

    class Meta(ContentModel.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "sha256"], name="stored_file_once")]

    def __str__(self) -> str:
        return self.sha256


class ObjectVersion(ContentModel):
    """One version of a page, row, database, data source, view, discussion, user, custom emoji or file.

    Alive at snapshot ``N`` when ``from_no <= N < until_no``. ``parent`` is the object it lies in; blocks between
    are skipped. ``body`` is packed by :mod:`apps.snapshots.store.bodies`; ``lines`` counts what follows the
    object in it (blocks, comments, templates), ``size`` all bytes that it takes, chunks and file included. Siblings
    without an order of their own sort by ``sort_key``.

    For incremental captures: ``edited`` is when the object was last edited, as Notion wrote it; ``listed`` the digest
    of the object alone as a listing shows it, empty where its content may change without an edit; ``attached`` the ids
    of the files that it refers to, 16 bytes each; ``doubted`` says that the newest finished sweep did not get it whole.
    """

    workspace = models.ForeignKey("workspaces.Workspace", on_delete=models.CASCADE, related_name="+", db_index=False)
    object = models.UUIDField()
    parent = models.UUIDField(null=True)
    kind = models.CharField(max_length=16, choices=[(kind.value, kind.value) for kind in Kind])
    title = models.CharField(max_length=300)
    sort_key = models.CharField(max_length=64)
    digest = models.BinaryField(max_length=16)
    from_no = models.PositiveIntegerField()
    until_no = models.PositiveIntegerField(default=FOREVER)
    lines = models.PositiveIntegerField(default=0)
    size = models.PositiveBigIntegerField()
    edited = models.CharField(max_length=32, blank=True)
    listed = models.BinaryField(max_length=16, default=b"")
    attached = models.BinaryField(default=b"")
    doubted = models.BooleanField(default=False)
    file = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="versions")
    body = models.BinaryField()

    class Meta(ContentModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace", "object", "from_no"], name="version_once"),
            models.CheckConstraint(condition=Q(from_no__lt=models.F("until_no")), name="version_lives"),
        ]
        indexes = [
            models.Index(fields=["workspace", "parent", "sort_key"], name="version_by_parent"),
            models.Index(fields=["workspace", "from_no"], name="version_by_from"),
            models.Index(fields=["workspace", "until_no"], condition=Q(until_no__lt=FOREVER), name="version_by_until"),
            models.Index(fields=["workspace"], condition=Q(doubted=True), name="version_doubted"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.object} from {self.from_no}"


class Chunk(ContentModel):
    """A run of blocks of a huge page, named by its digest, so that an edit rewrites a few chunks only."""

    workspace = models.ForeignKey("workspaces.Workspace", on_delete=models.CASCADE, related_name="+", db_index=False)
    digest = models.BinaryField(max_length=16)
    from_no = models.PositiveIntegerField()
    body = models.BinaryField()

    class Meta(ContentModel.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "digest"], name="chunk_once")]
        indexes = [models.Index(fields=["workspace", "from_no"], name="chunk_by_from")]

    def __str__(self) -> str:
        return bytes(self.digest).hex()
