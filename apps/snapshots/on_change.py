"""Captures that start because Notion has told of changes: see :mod:`apps.workspaces.webhooks`."""

from datetime import datetime, timedelta

from apps.access.roles import Permission
from apps.core.actor import Actor, ActorKind
from apps.core.errors import Conflicting
from apps.core.scopes import scope
from apps.snapshots.services import start_capture
from apps.workspaces.models import Webhook

AGAIN = timedelta(minutes=1)
AT_ONCE = 100


def start_due(now: datetime) -> None:
    """For the ticker. Each is taken by a conditional update, so that one ticker starts it."""
    due = Webhook.unscoped.filter(capture_at__lte=now).order_by("capture_at")
    for organization_id, pk, capture_at in list(due.values_list("organization_id", "pk", "capture_at")[:AT_ONCE]):
        with scope(organization_id):
            mine = Webhook.objects.filter(pk=pk, capture_at=capture_at)
            if mine.update(capture_at=None):
                _start(Webhook.objects.select_related("workspace").get(pk=pk), now)


def _start(webhook: Webhook, now: datetime) -> None:
    """The capture that runs already may have passed by what changed: then another one follows it."""
    rights = frozenset({Permission.SNAPSHOT_CAPTURE})
    actor = Actor(ActorKind.SYSTEM, None, "Changes told by Notion", webhook.organization_id, rights, role="webhook")
    try:
        start_capture(webhook.workspace, actor=actor)
    except Conflicting:
        Webhook.objects.filter(pk=webhook.pk, capture_at=None).update(capture_at=now + AGAIN)
    else:
        Webhook.objects.filter(pk=webhook.pk).update(changed_since=None)
