"""The ``cpu`` cluster's one task: computing jobs, one at a time, in plain code."""

import logging
from functools import partial

import structlog
from django.utils import timezone

from apps.core.tenancy import scope
from apps.jobs.errors import LeaseLost
from apps.jobs.hops import surviving
from apps.jobs.lanes import refuse_deadly, report
from apps.jobs.lease import Lease
from apps.jobs.leases import take_computing_job, work_waits
from apps.jobs.ledger import HeldJob
from apps.jobs.models import Cluster, Job
from apps.jobs.registry import kind_of
from apps.jobs.run import ComputeRun
from apps.jobs.runner import ring
from apps.jobs.shift import Shift, stop_requested
from apps.jobs.verdict import judge

logger = logging.getLogger(__name__)


def compute() -> None:
    """What a doorbell of the ``cpu`` cluster starts."""
    with Lease(Cluster.CPU) as lease:
        run_computing_jobs(lease, Shift(Cluster.CPU))
    if not stop_requested() and work_waits(Cluster.CPU):
        ring(Cluster.CPU)


def run_computing_jobs(lease: Lease, shift: Shift, only: Job | None = None) -> None:
    """Run free computing jobs, or ``only`` that one, until there is none, the shift is over or the lease is lost."""
    try:
        while not shift.over():
            lease.check()
            held = surviving(lease, partial(take_computing_job, lease.runner_id, only))
            if held is None:
                return
            with (
                scope(held.job.organization_id),
                structlog.contextvars.bound_contextvars(job=held.job.public_id, kind=held.job.kind),
            ):
                _run_job(ComputeRun(held, None, lease, shift), held)
    except LeaseLost:
        logger.warning("job lost, or the runner without it", extra={"runner": lease.runner_id})


def _run_job(run: ComputeRun, held: HeldJob) -> None:
    verdict = judge(held.job, run.ending(_error_of(run)), timezone.now())
    report(verdict)
    try:
        run.finish(verdict)
    except LeaseLost:
        raise
    except Exception as unwritable:
        verdict = judge(held.job, run.ending(unwritable), timezone.now())
        report(verdict)
        run.finish(verdict)


def _error_of(run: ComputeRun) -> Exception | None:
    try:
        refuse_deadly(run.job.deaths)
        kind_of(run.job.kind).function(run)
    except Exception as error:
        return error
    return None
