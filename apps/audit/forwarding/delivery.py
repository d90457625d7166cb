"""One turn of one destination: take the lease, send what it lacks batch by batch, step the cursor after each.

A batch counts as sent when the other side has taken it; a process that dies before the step sends it again, so entries
arrive at least once, in order, each with its id and ``seq``.
"""

import asyncio
import logging
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import islice

from django.db.models import F, Q
from django.utils import timezone
from pydantic import SecretStr

from apps.audit.forwarding import collector, syslog
from apps.audit.forwarding.addresses import NotReached, machine_of, read_target
from apps.audit.forwarding.syslog import Facts
from apps.audit.models import Destination, Protocol
from apps.audit.selectors import documents
from apps.core.errors import Invalid
from apps.keys.envelope import CannotOpen
from apps.keys.services import reveal
from apps.notion.network import tls_context

logger = logging.getLogger(__name__)
BATCH = 200
TURN = 20.0
"""Seconds after which a turn ends, so that others have theirs."""
LEASE = timedelta(seconds=120)
FIRST_REST, LONGEST_REST = 5.0, 600.0


def deliver(pk: int) -> int:
    """Send what the destination lacks, in the scope of its organization; how many entries it took."""
    now = timezone.now()
    free = Q(leased_until=None) | Q(leased_until__lte=now)
    if not Destination.objects.filter(free, pk=pk, enabled=True).update(leased_until=now + LEASE):
        return 0
    destination = Destination.objects.select_related("secret", "secret__key").get(pk=pk)
    sent = 0
    try:
        sent = _turn(destination)
    except (NotReached, Invalid) as error:
        _note_failure(destination, str(error), getattr(error, "retry_after", None), timezone.now())
    finally:
        Destination.objects.filter(pk=pk, leased_until=now + LEASE).update(leased_until=None)
    return sent


def _turn(destination: Destination) -> int:
    ends = time.monotonic() + TURN
    secret, sent = _secret(destination), 0
    found = documents(after=destination.cursor)
    while time.monotonic() < ends and (batch := list(islice(found, BATCH))):
        asyncio.run(_send(destination, secret, batch))
        if not _step(destination, batch):
            return sent  # somebody has changed it meanwhile
        sent += len(batch)
    return sent


def _secret(destination: Destination) -> SecretStr | None:
    try:
        return reveal(destination.secret) if destination.secret else None
    except CannotOpen as error:
        raise NotReached(f"{error} Give the destination its Authorization again.") from error


async def _send(destination: Destination, secret: SecretStr | None, batch: Sequence[Facts]) -> None:
    target = read_target(destination.protocol, destination.address)
    ip = await machine_of(target)
    if destination.protocol == Protocol.HTTPS:
        await collector.send(target, ip, batch, secret)
    else:
        await syslog.send(destination.protocol, target, ip, batch, tls_context())


def _step(destination: Destination, batch: Sequence[Facts]) -> bool:
    """Advance the cursor, if it is still where this turn found it."""
    here = Destination.objects.filter(pk=destination.pk, enabled=True, cursor=destination.cursor)
    destination.cursor = batch[-1]["seq"]
    return bool(
        here.update(
            cursor=destination.cursor,
            sent_count=F("sent_count") + len(batch),
            last_sent_at=timezone.now(),
            attempts=0,
            failing_since=None,
            last_error="",
            not_before=None,
        )
    )


def _note_failure(destination: Destination, reason: str, rest: float | None, now: datetime) -> None:
    destination.refresh_from_db(fields=["attempts", "failing_since"])
    wait = rest if rest is not None else min(LONGEST_REST, FIRST_REST * 2 ** min(destination.attempts, 10))
    logger.warning("audit entries not forwarded", extra={"destination": destination.public_id, "reason": reason})
    Destination.objects.filter(pk=destination.pk).update(
        attempts=F("attempts") + 1,
        failing_since=destination.failing_since or now,
        last_error=reason[:400],
        not_before=now + timedelta(seconds=wait),
    )
