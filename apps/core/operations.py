"""The only way to change anything.

``@operation("export.created", requires=Permission.EXPORT_CREATE)`` declares a function of
``apps/<app>/services`` as an operation. The wrapper checks the actor's permission, opens the
transaction, runs the body, and hands the before/after difference to the recorder named by
``settings.OPERATION_RECORDER`` as the last write of that transaction.

The first positional argument is the *subject* (a model instance), unless the operation creates
it: then the returned instance is. A body never talks to the network: call first, then operate.
"""

import functools
import inspect
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, ParamSpec, TypeVar, cast

from django.db import models, transaction

from apps.core import enclosing
from apps.core.actor import Actor
from apps.core.errors import Forbidden, SignInAgain
from apps.core.http import refusal
from apps.core.occurrences import Occurrence, State, record
from apps.core.redaction import plain
from apps.core.tenancy import WrongScope, current_organization_id, workspace_of

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Operation:
    """One entry of the registry: what it is called, who may, and the wrapped function."""

    event: str
    requires: str | None
    fresh: bool
    function: Callable[..., Any]

    @property
    def path(self) -> str:
        return f"{self.function.__module__}.{self.function.__qualname__}"


OPERATIONS: dict[str, Operation] = {}
SIGN_IN_AGAIN = "This is dangerous, so it takes a fresh sign-in. Nothing was changed. Sign in again, then repeat it."


def audited_state(instance: models.Model | None) -> State:
    """The values of the fields that the model lists in ``AUDITED``; nothing else ever leaves it."""
    if instance is None or instance.pk is None:
        return {}
    return {name: plain(getattr(instance, name)) for name in getattr(instance, "AUDITED", ())}


def _made(result: Any, subject: models.Model | None) -> State:
    """What an operation on one object has made besides, such as the job that does the rest."""
    if not isinstance(result, models.Model) or result is subject or type(result) is type(subject):
        return {}
    return {str(result._meta.model_name): str(getattr(result, "public_id", result.pk))}


def operation(event: str, *, requires: str | None, fresh: bool = False) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Declare an operation. ``requires=None`` means that every member may do it; ``fresh`` that a person has to have
    signed in a moment ago, because it is dangerous.

    The function takes ``actor`` as its last, keyword-only parameter; the log shows what it is given as ``because``
    as the reason. The permission has to hold in the workspace of the first argument that belongs to one, or else in
    the whole organization. Calling it raises
    :class:`Forbidden` when the actor lacks the permission (the refusal is recorded), :class:`SignInAgain` and
    :class:`WrongScope` when the actor's organization is not the open scope.
    """

    def declare(function: Callable[P, R]) -> Callable[P, R]:
        parameters = list(inspect.signature(function).parameters.values())
        if (
            not parameters
            or parameters[-1].name != "actor"
            or parameters[-1].kind is not inspect.Parameter.KEYWORD_ONLY
        ):
            raise TypeError(f"{function.__qualname__}: `actor` must be its last, keyword-only parameter.")
        if event in OPERATIONS:
            raise TypeError(f"The operation {event} is declared twice.")

        @functools.wraps(function)
        def perform(*args: P.args, **kwargs: P.kwargs) -> R:
            actor = cast(Actor, kwargs["actor"])
            subject = args[0] if args and isinstance(args[0], models.Model) else None
            workspace = workspace_of(*args, *kwargs.values())
            teams = actor.teams_giving(requires, workspace) if requires else ()
            _admit(Occurrence(event, actor, "refused", subject, workspace=workspace), requires, fresh)
            try:
                enclosing.begin(subject)
                with transaction.atomic():
                    before = audited_state(subject)
                    result = function(*args, **kwargs)
                    touched = subject or (result if isinstance(result, models.Model) else None)
                    deleted = subject is not None and subject.pk is None
                    after = {} if deleted else audited_state(touched) | _made(result, touched)
                    because = str(kwargs.get("because", ""))
                    where = workspace or workspace_of(touched)
                    record(Occurrence(event, actor, "succeeded", touched, before, after, because, where, teams))
            except Forbidden as error:
                if error.occurrence is not None:
                    record(error.occurrence)  # an inner operation's record of it was rolled back with ours
                raise
            enclosing.written()
            return result

        OPERATIONS[event] = Operation(event, requires, fresh, perform)
        return perform

    return declare


def _admit(occurrence: Occurrence, requires: str | None, fresh: bool) -> None:
    """Let the actor pass, or record the refusal and raise it."""
    actor = occurrence.actor
    if actor.organization_id != current_organization_id():
        raise WrongScope(f"{occurrence.event}: the actor belongs to another organization than the open scope.")
    if requires is not None and not actor.can(requires, occurrence.workspace):
        reason = f"The role {actor.role or actor.kind} does not include {requires}."
        raise _refused(occurrence, reason, Forbidden(refusal(actor, requires)))
    if fresh and not actor.fresh:
        raise _refused(occurrence, "The sign-in lies too far back.", SignInAgain(SIGN_IN_AGAIN))


def _refused(occurrence: Occurrence, reason: str, error: Forbidden) -> Forbidden:
    error.occurrence = replace(occurrence, reason=reason)
    record(error.occurrence)
    return error
