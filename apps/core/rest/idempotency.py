"""Calls that may be sent again (draft-ietf-httpapi-idempotency-key-header): done once, answered as often as asked.

The claim on a key is stored before anything is done. The answer is stored in the transaction of the call's operations
(:mod:`apps.core.enclosing`), and only while the claim is still this call's own: one that was given up for dead and
taken over rolls its work back. What was refused has done nothing, and leaves its key free.
"""

import json
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_bytes

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone

from apps.core.actor import Actor
from apps.core.errors import InProgress, KeyReused
from apps.core.models import IdempotentCall
from apps.core.tenancy import scope

HEADER, REPLAYED = "Idempotency-Key", "Idempotency-Replayed"
LONGEST = 255
SHAPE = re.compile(rf"[!-~]{{1,{LONGEST}}}")
KEPT = timedelta(hours=24)
GIVEN_UP = timedelta(minutes=2)
"""After which a call without an answer is taken for dead: longer than any call may last."""
AT_ONCE = 500
REUSED = "This `Idempotency-Key` was used for another call. Nothing was done. Make up a new one."
BUSY = "The same call is being done. Nothing was done twice. Send it again in a moment, with the same key."
KEPT_HEADERS = ("Content-Type", "Location", "ETag", "Cache-Control")
_NONCE = 12
"""Random bytes before each sealed answer (NIST SP 800-38D): a key that a caller uses again after a day seals again."""


class Overtaken(RuntimeError):
    """The call took so long that another one has taken its key over; this one's work is rolled back."""


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to do the call of one key."""

    row: IdempotentCall
    secret: bytes

    def keep(self, response: HttpResponse) -> None:
        """Store the answer. Raises :class:`Overtaken`."""
        headers = {name: response[name] for name in KEPT_HEADERS if name in response}
        head = json.dumps({"status": response.status_code, "headers": headers}).encode()
        nonce = token_bytes(_NONCE)
        sealed = AESGCM(self.secret).encrypt(nonce, head + b"\n" + response.content, str(self.row.turn).encode())
        if not self._ours().update(answer=nonce + sealed):
            raise Overtaken(f"Call {self.row} was taken over.")

    def drop(self) -> None:
        """Leave the key free: nothing was done."""
        self._ours().delete()

    def _ours(self) -> QuerySet[IdempotentCall]:
        return IdempotentCall.objects.filter(pk=self.row.pk, turn=self.row.turn, answer__isnull=True)


def claim(request: HttpRequest, actor: Actor, given: str) -> Claim | HttpResponse:
    """The right to do this call, or the answer that it has had.

    Raises :class:`KeyReused` when the key was made up for another call, :class:`InProgress` while it is being done.
    """
    who = f"{actor.credential or actor.pk}\0{given}"
    secret = HKDF(SHA256(), 32, None, b"idempotent answer").derive(f"{settings.SECRET_KEY}\0{who}".encode())
    call, now = _digest(request), timezone.now()
    row = _new(sha256(who.encode()).hexdigest(), call, now)
    if isinstance(row, IdempotentCall):
        return Claim(row, secret)
    found = IdempotentCall.objects.filter(key=sha256(who.encode()).hexdigest()).first()
    if found is None:  # let go of at this very moment
        raise InProgress(BUSY)
    if now - found.started_at > KEPT:
        found.delete()
        return claim(request, actor, given)
    if found.call != call:
        raise KeyReused(REUSED, header=HEADER)
    if found.answer is not None:
        return _replayed(bytes(found.answer), secret, found.turn)
    return Claim(_taken_over(found, now), secret)


def _new(key: str, call: str, now: datetime) -> IdempotentCall | None:
    try:
        with transaction.atomic():
            return IdempotentCall.objects.create(key=key, call=call, started_at=now)
    except IntegrityError:
        return None


def _taken_over(found: IdempotentCall, now: datetime) -> IdempotentCall:
    waiting = IdempotentCall.objects.filter(pk=found.pk, turn=found.turn, answer__isnull=True)
    if now - found.started_at <= GIVEN_UP or not waiting.update(turn=found.turn + 1, started_at=now):
        raise InProgress(BUSY)
    found.turn += 1
    return found


def _digest(request: HttpRequest) -> str:
    """Of what the call asks for."""
    asked = f"{request.method}\n{request.get_full_path()}\n{request.content_type}\n".encode()
    return sha256(asked + request.body).hexdigest()


def _replayed(sealed: bytes, secret: bytes, turn: int) -> HttpResponse:
    opened = AESGCM(secret).decrypt(sealed[:_NONCE], sealed[_NONCE:], str(turn).encode())
    head, _, content = opened.partition(b"\n")
    said = json.loads(head)
    response = HttpResponse(content, status=said["status"], headers=said["headers"])
    response[REPLAYED] = "true"
    return response


def keepable(response: HttpResponseBase, has_written: bool) -> bool:
    """Whether the answer stands for something that was done."""
    return not response.streaming and (has_written or response.status_code < 400)


def forget_old(now: datetime) -> None:
    """For the ticker: let go of answers whose time is over, some at once."""
    old = IdempotentCall.unscoped.filter(started_at__lt=now - KEPT).order_by("started_at")
    for organization_id in set(old.values_list("organization_id", flat=True)[:AT_ONCE]):
        with scope(organization_id):
            IdempotentCall.objects.filter(started_at__lt=now - KEPT).delete()
