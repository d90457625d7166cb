"""What Notion tells of changes in a workspace: setting its webhook up, what follows from events, and the last ones."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from apps.access.roles import Permission
from apps.core.errors import Conflicting
from apps.core.http import HttpRequest, found, requires
from apps.dashboard.rows import rows_of
from apps.dashboard.workspaces import head, workspaces_of_any_state
from apps.workspaces.models import NotionEvent, Webhook, Workspace
from apps.workspaces.webhooks.forms import ChangesForm
from apps.workspaces.webhooks.services import close_webhook, open_webhook, token_to_paste, update_webhook, url_of

SHOWN = 50


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.WORKSPACE_VIEW)
def changes_page(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    """``do`` of what is posted: ``open``, ``close``, or else the form is saved."""
    workspace = found(request, workspaces_of_any_state(), public_id)
    webhook = Webhook.objects.select_related("token", "workspace").filter(workspace=workspace).first()
    form = ChangesForm(request.POST or None, webhook=webhook)
    if request.method == "POST" and _done(request, workspace, webhook, form):
        return redirect("workspaces:changes", slug, public_id)
    token = token_to_paste(webhook, request.actor) if webhook else None
    context = head(rows_of([workspace])[0]) | {
        "webhook": webhook,
        "form": form,
        "address": url_of(webhook) if webhook else "",
        "token": token.get_secret_value() if token else "",
        "events": NotionEvent.objects.filter(workspace=workspace).order_by("-id")[:SHOWN],
        "tab": "changes",
    }
    answer = render(request, "workspaces/workspace_changes.html", context, status=422 if form.errors else 200)
    answer["Cache-Control"] = "no-store"
    return answer


def _done(request: HttpRequest, workspace: Workspace, webhook: Webhook | None, form: ChangesForm) -> bool:
    wanted = request.POST.get("do", "")
    if wanted == "open":
        return _opened(request, workspace)
    if webhook is None:
        return True
    if wanted == "close":
        close_webhook(webhook, actor=request.actor)
        messages.success(request, "The address is ended. Take the subscription away in Notion, too.")
        return True
    if not form.is_valid():
        return False
    update_webhook(webhook, **form.cleaned_data, actor=request.actor)
    messages.success(request, "Saved.")
    return True


def _opened(request: HttpRequest, workspace: Workspace) -> bool:
    try:
        open_webhook(workspace, actor=request.actor)
    except Conflicting as error:
        messages.error(request, error.message)
    else:
        messages.success(request, "The address is made. Give it to Notion within an hour.")
    return True
