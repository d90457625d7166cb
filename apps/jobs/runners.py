"""Runner rows: one lease for everything that a process holds, kept by the database's clock.

Crosses tenants on purpose: a runner serves all of them.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import DateTimeField, Expression, ExpressionWrapper, Value
from django.db.models.functions import Now

from apps.jobs.models import Job, Lane, Runner
from apps.jobs.processes import ProcessId, in_my_group, still_exists, this_host, this_process

FORGOTTEN_AFTER = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Renewal:
    """What a beat brings home: whether the lease goes on, and the held jobs that somebody cancelled."""

    alive: bool
    cancelled: frozenset[int] = frozenset()


def _in(seconds: float) -> Expression:
    return ExpressionWrapper(Now() + Value(timedelta(seconds=seconds)), output_field=DateTimeField())


def register(cluster: str, lease: float) -> int:
    """Make this process a runner and give its number, which is never used again."""
    me = this_process()
    runner = Runner.objects.create(
        cluster=cluster, host=me.host, pid=me.pid, started=me.started, alive_until=_in(lease)
    )
    return runner.pk


def renew(runner_id: int, lease: float) -> Renewal:
    """Prolong the lease. One that ran out is never revived: others may have taken what it held."""
    with transaction.atomic():
        mine = Runner.objects.filter(pk=runner_id, alive_until__gt=Now())
        if not mine.update(alive_until=_in(lease)):
            return Renewal(alive=False)
    cancelled = Job.unscoped.filter(runner=runner_id, cancel_requested=True).values_list("pk", flat=True)
    return Renewal(alive=True, cancelled=frozenset(cancelled))


def dismiss(runner_id: int) -> None:
    """End a runner in good order: what it held is free, and nobody counts it as a death."""
    with transaction.atomic():
        Lane.unscoped.filter(runner=runner_id).update(runner=None)
        Job.unscoped.filter(runner=runner_id).update(runner=None)
        Runner.objects.filter(pk=runner_id).delete()


def bury() -> list[Runner]:
    """Remove the runners of this host whose process is gone, and rows of any host that nobody renews.

    A row may be removed although its process lives on elsewhere: its lease was over long before.
    """
    host = this_host()
    dead = [
        runner
        for runner in Runner.objects.filter(host=host)
        if not still_exists(ProcessId(runner.host, runner.pid, runner.started))
    ]
    if dead:
        Runner.objects.filter(pk__in=[runner.pk for runner in dead]).delete()
    forgotten = Runner.objects.filter(alive_until__lt=_in(-FORGOTTEN_AFTER.total_seconds()))
    if forgotten.exists():
        forgotten.delete()
    return dead


def living_here(cluster: str) -> int:
    """How many runners of this very cluster (same process group) hold a lease."""
    mine = Runner.objects.filter(cluster=cluster, host=this_host(), alive_until__gt=Now())
    return sum(in_my_group(pid) for pid in mine.values_list("pid", flat=True))
