"""Plumbing of the pages: what a view knows of its request."""

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar, cast

from django.db import models
from django.http import HttpRequest as DjangoRequest
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from django_htmx.middleware import HtmxDetails

from apps.core.actor import Actor
from apps.core.errors import Forbidden
from apps.core.scopes import narrowed
from apps.core.storage.links import Claim
from apps.core.tenancy import TenantModel, workspace_of

if TYPE_CHECKING:
    from apps.organizations.models import Organization  # only the name: core imports no room above it

P = ParamSpec("P")


class HttpRequest(DjangoRequest):
    """A request that came through the door. One that came by a link has a ``claim`` and no actor.

    ``about`` is there once :func:`found` has said what the page is about: its workspace, or None for the organization.
    """

    actor: Actor
    about: int | None
    claim: Claim
    organization: "Organization"
    htmx: HtmxDetails
    request_id: str


T = TypeVar("T", bound=models.Model)


def found(request: HttpRequest, rows: models.QuerySet[T] | models.Manager[T], public_id: str) -> T:
    """What the page is about, or 404. From then on ``can`` in its templates tells what holds in that workspace."""
    thing = get_object_or_404(rows, public_id=public_id)
    if isinstance(thing, TenantModel) and thing.WORKSPACE:
        request.about = workspace_of(thing)
    return thing


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
    if actor.credential:
        return f"This credential may not {what}: that is beyond its own limits, or beyond what its owner may do."
    return f"Your role, {actor.role or actor.kind}, may not {what}. An owner or admin can give you another role."
