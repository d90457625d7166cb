"""Reads of the audit log."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.db.models import Q, QuerySet

from apps.audit.models import AuditEntry


@dataclass(frozen=True, slots=True)
class EntryFilter:
    """Empty members do not filter. Days are in UTC; ``until`` is included."""

    event: str = ""
    actor: str = ""
    outcome: str = ""
    query: str = ""
    subject: str = ""
    since: date | None = None
    until: date | None = None


def entries(wanted: EntryFilter | None = None) -> QuerySet[AuditEntry]:
    """Entries of the organization, newest first."""
    wanted = wanted or EntryFilter()
    rows = AuditEntry.objects.order_by("-id")
    for name, value in (
        ("event", wanted.event),
        ("actor_label", wanted.actor),
        ("subject_id", wanted.subject),
    ):
        if value:
            rows = rows.filter(**{name: value})
    if wanted.outcome:
        rows = rows.filter(outcome=wanted.outcome)
    if wanted.query:
        words = Q(subject_label__icontains=wanted.query) | Q(actor_label__icontains=wanted.query)
        rows = rows.filter(words | Q(event__icontains=wanted.query) | Q(ip__startswith=wanted.query))
    if wanted.since:
        rows = rows.filter(at__gte=_midnight(wanted.since))
    if wanted.until:
        rows = rows.filter(at__lt=_midnight(wanted.until + timedelta(days=1)))
    return rows


def actors() -> list[str]:
    """The labels of everyone who appears in the log."""
    return list(AuditEntry.objects.order_by("actor_label").values_list("actor_label", flat=True).distinct()[:200])


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=UTC)
