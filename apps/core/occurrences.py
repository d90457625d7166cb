"""What happened, as the audit log is told: by the operation wrapper, and where something was refused before one."""

from dataclasses import dataclass, field
from typing import Any, Protocol

from django.conf import settings
from django.db import models
from django.http import HttpRequest
from django.utils.module_loading import import_string

from apps.core.actor import Actor
from apps.core.errors import Forbidden, NotionHubError
from apps.core.redaction import plain

State = dict[str, Any]
EVENTS: set[str] = set()
"""Events that are no operations."""


@dataclass(frozen=True, slots=True)
class Occurrence:
    """What the recorder is told. ``before`` and ``after`` hold the audited fields of the subject.

    ``workspace`` is the primary key of the one that it happened in, ``teams`` are those whose grants gave the right.
    """

    event: str
    actor: Actor
    outcome: str
    subject: models.Model | None
    before: State = field(default_factory=dict)
    after: State = field(default_factory=dict)
    reason: str = ""
    workspace: int | None = None
    teams: tuple[str, ...] = ()


class Recorder(Protocol):
    def __call__(self, occurrence: Occurrence) -> None: ...


def observed(event: str) -> str:
    """Name an event that is no operation; its sentence stands in the catalogue like all others."""
    EVENTS.add(event)
    return event


ACCESS_REFUSED = observed("access.refused")


def record(occurrence: Occurrence) -> None:
    """Write it into the log of the organization whose scope is open."""
    recorder: Recorder = import_string(settings.OPERATION_RECORDER)
    recorder(occurrence)


def record_event(
    event: str,
    actor: Actor,
    *,
    outcome: str = "refused",
    subject: models.Model | None = None,
    reason: str = "",
    details: State | None = None,
) -> None:
    """Record what is no operation, such as a failed sign-in. ``event`` was declared with :func:`observed`.

    Runs in the scope of the actor's organization. Call it outside of a transaction that is rolled back afterwards.
    Raises ``LookupError`` for an event that nobody declared.
    """
    if event not in EVENTS:
        raise LookupError(f"{event} was not declared with observed().")
    record(Occurrence(event, actor, outcome, subject, after=plain(details or {}), reason=reason))


def record_refusal(request: HttpRequest, error: NotionHubError) -> None:
    """Record that somebody known was kept from a page or endpoint, unless an operation has recorded it."""
    actor: Actor | None = getattr(request, "actor", None)
    if isinstance(error, Forbidden) and error.occurrence is None and actor is not None:
        asked = {"method": request.method, "path": request.path}
        record_event(ACCESS_REFUSED, actor, reason=error.message, details=asked)
