"""Making a version of a workspace's key, and wiping one. Bookkeeping of the operations that call it."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Max
from django.utils import timezone
from pydantic import SecretStr

from apps.keys.models import Secret
from apps.keys.services import forget, keep
from apps.workspaces.models import ConnectionKind, Workspace, WorkspaceKey

ACCESS, REFRESH = "notion.access_token", "notion.refresh_token"


def new_version(
    workspace: Workspace,
    token: SecretStr,
    refresh: SecretStr | None = None,
    *,
    connection: ConnectionKind = ConnectionKind.TOKEN,
    bot: tuple[str, str] = ("", ""),
    expires_at: datetime | None = None,
    added_by: str = "",
) -> WorkspaceKey:
    """The next version, sealed and pending. ``bot`` is the id and the name of the connection."""
    newest = WorkspaceKey.objects.filter(workspace=workspace).aggregate(newest=Max("number"))["newest"] or 0
    return WorkspaceKey.objects.create(
        workspace=workspace,
        number=newest + 1,
        connection=connection,
        access_token=keep(token, purpose=ACCESS),
        refresh_token=keep(refresh, purpose=REFRESH) if refresh else None,
        hint=hint_of(token),
        bot_id=bot[0],
        bot_name=bot[1][:200],
        expires_at=expires_at,
        refresh_at=next_refresh() if refresh else None,
        added_by=added_by[:200],
    )


def next_refresh() -> datetime | None:
    """When tokens of now are to be replaced; None when the installation does not want that."""
    return timezone.now() + timedelta(days=settings.KEY_REFRESH_DAYS) if settings.KEY_REFRESH_DAYS else None


def hint_of(token: SecretStr) -> str:
    """What tells a token from others and opens nothing: its prefix and its end, such as ``ntn_…x7Qe``."""
    plain = token.get_secret_value()
    prefix, line, _ = plain.partition("_")
    return f"{prefix + line if line and len(prefix) <= 10 else ''}…{plain[-4:]}"


def put_to_use(workspace: Workspace, key: WorkspaceKey, by: str, *, despite: str = "") -> None:
    """Make a version the active one; saving the workspace is the caller's."""
    key.promoted_at, key.promoted_by, key.despite, key.retires_at = timezone.now(), by[:200], despite[:400], None
    key.save(update_fields=["promoted_at", "promoted_by", "despite", "retires_at"])
    workspace.key = key


def end(key: WorkspaceKey, by: str) -> None:
    """From now on nobody may use it. Its secrets are still there: :func:`wipe` them, or have it revoked at Notion."""
    key.revoked_at, key.revoked_by, key.retires_at = timezone.now(), by[:200], None
    key.save(update_fields=["revoked_at", "revoked_by", "retires_at"])


def wipe(key: WorkspaceKey) -> None:
    """Forget its secrets; the row stays as a record."""
    secrets: list[Secret] = [each for each in (key.access_token, key.refresh_token) if each is not None]
    key.access_token = key.refresh_token = key.refreshing_since = None
    key.save(update_fields=["access_token", "refresh_token", "refreshing_since"])
    for secret in secrets:
        forget(secret)
