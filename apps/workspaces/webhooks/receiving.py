"""What Notion posts to a workspace's address: at first a verification token, then signed events.

Each event is signed with that token (HMAC-SHA256 of the bytes as they came, in ``X-Notion-Signature``). It counts once:
its id is kept for longer than an event may be old. The answer is given after one small transaction.
"""

import hmac
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
from django.db import IntegrityError, transaction
from django.db.models import F, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from pydantic import SecretStr

from apps.access.roles import SYSTEM
from apps.core.actor import Actor, ActorKind
from apps.core.nul import fields_with_nul
from apps.core.occurrences import observed, record_event
from apps.core.problems import problem_response
from apps.core.scopes import scope
from apps.core.throttle import Throttle
from apps.keys.services import keep, reveal
from apps.workspaces.models import NotionEvent, Webhook

SIGNATURE = "X-Notion-Signature"
PURPOSE = "notion webhook"
TOKEN_RECEIVED, VERIFIED = observed("webhook.token_received"), observed("webhook.verified")
LARGEST = 256 * 1024
OLDEST = timedelta(days=2)
"""Notion tries eight times, for about a day."""
AHEAD = timedelta(minutes=10)
KEPT = timedelta(days=7)
AT_ONCE = 1_000
PATIENCE = 12
"""A workspace that never becomes quiet is captured after so many times the quiet that is waited for."""
RATE = Throttle("notion-webhook", limit=600)
NOBODY = "There is nothing at this address."
UNSIGNED = "The signature does not fit. Nothing was taken."
NOT_LISTENING = "No verification token is expected here now. Ask for a new address in NotionHub, or listen again."


@csrf_exempt
@require_POST
def receive(request: HttpRequest, address: str) -> HttpResponse:
    """The one page that Notion calls."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST:
        return problem_response(request, 413, f"The body is larger than {LARGEST:,} bytes.")
    webhook = Webhook.unscoped.filter(address=address).values("pk", "organization_id").first()
    if webhook is None:
        return problem_response(request, 404, NOBODY)
    if wait := RATE.wait(address):
        refused = problem_response(request, 429, "Too many events in a minute.")
        refused["Retry-After"] = str(wait)
        return refused
    with scope(webhook["organization_id"]):
        return _taken(request, Webhook.objects.select_related("token", "workspace").get(pk=webhook["pk"]))


def _taken(request: HttpRequest, webhook: Webhook) -> HttpResponse:
    said = _read(request.body)
    if said is None:
        return problem_response(request, 400, "The body is no JSON object.")
    given = request.headers.get(SIGNATURE)
    if given is None and isinstance(said.get("verification_token"), str):
        return _introduced(request, webhook, said["verification_token"])
    if webhook.token is None or not is_signed(request.body, given or "", reveal(webhook.token)):
        return problem_response(request, 401, UNSIGNED)
    return _noted(request, webhook, said)


def _read(body: bytes) -> dict[str, Any] | None:
    try:
        said = orjson.loads(body)  # which takes neither halves of characters nor what is no number
    except orjson.JSONDecodeError:
        return None
    return said if isinstance(said, dict) and not fields_with_nul(said.items()) else None


def is_signed(body: bytes, given: str, token: SecretStr) -> bool:
    """In constant time."""
    expected = hmac.new(token.get_secret_value().encode(), body, "sha256").hexdigest()
    return hmac.compare_digest(f"sha256={expected}".encode(), given.encode())


def _introduced(request: HttpRequest, webhook: Webhook, token: str) -> HttpResponse:
    """Keep the token for a person to take back: once, and only while one is awaited."""
    now = timezone.now()
    if webhook.token is not None or now > webhook.listens_until or not 8 <= len(token) <= 300:
        return problem_response(request, 409, NOT_LISTENING)
    with transaction.atomic():
        secret = keep(SecretStr(token), purpose=PURPOSE)
        mine = Webhook.objects.filter(pk=webhook.pk, token=None).update(token=secret, token_at=now)
        if not mine:
            transaction.set_rollback(True)
            return problem_response(request, 409, NOT_LISTENING)
        record_event(TOKEN_RECEIVED, notion(webhook), outcome="succeeded", subject=webhook)
    return HttpResponse(status=200)


def _noted(request: HttpRequest, webhook: Webhook, said: dict[str, Any]) -> HttpResponse:
    event, now = _event(webhook, said), timezone.now()
    if event is None:
        return problem_response(request, 422, "This is no event of Notion.")
    if not now - OLDEST <= event.happened_at <= now + AHEAD:
        return problem_response(request, 422, "This event is too old, or lies ahead. Nothing was taken.")
    event.received_at = now
    try:
        with transaction.atomic():
            event.save()
            _follow(webhook, str(said.get("subscription_id", ""))[:64] or "unknown", now)
    except IntegrityError:
        return HttpResponse(status=200)  # it came before
    return HttpResponse(status=200)


def _event(webhook: Webhook, said: dict[str, Any]) -> NotionEvent | None:
    entity = said.get("entity") if isinstance(said.get("entity"), dict) else {}
    try:
        number, happened = UUID(str(said["id"])), parse_datetime(str(said["timestamp"]))
    except (KeyError, ValueError):
        return None
    if happened is None or happened.tzinfo is None or not isinstance(said.get("type"), str):
        return None
    attempt = said.get("attempt_number")
    return NotionEvent(
        workspace=webhook.workspace,
        event=number,
        type=said["type"][:80],
        entity=str((entity or {}).get("id", ""))[:64],
        entity_type=str((entity or {}).get("type", ""))[:40],
        attempt=attempt if isinstance(attempt, int) and 0 < attempt < 100 else 1,
        happened_at=happened,
        body={name: said[name] for name in ("authors", "data", "api_version", "integration_id") if name in said},
    )


def _follow(webhook: Webhook, subscription: str, now: datetime) -> None:
    """The workspace has changed: say since when, and put a capture off until it is quiet, but not for ever."""
    if not webhook.subscription:
        record_event(VERIFIED, notion(webhook), outcome="succeeded", subject=webhook)
    since = webhook.changed_since or now
    quiet = timedelta(minutes=webhook.quiet_minutes)
    due = min(now + quiet, since + PATIENCE * quiet) if webhook.captures else None
    Webhook.objects.filter(pk=webhook.pk).update(
        subscription=subscription,
        last_event_at=now,
        changed_since=Coalesce(F("changed_since"), Value(since)),
        capture_at=due,
    )


def notion(webhook: Webhook) -> Actor:
    """Who tells of changes."""
    return Actor(ActorKind.SYSTEM, None, "Notion", webhook.organization_id, SYSTEM, role="system")


def forget_old(now: datetime) -> None:
    """For the ticker: let go of events whose time is over, some at once."""
    old = NotionEvent.unscoped.filter(received_at__lt=now - KEPT).order_by("received_at")
    for organization_id in set(old.values_list("organization_id", flat=True)[:AT_ONCE]):
        with scope(organization_id):
            NotionEvent.objects.filter(received_at__lt=now - KEPT).delete()
