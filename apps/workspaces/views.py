"""What one does with a connected workspace. Its pages are the dashboard's, which reads all rooms."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from apps.core.errors import ConfigError, Conflicting, TransientError
from apps.core.http import HttpRequest, found
from apps.workspaces.models import Workspace, WorkspaceStatus
from apps.workspaces.services import disconnect_workspace
from apps.workspaces.verify import verify_workspace


@require_POST
def verify(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    workspace = found(request, Workspace.objects, public_id)
    try:
        workspace = verify_workspace(workspace, actor=request.actor)
    except (ConfigError, Conflicting, TransientError) as error:
        messages.error(request, error.message)
        return redirect("workspaces:detail", slug, public_id)
    if workspace.status in (WorkspaceStatus.HEALTHY, WorkspaceStatus.REDUCED):
        messages.success(request, f"The key of {workspace.name} works.")
    else:
        messages.error(request, workspace.status_reason)
    return redirect("workspaces:detail", slug, public_id)


@require_POST
def disconnect(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    workspace = found(request, Workspace.objects, public_id)
    try:
        disconnect_workspace(workspace, actor=request.actor)
    except (ConfigError, Conflicting, TransientError) as error:
        messages.error(request, error.message)
        return redirect("workspaces:settings", slug, public_id)
    messages.success(request, f"{workspace.name} is disconnected and its keys are forgotten.")
    return redirect("workspaces:list", slug)
