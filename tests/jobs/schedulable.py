"""An action of the tests: its params say what starting it does."""

from collections.abc import Mapping
from typing import Any

from apps.access.roles import Permission
from apps.core.actor import Actor
from apps.core.errors import Conflicting, Invalid, NotFound
from apps.core.operations import operation
from apps.jobs.models import Job
from apps.jobs.schedules.actions import Action, NothingToDo, Params, schedulable
from apps.jobs.services import enqueue
from apps.organizations.models import Organization


def find(public_id: str) -> Organization:
    """The organization itself stands for the things that schedules act on."""
    found = Organization.objects.filter(public_id=public_id).first()
    if found is None:
        raise NotFound("What this schedule acts on is gone.")
    return found


def check(given: Mapping[str, Any]) -> Params:
    if unknown := given.keys() - {"word", "error"}:
        raise Invalid(f"There is no {unknown}.", field="params")
    return {"word": "x", **given}


def start(subject: Organization, params: Params, actor: Actor) -> Job:
    return _start(subject, params, actor=actor)


@operation("tests.scheduled", requires=Permission.SNAPSHOT_CAPTURE)
def _start(subject: Organization, params: Params, *, actor: Actor) -> Job:
    job = enqueue("tests.note", params={"word": params["word"]}, lane="one", actor=actor)
    match params.get("error"):
        case "conflict":
            raise Conflicting("Another one is on its way.")
        case "bug":
            raise ZeroDivisionError("a detail that no customer may read")
    return job


def then(subject: Organization, params: Params, job: Job, actor: Actor) -> Job:
    if job.word != "Succeeded":
        raise NothingToDo(f"The first step ended {job.word.lower()}.")
    return enqueue("tests.compute", params={"word": f"after {params['word']}"}, actor=actor)


NOTE = schedulable(
    Action("tests.note", "Note", "Notes a word.", frozenset({Permission.SNAPSHOT_CAPTURE}), find, start, check)
)
CHAIN = schedulable(
    Action("tests.chain", "Chain", "Two.", frozenset({Permission.SNAPSHOT_CAPTURE}), find, start, check, then)
)
