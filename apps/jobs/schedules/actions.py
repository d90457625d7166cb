"""What a schedule can start. Rooms above declare their actions, as they declare their kinds of job."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models

from apps.access.roles import Permission
from apps.core.actor import Actor
from apps.core.errors import Invalid
from apps.jobs.models import Job
from apps.jobs.registry import load_kinds

Params = dict[str, Any]


class NothingToDo(Exception):
    """A step of a run is left out, and why: a sentence for the customer."""


@dataclass(frozen=True, slots=True)
class Action:
    """Something that a person may do by hand and a schedule by the clock, through the same operation.

    ``requires``: what a person must be allowed to do to put it on a schedule, and all that the schedule may do.
    ``find`` gives the thing by its public id and raises ``NotFound``. ``check`` completes the params and raises
    ``Invalid``. ``start`` calls the operation and gives its job; it raises ``Conflicting`` when it cannot be done now.
    ``then`` is a second step, once that job has ended; it raises :class:`NothingToDo`. ``told`` words the params.
    """

    name: str
    label: str
    summary: str
    requires: frozenset[Permission]
    find: Callable[[str], models.Model]
    start: Callable[[Any, Params, Actor], Job]
    check: Callable[[Mapping[str, Any]], Params]
    then: Callable[[Any, Params, Job, Actor], Job] | None = None
    told: Callable[[Params], str] = lambda params: ""


_ACTIONS: dict[str, Action] = {}


def schedulable(action: Action) -> Action:
    """Declare an action. Raises ``TypeError`` when the name is taken."""
    if _ACTIONS.get(action.name, action) != action:
        raise TypeError(f"The action {action.name} is declared twice.")
    _ACTIONS[action.name] = action
    return action


def actions() -> dict[str, Action]:
    """All actions by name, in the order of their labels."""
    load_kinds()
    return {one.name: one for one in sorted(_ACTIONS.values(), key=lambda one: one.label)}


def action_named(name: str) -> Action:
    """Raises :class:`Invalid`."""
    known = actions()
    if name not in known:
        raise Invalid(f"There is no action “{name[:60]}”. There are: {', '.join(sorted(known))}.", field="action")
    return known[name]


def no_params(given: Mapping[str, Any]) -> Params:
    """The check of an action that takes none."""
    if given:
        raise Invalid(f"This action has no parameter “{next(iter(given))}”.", field="params")
    return {}
