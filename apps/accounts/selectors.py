"""Reads of people's sign-ins and factors."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TypeVar

from django.conf import settings
from django.db.models import Max, Q, QuerySet
from django.utils import timezone

from apps.accounts.models import Identity, Passkey, RecoveryCode, SignIn, User
from apps.accounts.oauth import Claims

M = TypeVar("M", SignIn, Identity, Passkey)


def sign_ins(user: User, realm: str = "") -> QuerySet[SignIn]:
    """Where the person is signed in now, last seen first. Whoever was let in by an organization's own provider sees
    what it has vouched for, and nothing else of the person."""
    began = timezone.now() - timedelta(seconds=settings.SESSION_COOKIE_AGE)
    return _of(SignIn.objects.filter(user=user, ended_at=None, began_at__gt=began), realm).order_by("-seen_at", "-id")


def identities(user: User, realm: str = "") -> QuerySet[Identity]:
    return _of(Identity.objects.filter(user=user), realm).order_by("created_at")


def is_known_as(user: User, claims: Claims) -> bool:
    """Whether a provider speaks of this person."""
    known = Identity.objects.filter(user=user, realm=claims.provider.realm)
    return known.filter(issuer=claims.issuer, subject=claims.subject).exists()


def passkeys(user: User, realm: str = "") -> QuerySet[Passkey]:
    """Those that the person may change in a session of this realm."""
    return _of(Passkey.objects.filter(user=user), realm).order_by("created_at")


def factors(user: User, realm: str = "") -> QuerySet[Passkey]:
    """Those that prove the person in a session of this realm: one's own count everywhere, an organization's there."""
    return Passkey.objects.filter(Q(realm="") | Q(realm=realm), user=user).order_by("created_at")


def codes_left(user: User, realm: str = "") -> int:
    return RecoveryCode.objects.filter(user=user, realm=realm, used_at=None).count()


def last_sign_ins(users: Iterable[int], realm: str) -> dict[int, datetime]:
    """When each of these people (primary keys) last signed in, so that it counts in the organization ``realm``."""
    rows = SignIn.objects.filter(Q(realm="") | Q(realm=realm), user_id__in=users).order_by()
    return dict(rows.values_list("user_id").annotate(Max("began_at")))


def _of(rows: QuerySet[M], realm: str) -> QuerySet[M]:
    return rows.filter(realm=realm) if realm else rows
