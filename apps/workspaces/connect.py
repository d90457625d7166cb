"""The connect flow's pages: consent at Notion, or a pasted token."""

from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest as PlainRequest
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe
from pydantic import SecretStr

from apps.access.roles import Permission
from apps.core.errors import ConfigError, Conflicting, Invalid, NotFound, NotionHubError, TransientError
from apps.core.http import HttpRequest, requires
from apps.core.problems import status_of
from apps.workspaces import oauth
from apps.workspaces.forms import ConnectForm
from apps.workspaces.keys.services import add_key
from apps.workspaces.models import ConnectionKind, Workspace
from apps.workspaces.probe import probe
from apps.workspaces.services import connect_workspace

MOMENT = timedelta(seconds=10)


@require_safe
@requires(Permission.WORKSPACE_CONNECT)
def choose(request: HttpRequest, slug: str) -> HttpResponse:
    return _page(request, ConnectForm())


@require_http_methods(["POST"])
@requires(Permission.WORKSPACE_CONNECT)
def by_token(request: HttpRequest, slug: str) -> HttpResponse:
    form = ConnectForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        given = form.cleaned_data
        token, version = SecretStr(given["token"]), given["api_version"] or None
        workspace = _connect(request, token, None, ConnectionKind.TOKEN, version)
    except (Invalid, Conflicting, ConfigError, TransientError) as error:
        form.add_error("token", error.message)
        return _page(request, form, status=status_of(error))
    return _connected(request, slug, workspace)


@require_POST
@requires(Permission.WORKSPACE_CONNECT)
def by_oauth(request: HttpRequest, slug: str) -> HttpResponse:
    if not oauth.is_configured():
        raise NotFound("Connecting through Notion's consent page is not set up on this installation.")
    return redirect(oauth.begin(request, slug))


@require_GET
def callback(request: PlainRequest) -> HttpResponse:
    """Notion's one redirect address: passes the answer on to the organization that asked."""
    slug, _, _ = request.session.get(oauth.STATE, "").partition(".")
    if not slug:
        raise NotFound("No connection was begun in this browser, or it has ended already.")
    return redirect(f"{reverse('workspaces:oauth_finish', args=[slug])}?{request.GET.urlencode()}")


@require_GET
@requires(Permission.WORKSPACE_CONNECT)
def oauth_finish(request: HttpRequest, slug: str) -> HttpResponse:
    try:
        token, refresh = oauth.finish(request)
        if target := request.session.pop(oauth.TARGET, ""):
            return _next_key(request, slug, target, token, refresh)
        workspace = _connect(request, token, refresh, ConnectionKind.OAUTH)
    except (Invalid, Conflicting, ConfigError, TransientError) as error:
        return _page(request, ConnectForm(), error, status=status_of(error))
    return _connected(request, slug, workspace)


def _next_key(
    request: HttpRequest, slug: str, target: str, token: SecretStr, refresh: SecretStr | None
) -> HttpResponse:
    """The answer belongs to the rotation of one workspace's key."""
    workspace = get_object_or_404(Workspace.objects, public_id=target)
    found = probe(token, workspace.base_url, workspace.api_version)
    kind = ConnectionKind.OAUTH
    key = add_key(workspace, found, token=token, refresh=refresh, connection=kind, actor=request.actor)
    return redirect("workspaces:key_prove", slug, target, key.number)


def _connect(
    request: HttpRequest,
    token: SecretStr,
    refresh: SecretStr | None,
    kind: ConnectionKind,
    version: str | None = None,
) -> Workspace:
    base_url = settings.NOTION_BASE_URL
    return connect_workspace(
        probe(token, base_url, version),
        base_url=base_url,
        token=token,
        refresh=refresh,
        connection=kind,
        api_version=version,
        actor=request.actor,
    )


def _connected(request: HttpRequest, slug: str, workspace: Workspace) -> HttpResponse:
    count = len(workspace.roots)
    seen = (
        f"It opens {count} top-level item{'' if count == 1 else 's'}."
        if count
        else ("Nothing is shared with it yet: in Notion, open a page, then ••• → Connections, and add it.")
    )
    was_here = timezone.now() - workspace.created_at > MOMENT
    done = "has a new key; its snapshots are kept" if was_here else "is connected"
    messages.success(request, f"{workspace.name} {done}. {seen}")
    return redirect("workspaces:detail", slug, workspace.public_id)


def _page(
    request: HttpRequest, form: ConnectForm, error: NotionHubError | None = None, status: int = 200
) -> HttpResponse:
    context = {
        "form": form,
        "error": error,
        "oauth_configured": oauth.is_configured(),
        "notion_host": settings.NOTION_BASE_URL.partition("://")[2],
        "is_sandbox": is_sandbox(),
    }
    return render(request, "workspaces/workspace_connect.html", context, status=status)


def is_sandbox() -> bool:
    """Whether this installation talks to something else than Notion itself."""
    return bool(settings.NOTION_BASE_URL != "https://api.notion.com")
