"""How far destinations are."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from apps.audit.models import AuditEntry, Chain, Destination

LAGS = timedelta(minutes=5)
"""Age of an entry that was not taken from which on somebody has to look."""


@dataclass(frozen=True, slots=True)
class State:
    """A destination with how many entries it lacks, and since when the oldest of them waits."""

    destination: Destination
    waiting: int
    waits_since: datetime | None

    @property
    def lags(self) -> bool:
        late = self.waits_since is not None and timezone.now() - self.waits_since > LAGS
        return self.destination.enabled and late

    @property
    def word(self) -> str:
        """Of the closed vocabulary."""
        if not self.destination.enabled:
            return "Paused"
        if self.lags:
            return "Behind"
        return "Retrying" if self.destination.last_error else "Healthy"


def states() -> list[State]:
    """All destinations of the organization by name."""
    chain = Chain.objects.first()
    head = chain.seq if chain else 0
    return [_state(destination, head) for destination in Destination.objects.order_by("name", "id")]


def state_of(destination: Destination) -> State:
    """How far one is."""
    chain = Chain.objects.first()
    return _state(destination, chain.seq if chain else 0)


def lagging() -> list[State]:
    """Those that somebody has to look after."""
    return [state for state in states() if state.lags]


def _state(destination: Destination, head: int) -> State:
    waiting = max(0, head - destination.cursor)
    oldest = AuditEntry.objects.filter(seq__gt=destination.cursor).order_by("seq") if waiting else None
    since = oldest.values_list("at", flat=True).first() if oldest is not None else None
    return State(destination, waiting, since)
