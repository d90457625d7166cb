"""Which destinations have something to be sent, and the threads of a cluster's main process that send it.

The ticker only looks and hands over: collectors may be slow. The lease in the row keeps two processes apart.
"""

import logging
import threading
from datetime import datetime

from django.db import connections
from django.db.models import Exists, OuterRef, Q

from apps.audit.forwarding.delivery import deliver
from apps.audit.models import Chain, Destination
from apps.core.tenancy import scope

logger = logging.getLogger(__name__)
AT_ONCE = 4
"""Destinations that one process sends to at the same time."""
_busy: set[int] = set()
_lock = threading.Lock()


def due(now: datetime) -> list[tuple[int, int]]:
    """(organization, destination) of all that lack entries and may be tried now, the longest waiting first."""
    behind = Exists(Chain.unscoped.filter(organization=OuterRef("organization"), seq__gt=OuterRef("cursor")))
    ready = Q(not_before=None) | Q(not_before__lte=now)
    free = Q(leased_until=None) | Q(leased_until__lte=now)
    rows = Destination.unscoped.filter(ready, free, behind, enabled=True).order_by("last_sent_at", "pk")
    return list(rows.values_list("organization_id", "pk"))


def take_turns(now: datetime) -> None:
    """For the ticker: send to what is due, in the background."""
    for organization_id, pk in due(now):
        with _lock:
            if pk in _busy:
                continue
            if len(_busy) >= AT_ONCE:
                return
            _busy.add(pk)
        threading.Thread(target=_send, args=(organization_id, pk), name=f"forward-{pk}", daemon=True).start()


def _send(organization_id: int, pk: int) -> None:
    try:
        with scope(organization_id):
            deliver(pk)
    except Exception:
        logger.exception("forwarding failed", extra={"destination": pk})
    finally:
        connections.close_all()
        with _lock:
            _busy.discard(pk)
