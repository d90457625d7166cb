"""What every page knows: the organization, the actor and what they may do, the navigation."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.module_loading import import_string

from apps.access.roles import Permission
from apps.accounts.middleware import realm_of
from apps.accounts.models import User
from apps.core.actor import Actor
from apps.organizations.selectors import organizations_of


def page(request: HttpRequest) -> dict[str, Any]:
    """Context processor. Outside an organization only the theme is known."""
    may: Callable[[str], bool]
    actor: Actor | None = getattr(request, "actor", None)
    theme = request.COOKIES.get("theme", "")
    context: dict[str, Any] = {"theme": theme if theme in ("light", "dark") else "", "actor": actor}
    if actor is None:
        return context
    # On a page about one thing, what holds for that; on others, what holds anywhere.
    may = partial(actor.can, workspace_id=request.about) if hasattr(request, "about") else actor.can_somewhere
    navigation = import_string(settings.NAVIGATION)
    return context | {
        "organization": request.organization,  # type: ignore[attr-defined]
        "can": {str(p).replace(".", "_"): True for p in Permission if may(p)},
        "nav": navigation(request),
        "may_create": settings.ANYBODY_FOUNDS and not realm_of(request),
        "memberships": organizations_of(request.user, realm_of(request)) if isinstance(request.user, User) else [],
    }
