"""The rotation as pages: each step has its own address, and leaving keeps the state."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from pydantic import SecretStr

from apps.access.roles import Permission
from apps.core.errors import ConfigError, Conflicting, Invalid, NotFound, NotionHubError, TransientError
from apps.core.http import HttpRequest, found, requires
from apps.core.problems import status_of
from apps.jobs.models import Job
from apps.jobs.schedules.selectors import schedules
from apps.workspaces import oauth
from apps.workspaces.debits import book
from apps.workspaces.keys.forms import AddKeyForm, ExpiryForm, PromoteForm, RevokeForm
from apps.workspaces.keys.proof import Proof, Verdict
from apps.workspaces.keys.selectors import key_word, keys_of
from apps.workspaces.keys.services import (
    TRY_KEY,
    add_key,
    check_key,
    discard_key,
    promote_key,
    restore_key,
    retire_key,
    revoke_key,
    set_expiry,
    start_refresh,
)
from apps.workspaces.keys.steps import lines, steps
from apps.workspaces.models import KeyState, Workspace, WorkspaceKey
from apps.workspaces.probe import probe


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.KEY_ROTATE)
def add(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    """Step 1. A rotation that has begun is taken up where it was left."""
    workspace = _workspace(request, public_id)
    waiting = keys_of(workspace).filter(promoted_at=None, revoked_at=None).first()
    if waiting is not None:
        return redirect("workspaces:key_prove", slug, public_id, waiting.number)
    form = AddKeyForm(request.POST or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            key = _add(request, workspace, form)
        except (Invalid, Conflicting, ConfigError, TransientError) as error:
            form.add_error("token", error.message)
            status = status_of(error)
        else:
            return redirect("workspaces:key_prove", slug, public_id, key.number)
    context = _frame(workspace, "add", None) | {"form": form, "oauth_configured": oauth.is_configured()}
    return render(request, "workspaces/keys/add.html", context, status=status if not form.errors else max(status, 422))


def _add(request: HttpRequest, workspace: Workspace, form: AddKeyForm) -> WorkspaceKey:
    token = SecretStr(form.cleaned_data["token"])
    found = probe(token, workspace.base_url, workspace.api_version, lambda: book(workspace))
    return add_key(workspace, found, token=token, expires_at=form.expires_at(), actor=request.actor)


@require_POST
@requires(Permission.KEY_ROTATE)
def add_by_oauth(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    """Step 1 through Notion's consent page, which comes back to the connect flow's address."""
    if not oauth.is_configured():
        raise NotFound("Connecting through Notion's consent page is not set up on this installation.")
    return redirect(oauth.begin(request, slug, workspace=_workspace(request, public_id).public_id))


@require_safe
@requires(Permission.KEY_ROTATE)
def prove(request: HttpRequest, slug: str, public_id: str, number: int) -> HttpResponse:
    """Step 2: what the new key reaches. Losses stand above everything else."""
    key = _key(request, public_id, number)
    if key.state != KeyState.PENDING:
        return redirect("workspaces:key_grace", slug, public_id, number)
    job = Job.objects.filter(kind=TRY_KEY, unique_key=key.public_id).order_by("-id").first()
    proof = Proof.read(key.proof)
    checking = job is not None and not job.has_ended
    context = _frame(key.workspace, "prove", key) | {
        "job": job,
        "checking": checking,
        "proof": proof,
        "hopeless": proof is not None and proof.verdict in (Verdict.OTHER, Verdict.REFUSED),
        "lines": list(lines(proof)) if proof is not None else [],
        "failed": job.error if job is not None and job.has_ended and not proof else "",
        "schedules": schedules(subject_id=key.workspace.public_id)[:20],
    }
    fragment = "#proof" if request.htmx.target == "proof" else ""
    response = render(request, f"workspaces/keys/prove.html{fragment}", context)
    response["Vary"] = "HX-Request, HX-Target"
    if fragment and not checking:
        response.status_code = 286  # htmx: stop asking
    return response


@require_POST
@requires(Permission.KEY_ROTATE)
def check(request: HttpRequest, slug: str, public_id: str, number: int) -> HttpResponse:
    _tell(request, lambda: check_key(_key(request, public_id, number), actor=request.actor), "")
    return redirect("workspaces:key_prove", slug, public_id, number)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.KEY_ROTATE)
def promote(request: HttpRequest, slug: str, public_id: str, number: int) -> HttpResponse:
    """Step 3: what the next click does; with losses it takes a tick and a reason."""
    key = _key(request, public_id, number)
    proof = Proof.read(key.proof)
    if key.state != KeyState.PENDING or proof is None:
        return redirect("workspaces:key_prove", slug, public_id, number)
    form = PromoteForm(request.POST or None, lossy=not proof.holds)
    if request.method == "POST" and form.is_valid():
        plan = form.promotion()
        try:
            promote_key(
                key, despite=plan.despite, because=plan.because, grace_days=plan.grace_days, actor=request.actor
            )
        except (Invalid, Conflicting) as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, f"Key {number} is in use. Running jobs take it up at their next request.")
            return redirect("workspaces:key_grace", slug, public_id, number)
    context = _frame(key.workspace, "promote", key) | {"form": form, "proof": proof}
    return render(request, "workspaces/keys/promote.html", context, status=422 if form.errors else 200)


@require_safe
@requires(Permission.KEY_VIEW)
def grace(request: HttpRequest, slug: str, public_id: str, number: int) -> HttpResponse:
    """Steps 4 and 5: the new key is in use; the old one can be gone back to until it is wiped."""
    key = _key(request, public_id, number)
    if key.state == KeyState.PENDING:
        return redirect("workspaces:key_prove", slug, public_id, number)
    old = keys_of(key.workspace).filter(retires_at__isnull=False).exclude(pk=key.pk).first()
    context = _frame(key.workspace, "grace" if old is not None else "retire", key, old)
    return render(request, "workspaces/keys/grace.html", context | {"expiry_form": ExpiryForm()})


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.KEY_REVOKE)
def revoke(request: HttpRequest, slug: str, public_id: str, number: int) -> HttpResponse:
    """Emergency: a page that names what happens."""
    key = _key(request, public_id, number)
    form = RevokeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            revoke_key(key, because=form.cleaned_data["because"], actor=request.actor)
        except (Invalid, Conflicting) as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, f"Key {number} is revoked. Nothing is read with it any more.")
            return _to_tab(slug, public_id)
    running = Job.objects.filter(lane__key=key.workspace.lane_key).exclude(finished_at__isnull=False)
    context = {"workspace": key.workspace, "key": key, "form": form, "running": list(running[:20])}
    return render(request, "workspaces/keys/revoke.html", context, status=422 if form.errors else 200)


@require_POST
@requires(Permission.KEY_ROTATE)
def discard(request: HttpRequest, slug: str, public_id: str, number: int) -> HttpResponse:
    key = _key(request, public_id, number)
    _tell(request, lambda: discard_key(key, actor=request.actor), f"Key {number} is wiped. Nothing else has changed.")
    return _to_tab(slug, public_id)


@require_POST
@requires(Permission.KEY_ROTATE)
def restore(request: HttpRequest, slug: str, public_id: str, number: int) -> HttpResponse:
    key = _key(request, public_id, number)
    _tell(request, lambda: restore_key(key, actor=request.actor), f"Key {number} is in use again.")
    return _to_tab(slug, public_id)


@require_POST
@requires(Permission.KEY_ROTATE)
def retire(request: HttpRequest, slug: str, public_id: str, number: int) -> HttpResponse:
    key = _key(request, public_id, number)
    _tell(request, lambda: retire_key(key, actor=request.actor), f"Key {number} is retired.")
    return _to_tab(slug, public_id)


@require_POST
@requires(Permission.KEY_ROTATE)
def refresh(request: HttpRequest, slug: str, public_id: str, number: int) -> HttpResponse:
    key = _key(request, public_id, number)
    _tell(request, lambda: start_refresh(key, actor=request.actor), "Notion is asked for new tokens in the background.")
    return _to_tab(slug, public_id)


@require_POST
@requires(Permission.KEY_ROTATE)
def expiry(request: HttpRequest, slug: str, public_id: str, number: int) -> HttpResponse:
    form, key = ExpiryForm(request.POST), _key(request, public_id, number)
    if form.is_valid():
        _tell(request, lambda: set_expiry(key, form.expires_at(), actor=request.actor), "The date is saved.")
    else:
        messages.error(request, "That is no date. Nothing was changed.")
    return _to_tab(slug, public_id)


def _workspace(request: HttpRequest, public_id: str) -> Workspace:
    return found(request, Workspace.objects.select_related("key"), public_id)


def _key(request: HttpRequest, public_id: str, number: int) -> WorkspaceKey:
    return get_object_or_404(keys_of(_workspace(request, public_id)).select_related("workspace__key"), number=number)


def _frame(workspace: Workspace, at: str, key: WorkspaceKey | None, old: WorkspaceKey | None = None) -> dict[str, Any]:
    """What stands around every step: the steps themselves, and the versions in the aside."""
    return {
        "workspace": workspace,
        "key": key,
        "old": old or workspace.key,
        "steps": steps(at, key, old or workspace.key),
        "keys": keys_of(workspace)[:6],
        "key_status": key_word(workspace),
    }


def _tell(request: HttpRequest, do: Any, done: str) -> None:
    """Say in a toast what came of it."""
    try:
        do()
    except NotionHubError as error:
        if not isinstance(error, Invalid | Conflicting):
            raise
        messages.error(request, error.message)
    else:
        if done:
            messages.success(request, done)


def _to_tab(slug: str, public_id: str) -> HttpResponse:
    response = redirect("workspaces:detail", slug, public_id)
    response["Location"] += "?tab=keys"
    return response
