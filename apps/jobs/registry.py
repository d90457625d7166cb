"""Which function runs a kind of job. Rooms above declare; everybody else knows a kind by its name."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any, TypeVar

from apps.jobs.conf import job_settings
from apps.jobs.errors import UnknownKind
from apps.jobs.models import Cluster, Job

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Look:
    """How the pages speak of a kind. Addresses are names of URL patterns that take the slug and a public id.

    ``stages`` are the steps in their order; a checkpoint names the one that it is in. ``result``: the key of the
    job's ``result`` that holds the public id of what it made, the words of the link to it, and its address.
    """

    noun: str = "job"
    unit: str = "object"
    stages: tuple[str, ...] = ()
    result: tuple[str, str, str] | None = None
    subject_url: str = ""


def _nothing_is_gone(job: Job) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Kind:
    """A registered kind of job. ``title`` is a format string over the job's ``params``.

    ``gone`` says what the job needs and was deleted since, and what to do instead; empty while all of it is there.
    ``opens`` is false for an ``io`` job that runs in a lane for the order's sake alone and needs nothing of it.
    ``closing`` is true for what may still be put on while the organization waits to be deleted.
    """

    name: str
    cluster: Cluster
    title: str
    max_attempts: int
    look: Look
    function: Callable[..., Any]
    opens: bool = True
    gone: Callable[[Job], str] = _nothing_is_gone
    closing: bool = False


PLAIN = Look()


_KINDS: dict[str, Kind] = {}


def job(
    name: str,
    *,
    cluster: str,
    title: str = "",
    max_attempts: int = 5,
    look: Look = PLAIN,
    opens: bool = True,
    gone: Callable[[Job], str] = _nothing_is_gone,
    closing: bool = False,
) -> Callable[[F], F]:
    """Declare the function of one kind of job.

    ``io``: ``async def capture(run: JobRun) -> None``, for work that waits. ``cpu``: ``def render(run:
    ComputeRun) -> None``, for work that computes. The function may be started again at any time, on
    another machine: it resumes from what its checkpoints wrote, and running it twice changes nothing.
    Raises ``TypeError`` when the function does not fit its cluster or the name is taken.
    """

    def declare(function: F) -> F:
        where = Cluster(cluster)
        if inspect.iscoroutinefunction(function) != (where is Cluster.IO):
            raise TypeError(f"{name}: an io job is an async function, a cpu job a plain one.")
        if name in _KINDS and _KINDS[name].function is not function:
            raise TypeError(f"The kind of job {name} is declared twice.")
        _KINDS[name] = Kind(name, where, title or name, max_attempts, look, function, opens, gone, closing)
        return function

    return declare


def kind_of(name: str) -> Kind:
    """The kind with this name; imports ``settings.JOBS["modules"]`` first. Raises :class:`UnknownKind`."""
    if name not in _KINDS:
        load_kinds()
    try:
        return _KINDS[name]
    except KeyError:
        raise UnknownKind(f"No module of settings.JOBS['modules'] declares the kind of job {name!r}.") from None


def what_is_gone(job: Job) -> str:
    """Why an ended job cannot be done again, in a sentence; empty if it can, or if nobody knows its kind any more."""
    try:
        return kind_of(job.kind).gone(job)
    except UnknownKind:
        return ""


def kinds() -> dict[str, Kind]:
    """All kinds by name."""
    load_kinds()
    return dict(_KINDS)


def load_kinds() -> None:
    for module in job_settings().modules:
        import_module(module)
