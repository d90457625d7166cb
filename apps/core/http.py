"""Plumbing of the pages: what a view knows of its request."""

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Concatenate, ParamSpec, cast

from django.http import HttpRequest as DjangoRequest
from django.http import HttpResponseBase
from django_htmx.middleware import HtmxDetails

from apps.core.actor import Actor
from apps.core.errors import Forbidden
from apps.core.scopes import narrowed
from apps.core.storage.links import Claim

if TYPE_CHECKING:
    from apps.organizations.models import Organization  # only the name: core imports no room above it

P = ParamSpec("P")


class HttpRequest(DjangoRequest):
    """A request that came through the door. One that came by a link has a ``claim`` and no actor."""

    actor: Actor
    claim: Claim
    organization: "Organization"
    htmx: HtmxDetails
    request_id: str


View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def requires(permission: str) -> Callable[[View[P]], View[P]]:
    """Only actors with this permission may see the view, and of the organization only the workspaces in which they
    have it. Writes are checked by their operation."""

    def decorate(view: View[P]) -> View[P]:
        @functools.wraps(view)
        def wrapped(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            ensure(request.actor, permission)
            with narrowed(request.actor.where(permission)):
                return view(request, *args, **kwargs)

        wrapped.permission = permission  # type: ignore[attr-defined]
        return cast(View[P], wrapped)

    return decorate


def ensure(actor: Actor, permission: str, workspace_id: int | None = None) -> None:
    """Raise :class:`Forbidden` when the actor lacks the permission in this workspace, or without one anywhere."""
    if not (actor.can(permission, workspace_id) or (workspace_id is None and actor.can_somewhere(permission))):
        raise Forbidden(refusal(actor, permission))


def refusal(actor: Actor, permission: str) -> str:
    """Why not, and who can change it. A permission tells what it allows by its ``label``."""
    what = getattr(permission, "label", permission)
    return f"Your role, {actor.role or actor.kind}, may not {what}. An owner or admin can give you another role."
