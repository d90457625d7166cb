"""Where people are signed in: begun, seen, proved anew, ended."""

import time
from datetime import datetime, timedelta
from hashlib import sha256

from django.conf import settings
from django.contrib.auth import login, logout
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from apps.accounts.devices import device
from apps.accounts.models import Ended, SignIn, User
from apps.core.addresses import client_ip
from notionhub.settings.providers import Provider

SIGNED_IN_AT = "signed_in_at"
"""Where a session says when its person last proved who they are, in seconds since the epoch."""
GRAIN = timedelta(minutes=1)
REMEMBERED = timedelta(days=90)
"""How long a sign-in that has ended is listed nowhere but kept."""


def begin_sign_in(
    request: HttpRequest, user: User, provider: Provider, *, proved_at: float, second_factor: bool = False
) -> SignIn:
    """Sign somebody in, in this browser; whoever was signed in here before is so no more.

    ``proved_at`` is when they proved who they are, in seconds since the epoch.
    """
    replaced = request.session.session_key
    login(request, user)
    if replaced and request.session.session_key == replaced:
        request.session.cycle_key()  # Django keeps the key of somebody who signs in once more
    request.session.set_expiry(None)
    request.session[SIGNED_IN_AT] = min(time.time(), proved_at)
    request.session.save()
    now = timezone.now()
    if replaced:
        end(SignIn.objects.filter(digest=_digest(replaced)), Ended.REPLACED)
    SignIn.objects.filter(user=user, ended_at__lt=now - REMEMBERED).delete()
    made = SignIn.objects.create(
        user=user,
        digest=_digest(str(request.session.session_key)),
        provider=provider.key,
        provider_label=provider.label[:120],
        realm=provider.realm,
        device=device(request.headers.get("User-Agent", "")),
        ip=client_ip(request),
        began_at=now,
        seen_at=now,
        second_factor_at=now if second_factor else None,
    )
    request.sign_in = made  # type: ignore[attr-defined]
    return made


def current(request: HttpRequest) -> SignIn | None:
    """The sign-in that the request's session stands for, if it is still good; seen now."""
    key, now = request.session.session_key, timezone.now()
    found = SignIn.objects.filter(digest=_digest(str(key)), ended_at=None).first()
    if found is None or found.user_id != request.user.pk:
        return None
    if has_expired(found, now):
        end(SignIn.objects.filter(pk=found.pk), Ended.EXPIRED)
        return None
    if now - found.seen_at > GRAIN:
        SignIn.objects.filter(pk=found.pk).update(seen_at=now, ip=client_ip(request))
    return found


def has_expired(sign_in: SignIn, now: datetime) -> bool:
    """A sign-in lasts so long and no longer, however busy it is."""
    return sign_in.began_at <= now - timedelta(seconds=settings.SESSION_COOKIE_AGE)


def renew(request: HttpRequest, sign_in: SignIn, *, proved_at: float, second_factor: bool = False) -> None:
    """Its person has proved once more who they are."""
    request.session[SIGNED_IN_AT] = min(time.time(), proved_at)
    if second_factor:
        sign_in.second_factor_at = timezone.now()
        sign_in.save(update_fields=["second_factor_at"])


def sign_out(request: HttpRequest) -> None:
    """End the sign-in of this browser."""
    sign_in: SignIn | None = getattr(request, "sign_in", None)
    if sign_in is not None:
        end(SignIn.objects.filter(pk=sign_in.pk), Ended.SIGNED_OUT)
    logout(request)


def end(found: QuerySet[SignIn], because: Ended) -> int:
    """End sign-ins: their next request finds nobody signed in. How many there were."""
    return found.filter(ended_at=None).update(ended_at=timezone.now(), ended_because=because)


def end_in_realm(user: User, realm: str) -> int:
    """End what an organization's own provider has vouched for."""
    return end(SignIn.objects.filter(user=user, realm=realm), Ended.BY_ORGANIZATION) if realm else 0


def _digest(key: str) -> bytes:
    return sha256(key.encode()).digest()
