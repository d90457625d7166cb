"""Writes entries. Called by the operation wrapper and by nobody else."""

from apps.audit.models import AuditEntry
from apps.core.operations import Occurrence


def record(occurrence: Occurrence) -> None:
    """Append one entry, inside the transaction of the operation that it records."""
    actor, subject = occurrence.actor, occurrence.subject
    AuditEntry.objects.create(
        event=occurrence.event,
        outcome=occurrence.outcome,
        reason=occurrence.reason[:400],
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_label=actor.label[:200],
        ip=actor.ip,
        user_agent=actor.user_agent[:300],
        request_id=actor.request_id,
        subject_type=subject._meta.label_lower if subject is not None else "",
        subject_id=str(getattr(subject, "public_id", "") or ""),
        subject_label=str(subject)[:200] if subject is not None else "",
        before=occurrence.before,
        after=occurrence.after,
    )
