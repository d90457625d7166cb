"""Operations on workspaces. Notion is asked first (``probe``), the operation then only writes."""

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone
from pydantic import SecretStr

from apps.access.roles import Permission
from apps.core.actor import Actor
from apps.core.errors import Conflicting, Invalid
from apps.core.operations import operation
from apps.jobs.models import ACTIVE, Job
from apps.workspaces.debits import book
from apps.workspaces.keys.versions import end, new_version, put_to_use, wipe
from apps.workspaces.models import ConnectionKind, Workspace, WorkspaceStatus
from apps.workspaces.probe import Probe
from apps.workspaces.versions import choose_version, existing


def connect_workspace(
    probe: Probe,
    *,
    base_url: str,
    token: SecretStr,
    refresh: SecretStr | None = None,
    connection: ConnectionKind,
    api_version: str | None = None,
    actor: Actor,
) -> Workspace:
    """Keep what was probed. A workspace that is here already gets the new key, and keeps its history.

    Without an ``api_version`` a known workspace keeps its own, and a new one gets that of the installation.
    """
    known = Workspace.objects.filter(base_url=base_url, notion_id=probe.notion_id).first()
    if known is not None:
        return _reconnect(known, probe, token, refresh, connection, api_version, actor=actor)
    return _connect(probe, base_url, token, refresh, connection, api_version, actor=actor)


@operation("workspace.connected", requires=Permission.WORKSPACE_CONNECT)
def _connect(
    probe: Probe,
    base_url: str,
    token: SecretStr,
    refresh: SecretStr | None,
    connection: ConnectionKind,
    api_version: str | None,
    *,
    actor: Actor,
) -> Workspace:
    workspace = Workspace(
        base_url=base_url,
        notion_id=probe.notion_id,
        api_version=existing(api_version or settings.NOTION_API_VERSION),
        rate_limit=settings.NOTION_RATE_LIMIT,
        rate_window=settings.NOTION_RATE_WINDOW,
    )
    _take_over(workspace, probe, token, refresh, connection, actor.label)
    return workspace


@operation("workspace.reconnected", requires=Permission.WORKSPACE_CONNECT)
def _reconnect(
    workspace: Workspace,
    probe: Probe,
    token: SecretStr,
    refresh: SecretStr | None,
    connection: ConnectionKind,
    api_version: str | None,
    *,
    actor: Actor,
) -> Workspace:
    if api_version is not None:
        choose_version(workspace, api_version)
    _take_over(workspace, probe, token, refresh, connection, actor.label)
    return workspace


def _take_over(
    workspace: Workspace,
    probe: Probe,
    token: SecretStr,
    refresh: SecretStr | None,
    connection: ConnectionKind,
    by: str,
) -> None:
    """The given key at once, in place of all that there were: whoever connects again asks for no grace."""
    note(workspace, probe)
    workspace.save()
    wipe_all(workspace, by)
    bot = (probe.bot_id, probe.bot_name)
    key = new_version(workspace, token, refresh, connection=connection, bot=bot, added_by=by)
    put_to_use(workspace, key, by)
    workspace.save(update_fields=["key"])
    book(workspace, probe.calls)


def wipe_all(workspace: Workspace, by: str) -> None:
    """End and wipe every version that is left."""
    workspace.key = None
    workspace.save(update_fields=["key"])
    for key in workspace.keys.select_related("access_token", "refresh_token"):
        if key.revoked_at is None:
            end(key, by)
        wipe(key)


def note(workspace: Workspace, probe: Probe) -> None:
    """What asking Notion with the key in use gave; saving is the caller's."""
    workspace.name, workspace.roots = probe.name[:200], probe.roots
    workspace.bot_id, workspace.bot_name = probe.bot_id, probe.bot_name[:200]
    workspace.max_file_size = probe.max_file_size
    workspace.stands()
    workspace.verified_at = timezone.now()


@operation("workspace.verified", requires=Permission.WORKSPACE_UPDATE)
def record_verification(workspace: Workspace, probe: Probe | None, reason: str = "", *, actor: Actor) -> Workspace:
    """Write down what checking the stored key gave. ``probe`` None means that Notion refused it."""
    if probe is None:
        workspace.status, workspace.status_reason = WorkspaceStatus.ACCESS_LOST, reason[:400]
    elif probe.notion_id != workspace.notion_id:
        raise Conflicting("This key opens another workspace now. Nothing was changed. Connect that one by itself.")
    else:
        note(workspace, probe)
    workspace.save()
    return workspace


@operation("workspace.updated", requires=Permission.WORKSPACE_UPDATE)
def update_workspace(
    workspace: Workspace, *, rate_limit: int | None = None, api_version: str | None = None, actor: Actor
) -> Workspace:
    """Change what is given: the requests per window that we allow ourselves (Notion: 180, or 600 on larger plans), or
    the version of Notion's API.
    """
    if rate_limit is not None:
        if not 1 <= rate_limit <= 100_000:
            raise Invalid("The rate limit must lie between 1 and 100,000 requests per window.", field="rate_limit")
        workspace.rate_limit = rate_limit
    if api_version is not None:
        choose_version(workspace, api_version)
    workspace.save(update_fields=["rate_limit", "api_version"])
    return workspace


@operation("workspace.disconnected", requires=Permission.WORKSPACE_DISCONNECT)
def disconnect_workspace(workspace: Workspace, *, actor: Actor) -> Workspace:
    """Forget the keys. Snapshots and exports stay. Connecting it again takes up the history."""
    if workspace.status == WorkspaceStatus.DISCONNECTED:
        raise Conflicting("This workspace is disconnected already.")
    if Job.objects.filter(lane__key=workspace.lane_key, status__in=ACTIVE).exists():
        raise Conflicting("A job of this workspace is still active. Cancel it or let it end, then disconnect.")
    workspace.status, workspace.status_reason = WorkspaceStatus.DISCONNECTED, "Disconnected by a person."
    workspace.save()
    wipe_all(workspace, actor.label)
    return workspace


def access_lost(workspace: Workspace, reason: str) -> None:
    """Bookkeeping of the engine: Notion no longer accepts the key. Not an operation, nobody asked for it."""
    Workspace.objects.filter(pk=workspace.pk).exclude(status=WorkspaceStatus.DISCONNECTED).update(
        status=WorkspaceStatus.ACCESS_LOST, status_reason=reason[:400]
    )


def access_proven(workspace: Workspace) -> None:
    """Bookkeeping of the engine: the key has just worked."""
    _stand(Workspace.objects.filter(pk=workspace.pk, status=WorkspaceStatus.ACCESS_LOST, key__isnull=False))


def reach_changed(workspace: Workspace, reduced: str) -> None:
    """Bookkeeping: what the connection can no longer reach, in a sentence; empty when there is nothing."""
    Workspace.objects.filter(pk=workspace.pk).update(reduced=reduced[:400])
    works = [WorkspaceStatus.HEALTHY, WorkspaceStatus.REDUCED]
    _stand(Workspace.objects.filter(pk=workspace.pk, status__in=works))


def _stand(rows: QuerySet[Workspace]) -> None:
    for workspace in rows:
        workspace.stands()
        workspace.save(update_fields=["status", "status_reason"])
