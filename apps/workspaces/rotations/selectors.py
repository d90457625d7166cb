from collections import Counter

from django.db.models import QuerySet

from apps.workspaces.models import ItemState, Rotation, RotationItem, Workspace


def rotations() -> QuerySet[Rotation]:
    return Rotation.objects.order_by("-id")


def items_of(rotation: Rotation) -> QuerySet[RotationItem]:
    """The lines of the report: what waits for a person first."""
    return RotationItem.objects.filter(rotation=rotation).select_related("workspace", "key").order_by("number")


def states_of(rotation: Rotation) -> dict[str, int]:
    """How many lines are in each state, for those that there are."""
    found = Counter(RotationItem.objects.filter(rotation=rotation).values_list("state", flat=True))
    return {ItemState(state).label: count for state, count in found.items()}


def refreshable() -> QuerySet[Workspace]:
    """Workspaces whose key in use came by Notion's sign-in."""
    rows = Workspace.objects.filter(key__refresh_token__isnull=False)
    return rows.select_related("key").order_by("name", "id")
