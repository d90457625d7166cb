"""Where entries are sent and how long they are kept: a tab of the settings."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from pydantic import SecretStr

from apps.access.roles import Permission
from apps.audit.forms import DestinationForm, RetentionForm
from apps.audit.forwarding import selectors, services
from apps.audit.models import Destination
from apps.audit.retention import last_cut, rules_here, set_retention
from apps.audit.selectors import chain_here
from apps.core.errors import Conflicting, Invalid
from apps.core.http import HttpRequest, requires


@require_safe
@requires(Permission.AUDIT_VIEW)
def settings_page(request: HttpRequest, slug: str) -> HttpResponse:
    return _page(request)


@require_http_methods(["POST"])
@requires(Permission.AUDIT_MANAGE)
def destination_create(request: HttpRequest, slug: str) -> HttpResponse:
    form = DestinationForm(request.POST)
    if form.is_valid():
        given = dict(form.cleaned_data)
        secret = given.pop("secret")
        try:
            made = services.create_destination(
                **given, secret=SecretStr(secret) if secret else None, actor=request.actor
            )
        except (Conflicting, Invalid) as error:
            field = getattr(error, "field", None)
            form.add_error(field if field in form.fields else None, error.message)
        else:
            messages.success(request, f"Entries are sent to “{made.name}” from now on.")
            return redirect("audit:settings", slug)
    return _page(request, destination_form=form, status=422)


@require_POST
@requires(Permission.AUDIT_MANAGE)
def destination_switch(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    """On, off, or on again to be tried at once."""
    destination = get_object_or_404(Destination.objects, public_id=public_id)
    services.switch_destination(destination, request.POST.get("enabled") == "yes", actor=request.actor)
    return redirect("audit:settings", slug)


@require_POST
@requires(Permission.AUDIT_MANAGE)
def destination_delete(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    destination = get_object_or_404(Destination.objects, public_id=public_id)
    services.delete_destination(destination, actor=request.actor)
    messages.success(request, f"Nothing is sent to “{destination.name}” any more.")
    return redirect("audit:settings", slug)


@require_POST
@requires(Permission.AUDIT_MANAGE)
def retention(request: HttpRequest, slug: str) -> HttpResponse:
    form = RetentionForm(request.POST)
    if form.is_valid():
        days = form.cleaned_data["keep_days"]
        set_retention(rules_here(), days, actor=request.actor)
        messages.success(request, f"Entries are kept for {days:,} days." if days else "Entries are kept for ever.")
        return redirect("audit:settings", slug)
    return _page(request, retention_form=form, status=422)


def _page(
    request: HttpRequest,
    *,
    destination_form: DestinationForm | None = None,
    retention_form: RetentionForm | None = None,
    status: int = 200,
) -> HttpResponse:
    rules = rules_here()
    context = {
        "states": selectors.states(),
        "destination_form": destination_form or DestinationForm(),
        "retention_form": retention_form or RetentionForm(initial={"keep_days": rules.keep_days}),
        "rules": rules,
        "cut": last_cut(),
        "chain": chain_here(),
    }
    return render(request, "audit/settings.html", context, status=status)
