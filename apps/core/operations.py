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
from dataclasses import dataclass, field
from typing import Any, ParamSpec, Protocol, TypeVar, cast

from django.conf import settings
from django.db import models, transaction
from django.utils.module_loading import import_string

from apps.core.actor import Actor
from apps.core.errors import Forbidden, SignInAgain
from apps.core.http import refusal
from apps.core.tenancy import WrongScope, current_organization_id, workspace_of

P = ParamSpec("P")
R = TypeVar("R")
State = dict[str, Any]


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


@dataclass(frozen=True, slots=True)
class Occurrence:
    """What the recorder is told. ``before`` and ``after`` hold the audited fields of the subject."""

    event: str
    actor: Actor
    outcome: str
    subject: models.Model | None
    before: State = field(default_factory=dict)
    after: State = field(default_factory=dict)
    reason: str = ""


class Recorder(Protocol):
    def __call__(self, occurrence: Occurrence) -> None: ...


OPERATIONS: dict[str, Operation] = {}
SIGN_IN_AGAIN = "This is dangerous, so it takes a fresh sign-in. Nothing was changed. Sign in again, then repeat it."


def audited_state(instance: models.Model | None) -> State:
    """The values of the fields that the model lists in ``AUDITED``; nothing else ever leaves it."""
    if instance is None or instance.pk is None:
        return {}
    return {name: _plain(getattr(instance, name)) for name in getattr(instance, "AUDITED", ())}


def _made(result: Any, subject: models.Model | None) -> State:
    """What an operation on one object has made besides, such as the job that does the rest."""
    if not isinstance(result, models.Model) or result is subject or type(result) is type(subject):
        return {}
    return {str(result._meta.model_name): str(getattr(result, "public_id", result.pk))}


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in value]
    return str(value)


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
            _admit(event, requires, actor, subject, workspace_of(*args, *kwargs.values()))
            if fresh and not actor.fresh:
                raise SignInAgain(SIGN_IN_AGAIN)
            with transaction.atomic():
                before = audited_state(subject)
                result = function(*args, **kwargs)
                touched = subject or (result if isinstance(result, models.Model) else None)
                deleted = subject is not None and subject.pk is None
                after = {} if deleted else audited_state(touched) | _made(result, touched)
                because = str(kwargs.get("because", ""))
                _record(Occurrence(event, actor, "succeeded", touched, before, after, because))
            return result

        OPERATIONS[event] = Operation(event, requires, fresh, perform)
        return perform

    return declare


def _admit(
    event: str, requires: str | None, actor: Actor, subject: models.Model | None, workspace_id: int | None
) -> None:
    if actor.organization_id != current_organization_id():
        raise WrongScope(f"{event}: the actor belongs to another organization than the open scope.")
    if requires is not None and not actor.can(requires, workspace_id):
        reason = f"The role {actor.role or actor.kind} does not include {requires}."
        _record(Occurrence(event, actor, "refused", subject, reason=reason))
        raise Forbidden(refusal(actor, requires))


def _record(occurrence: Occurrence) -> None:
    recorder: Recorder = import_string(settings.OPERATION_RECORDER)
    recorder(occurrence)
