"""What a connection could reach once and no longer can."""

from django.db import models

from apps.core.tenancy import TenantModel
from apps.snapshots.models.captures import NODE_KINDS


class LostObject(TenantModel):
    """The topmost of something that is no longer reachable, until it is met again or a person accepts it.

    ``number`` is the snapshot that found it, ``held_no`` the last one that holds it. ``below`` counts the pages and
    databases that lay below it.
    """

    workspace = models.ForeignKey("workspaces.Workspace", on_delete=models.CASCADE, related_name="+", db_index=False)
    object = models.UUIDField()
    kind = models.CharField(max_length=16, choices=NODE_KINDS)
    title = models.CharField(max_length=300, blank=True)
    number = models.PositiveIntegerField()
    held_no = models.PositiveIntegerField()
    below = models.PositiveIntegerField(default=0)

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "object"], name="lost_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.object}: lost in snapshot {self.number}"
