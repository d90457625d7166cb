"""One job seen through in this process, for commands: the same code as in the clusters, and no cluster needed.

If a worker has the job already, it stays there and is only watched; if that worker dies, it comes here.
"""

import threading
import time
from collections.abc import Callable

from django.db import connections

from apps.jobs.compute import run_computing_jobs
from apps.jobs.drain import serve_lanes
from apps.jobs.lease import Lease
from apps.jobs.models import Cluster, Job
from apps.jobs.shift import Shift

LOOK = 0.25


def see_through(job: Job, show: Callable[[Job], None]) -> Job:
    """Run or watch the job until it has ended; ``show`` is called a few times a second with its newest state.

    On ``KeyboardInterrupt`` it is handed back at its next checkpoint, where somebody else can go on, and the
    interrupt goes on as well. Runs in the scope of the job's organization.
    """
    shift = Shift(job.cluster, bounded=False)
    ended = threading.Event()
    failure: list[Exception] = []
    worker = threading.Thread(target=_work, args=(job, shift, ended, failure), name="foreground")
    worker.start()
    try:
        while not job.has_ended:
            if failure:
                raise failure[0]
            time.sleep(LOOK)
            job = Job.objects.get(pk=job.pk)
            show(job)
    finally:
        shift.end()
        ended.set()
        worker.join()
    return job


def _work(job: Job, shift: Shift, ended: threading.Event, failure: list[Exception]) -> None:
    """Take the job whenever it is free, until it has ended."""
    try:
        while not ended.is_set():
            with Lease(job.cluster) as lease:
                if job.cluster == Cluster.IO:
                    serve_lanes(lease, shift, only=job)
                else:
                    run_computing_jobs(lease, shift, only=job)
            ended.wait(LOOK)
    except Exception as error:
        failure.append(error)
    finally:
        connections.close_all()
