"""What people do with the webhook of a workspace."""

import secrets
from datetime import timedelta

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from pydantic import SecretStr

from apps.access.roles import Permission
from apps.core.actor import Actor
from apps.core.errors import Conflicting, Invalid
from apps.core.operations import operation
from apps.keys.models import Secret
from apps.keys.services import forget, reveal
from apps.workspaces.models import Webhook, Workspace, WorkspaceStatus

LISTENS = timedelta(hours=1)
"""For which a verification token is taken after a person has asked for an address."""
QUIET = (1, 24 * 60)


@operation("webhook.opened", requires=Permission.WORKSPACE_UPDATE)
def open_webhook(workspace: Workspace, *, actor: Actor) -> Webhook:
    """Make the workspace's address, or a new one that ends the old one. Raises :class:`Conflicting`."""
    if workspace.status == WorkspaceStatus.DISCONNECTED:
        raise Conflicting(f"{workspace.name} is disconnected. Nothing was made. Connect it again first.")
    webhook = Webhook.objects.filter(workspace=workspace).first() or Webhook(workspace=workspace)
    old, webhook.token, webhook.token_at, webhook.subscription = webhook.token, None, None, ""
    webhook.address, webhook.listens_until = secrets.token_urlsafe(24), timezone.now() + LISTENS
    webhook.save()
    _wipe(old)
    return webhook


@operation("webhook.updated", requires=Permission.WORKSPACE_UPDATE)
def update_webhook(
    webhook: Webhook, *, captures: bool | None = None, quiet_minutes: int | None = None, actor: Actor
) -> Webhook:
    """Whether changes start a capture, and for how long it has to be quiet before. Raises :class:`Invalid`."""
    if quiet_minutes is not None and not QUIET[0] <= quiet_minutes <= QUIET[1]:
        raise Invalid(f"It waits for {QUIET[0]} to {QUIET[1]:,} minutes.", field="quiet_minutes")
    webhook.captures = webhook.captures if captures is None else captures
    webhook.quiet_minutes = webhook.quiet_minutes if quiet_minutes is None else quiet_minutes
    if not webhook.captures:
        webhook.capture_at = None
    webhook.save(update_fields=["captures", "quiet_minutes", "capture_at"])
    return webhook


@operation("webhook.closed", requires=Permission.WORKSPACE_UPDATE)
def close_webhook(webhook: Webhook, *, actor: Actor) -> None:
    """End the address and forget its token. The events that came stay until their time is over."""
    old = webhook.token
    webhook.delete()
    _wipe(old)


def url_of(webhook: Webhook) -> str:
    return settings.BASE_URL + reverse("notion_webhook", args=[webhook.address])


def token_to_paste(webhook: Webhook, actor: Actor) -> SecretStr | None:
    """The verification token, for who may take it back to Notion, until an event has proven that it was."""
    if (
        webhook.token is None
        or webhook.subscription
        or not actor.can(Permission.WORKSPACE_UPDATE, webhook.workspace_id)
    ):
        return None
    return reveal(webhook.token)


def _wipe(secret: Secret | None) -> None:
    if secret is not None:
        forget(secret)
