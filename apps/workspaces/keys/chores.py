"""What becomes due with keys: a grace ends, an end comes near, tokens get old. The ticker comes by every few seconds.

Crosses tenants on purpose, like the schedules: a ticker serves all of them. Each step first takes what it saw, so it
does not matter how many tickers look.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet
from django.urls import reverse

from apps.access.roles import ROLES, Permission, Role
from apps.core.actor import Actor
from apps.core.errors import NotionHubError
from apps.core.tenancy import scope
from apps.jobs.mail import post
from apps.organizations.models import Membership
from apps.organizations.services import system_actor
from apps.workspaces.keys.services import retire_key, start_refresh
from apps.workspaces.models import WorkspaceKey
from apps.workspaces.models.keys import SOON

logger = logging.getLogger(__name__)
AT_ONCE = 50
AGAIN = timedelta(hours=1)
"""After which a refresh that came to nothing is asked for again."""
Do = Callable[[WorkspaceKey, datetime, Actor], None]


def look_after_keys(now: datetime) -> None:
    """Retire, remind and refresh what is due by now."""
    keys = WorkspaceKey.unscoped.filter(revoked_at=None)
    in_use = keys.filter(workspace__key=F("pk"))
    _each(keys.filter(retires_at__lte=now), _retire, now)
    _each(in_use.filter(expires_at__lt=now + SOON, reminded_at=None), _remind, now)
    _each(in_use.filter(refresh_at__lte=now), _refresh, now)


def _each(due: QuerySet[WorkspaceKey], do: Do, now: datetime) -> None:
    for organization_id, pk in due.order_by("pk").values_list("organization", "pk")[:AT_ONCE]:
        with scope(organization_id):
            key = WorkspaceKey.objects.select_related("workspace__key", "organization").get(pk=pk)
            try:
                with transaction.atomic():
                    do(key, now, system_actor(key.organization, "Key rotation"))
            except NotionHubError as error:
                logger.info("key left as it is", extra={"key": key.public_id, "reason": error.message})


def _retire(key: WorkspaceKey, now: datetime, actor: Actor) -> None:
    retire_key(key, actor=actor)


def _remind(key: WorkspaceKey, now: datetime, actor: Actor) -> None:
    """An e-mail to everybody who can rotate it, once."""
    if not WorkspaceKey.objects.filter(pk=key.pk, reminded_at=None).update(reminded_at=now):
        return
    roles = [role for role in Role if Permission.KEY_ROTATE in ROLES[role]]
    path = reverse("workspaces:key_add", args=[key.organization.slug, key.workspace.public_id])
    context = {
        "workspace": key.workspace.name,
        "organization": key.organization.name,
        "number": key.number,
        "day": f"{key.expires_at:%-d %B %Y}",
        "over": key.has_expired,
        "link": settings.BASE_URL + path,
    }
    what = f"key of {key.workspace.name} expires"
    for email in Membership.objects.filter(role__in=roles).values_list("user__email", flat=True):
        post("key_expiring", email, context, what=what, actor=actor)


def _refresh(key: WorkspaceKey, now: datetime, actor: Actor) -> None:
    if WorkspaceKey.objects.filter(pk=key.pk, refresh_at=key.refresh_at).update(refresh_at=now + AGAIN):
        start_refresh(key, actor=actor)
