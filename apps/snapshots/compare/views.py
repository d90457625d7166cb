"""The pages of a comparison."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from apps.access.roles import Permission
from apps.core.errors import NotFound
from apps.core.http import HttpRequest, found, requires
from apps.snapshots import selectors
from apps.snapshots.compare.address import Address
from apps.snapshots.compare.pair import Pair, pair_of, usual
from apps.snapshots.compare.reader import reader
from apps.snapshots.compare.sidebar import listing
from apps.snapshots.compare.stream import download
from apps.snapshots.models import Snapshot

CHOICES = 200
"""Snapshots that can be chosen from, newest first; any other one by its address."""


@require_safe
@requires(Permission.SNAPSHOT_VIEW)
def compare_start(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    """To the comparison with the snapshot before, or with what ``from`` and ``to`` name."""
    snapshot = _snapshot(request, request.GET.get("to") or public_id)
    chosen = request.GET.get("from", "")
    pair = pair_of(snapshot, chosen) if chosen else usual(snapshot)
    if pair is None:
        return _page(request, snapshot, {"snapshot": snapshot})
    address = reverse("snapshots:compare", args=[slug, pair.after.public_id, pair.before.public_id])
    wanted = request.GET.get("object", "")
    return HttpResponseRedirect(Address(address, request.GET).but(object=wanted))


@require_safe
@requires(Permission.SNAPSHOT_VIEW)
def compare_detail(request: HttpRequest, slug: str, public_id: str, other: str) -> HttpResponse:
    """What changed from ``other`` to this one. ``?object=`` is shown beside the list, ``?as=side`` side by side."""
    pair = pair_of(_snapshot(request, public_id), other)
    address = Address(request.path, request.GET)
    chosen = _chosen(request)
    context: dict[str, Any] = {"pair": pair, "snapshot": pair.after, "query": request.GET.get("q", "")}
    if not pair.is_same:
        fragment = request.htmx.target == "reader"
        context |= {} if fragment else {"listing": listing(pair, request.GET, address, chosen)}
        context |= {"reader": reader(pair, chosen, request.GET, address)} if chosen else {}
    return _page(request, pair.after, context)


@require_safe
@requires(Permission.SNAPSHOT_VIEW)
def compare_download(request: HttpRequest, slug: str, public_id: str, other: str) -> HttpResponseBase:
    return download(pair_of(_snapshot(request, public_id), other))


def _page(request: HttpRequest, snapshot: Snapshot, context: dict[str, Any]) -> HttpResponse:
    choices = list(selectors.snapshots(snapshot.workspace)[:CHOICES])
    pair: Pair | None = context.get("pair")
    context |= {"workspace": snapshot.workspace, "choices": _with(choices, pair)}
    fragment = "#reader" if request.htmx.target == "reader" else ""
    response = render(request, f"snapshots/compare.html{fragment}", context)
    response["Vary"] = "HX-Request, HX-Target"
    return response


def _with(choices: list[Snapshot], pair: Pair | None) -> list[Snapshot]:
    """The choices and the two that are compared, if they are too old to be among them."""
    known = {choice.pk for choice in choices}
    missing = [shot for shot in (pair.before, pair.after) if shot.pk not in known] if pair else []
    return choices + sorted(missing, key=lambda shot: -shot.number)


def _snapshot(request: HttpRequest, public_id: str) -> Snapshot:
    return found(request, Snapshot.objects.select_related("workspace"), public_id)


def _chosen(request: HttpRequest) -> UUID | None:
    given = request.GET.get("object", "")
    try:
        return UUID(given) if given else None
    except ValueError:
        raise NotFound("The address names an object by something that is no id.") from None
