"""The keys that access tokens are signed with (ES256, RFC 7518), and how one takes over from another.

The next key is published a day before anything is signed with it, so that whoever keeps our key set has it in time.
Then it becomes the active one; the one before only verifies, until the last token signed with it has ended. A private
key is sealed with the master key and wiped when it has signed its last.
"""

import functools
import json
import logging
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from joserfc.jwk import ECKey
from pydantic import SecretBytes

from apps.keys.envelope import CannotOpen
from apps.keys.keyring import keyring
from apps.keys.providers.provider import Bound
from apps.organizations.models import RevokedAccessToken, SigningKey, SigningState

logger = logging.getLogger(__name__)
ALGORITHM = "ES256"
NOBODY = 0
PUBLISHED_AHEAD = timedelta(days=1)
SLACK = timedelta(minutes=5)
"""What a retiring key verifies beyond the life of its last token, for clocks that differ."""


def signer() -> ECKey:
    """The private key to sign with now, which knows its id; the first one is made when it is first needed.

    One whose master key is gone is replaced at once and goes on to verify, so these keys never hold a master key back.
    """
    found = SigningKey.objects.filter(state=SigningState.ACTIVE).first() or _first()
    try:
        return _private(found)
    except CannotOpen:
        logger.exception("signing key replaced", extra={"kid": found.kid})
        _retire(found, timezone.now())
        return _private(_first())


def verifier(kid: str) -> ECKey | None:
    """The public key that signatures of this id are checked with, while there can be any."""
    found = SigningKey.objects.filter(kid=kid, state__in=(SigningState.ACTIVE, SigningState.RETIRING))
    public, retires_at = next(iter(found.values_list("public", "retires_at")), (None, None))
    if public is None or (retires_at is not None and retires_at <= timezone.now()):
        return None
    return _public(kid, json.dumps(public))


def key_set() -> dict[str, Any]:
    """The published key set (RFC 7517): what signs, what will, and what did a moment ago."""
    keys = SigningKey.objects.exclude(state=SigningState.REVOKED).order_by("-created_at")
    return {"keys": [{**key.public, "kid": key.kid} for key in keys]}


def roll_over(now: datetime) -> None:
    """Whatever is due: publish the next key, let it take over, forget what has ended. A chore of the ticker, which
    only reads while nothing is due."""
    if RevokedAccessToken.unscoped.filter(expires_at__lte=now).exists():
        RevokedAccessToken.unscoped.filter(expires_at__lte=now).delete()
    living = list(SigningKey.objects.exclude(state=SigningState.REVOKED))
    for key in living:
        if key.retires_at is not None and key.retires_at <= now:
            revoke(key.kid)
    active = next((key for key in living if key.state == SigningState.ACTIVE), None)
    pending = next((key for key in living if key.state == SigningState.PENDING), None)
    if active is None or active.activated_at is None:
        return
    takes_over_at = active.activated_at + timedelta(days=settings.SIGNING_KEY_DAYS)
    if pending is None:
        if now >= takes_over_at - PUBLISHED_AHEAD:
            publish_next(now)
    elif now >= max(takes_over_at, pending.created_at + PUBLISHED_AHEAD):
        activate(pending, now)


def publish_next(now: datetime) -> SigningKey:
    """The key that will take over; the one that is waiting already, if there is one."""
    return SigningKey.objects.filter(state=SigningState.PENDING).first() or _kept(SigningState.PENDING, now)


def activate(pending: SigningKey, now: datetime) -> None:
    """Sign with it from now on. Does nothing when somebody else was faster."""
    waiting = SigningKey.objects.filter(pk=pending.pk, state=SigningState.PENDING)
    with transaction.atomic():
        if not waiting.select_for_update().exists():
            return
        for active in SigningKey.objects.filter(state=SigningState.ACTIVE):
            _retire(active, now)
        waiting.update(state=SigningState.ACTIVE, activated_at=now)


def revoke(kid: str) -> bool:
    """At once: nothing that was signed with it is accepted any more. False when there is no such living key."""
    living = SigningKey.objects.filter(kid=kid).exclude(state=SigningState.REVOKED)
    return bool(living.update(state=SigningState.REVOKED, sealed=b""))


def _retire(key: SigningKey, now: datetime) -> None:
    """It signs no more, and verifies until the last that it has signed has ended."""
    retires_at = now + timedelta(seconds=settings.ACCESS_TOKEN_SECONDS) + SLACK
    still = SigningKey.objects.filter(pk=key.pk, state=SigningState.ACTIVE)
    still.update(state=SigningState.RETIRING, retires_at=retires_at, sealed=b"")


def _first() -> SigningKey:
    return _kept(SigningState.ACTIVE, timezone.now())


def _kept(state: SigningState, now: datetime) -> SigningKey:
    """A new key in that state, or the one that somebody else has put there meanwhile."""
    key = ECKey.generate_key("P-256", {"use": "sig", "alg": ALGORITHM})
    kid = key.thumbprint()
    master_key_id, sealed = keyring().wrap(SecretBytes(json.dumps(key.as_dict(private=True)).encode()), _bound(kid))
    try:
        with transaction.atomic():
            return SigningKey.objects.create(
                kid=kid,
                state=state,
                public=key.as_dict(private=False),
                sealed=sealed,
                master_key_id=master_key_id,
                created_at=now,
                activated_at=now if state == SigningState.ACTIVE else None,
            )
    except IntegrityError:
        return SigningKey.objects.get(state=state)


def _private(key: SigningKey) -> ECKey:
    """Raises :class:`CannotOpen` and :class:`TransientError`."""
    opened = keyring().open(key.master_key_id, bytes(key.sealed), _bound(key.kid))
    return ECKey.import_key({**json.loads(opened.get_secret_value()), "kid": key.kid})


@functools.lru_cache(maxsize=16)
def _public(kid: str, public: str) -> ECKey:
    return ECKey.import_key(json.loads(public))


def _bound(kid: str) -> Bound:
    """Signing keys are the installation's, of no organization."""
    return Bound(NOBODY, kid)
