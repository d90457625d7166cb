"""What every page knows: the organization, the actor, the navigation."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.module_loading import import_string

from apps.access.roles import Permission
from apps.accounts.models import User
from apps.core.actor import Actor
from apps.organizations.selectors import organizations_of


def page(request: HttpRequest) -> dict[str, Any]:
    """Context processor. Outside an organization only the theme is known."""
    actor: Actor | None = getattr(request, "actor", None)
    theme = request.COOKIES.get("theme", "")
    context: dict[str, Any] = {"theme": theme if theme in ("light", "dark") else "", "actor": actor}
    if actor is None:
        return context
    navigation = import_string(settings.NAVIGATION)
    return context | {
        "organization": request.organization,  # type: ignore[attr-defined]
        "can": {str(p).replace(".", "_"): True for p in Permission if actor.can_somewhere(p)},
        "nav": navigation(request),
        "may_create": settings.ANYBODY_FOUNDS,
        "memberships": organizations_of(request.user) if isinstance(request.user, User) else [],
    }
