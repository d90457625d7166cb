"""Writes entries: what ``settings.OPERATION_RECORDER`` names. Nothing else does."""

from typing import Any

from django.db import models

from apps.audit.models import AuditEntry
from apps.core.occurrences import Occurrence
from apps.core.redaction import plain, scrubbed
from apps.workspaces.models import Workspace


def record(occurrence: Occurrence) -> None:
    """Append one entry, inside the transaction of the operation that it records."""
    actor, subject = occurrence.actor, occurrence.subject
    AuditEntry.objects.create(
        event=occurrence.event,
        outcome=occurrence.outcome,
        reason=_text(occurrence.reason, 400),
        actor_kind=actor.kind,
        actor_ref=actor.ref,
        actor_label=_text(actor.label, 200),
        role=actor.role[:20],
        teams=plain(list(occurrence.teams)),
        credential=actor.credential,
        workspace=_workspace(occurrence),
        ip=actor.ip,
        user_agent=_text(actor.user_agent, 300),
        request_id=actor.request_id[:64],
        subject_type=subject._meta.label_lower if subject is not None else "",
        subject_id=str(getattr(subject, "public_id", "") or ""),
        subject_label=_text(str(subject), 200) if subject is not None else "",
        before=plain(occurrence.before),
        after=plain(occurrence.after),
    )


def _text(text: str, longest: int) -> str:
    return scrubbed(text)[:longest]


def _workspace(occurrence: Occurrence) -> str:
    """Its public id; what the subject has loaded already is not asked for again."""
    subject: models.Model | None = occurrence.subject
    loaded: Any = subject if isinstance(subject, Workspace) else None
    if loaded is None and subject is not None:
        loaded = subject._state.fields_cache.get("workspace")
    if isinstance(loaded, Workspace):
        return loaded.public_id
    if occurrence.workspace is None:
        return ""
    return Workspace.objects.filter(pk=occurrence.workspace).values_list("public_id", flat=True).first() or ""
