"""The only importer of django-q2. The queue is a doorbell: what a bell means stands in our own tables."""

import os
import uuid
from functools import cache
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from typing import Any

from django.db import connections, transaction
from django_q.brokers import get_broker
from django_q.cluster import Sentinel
from django_q.conf import Conf
from django_q.tasks import async_task

from apps.jobs.models import Cluster
from apps.jobs.processes import die_with_parent, kill_my_group

TASKS = {Cluster.IO: "apps.jobs.drain.drain", Cluster.CPU: "apps.jobs.compute.compute"}
IDLE = -1  # django_q.worker writes it to a worker's timer while it waits for a task


def ring(cluster: str) -> None:
    """Wake the cluster, unless a bell that nobody has heard yet hangs there already.

    In our own database the bell is part of the caller's transaction; with any other broker it follows the commit.
    A bell that gets lost is rung again by the ticker.
    """
    if Conf.ORM == "default":
        _ring(cluster)
    else:
        # Not a partial: Django names the function in the log when the broker is away.
        transaction.on_commit(lambda: _ring(cluster), robust=True)


def _ring(cluster: str) -> None:
    broker = _broker(cluster)
    if not broker.queue_size():
        async_task(TASKS[Cluster(cluster)], broker=broker, cluster=cluster)


@cache
def _broker(cluster: str) -> Any:
    return get_broker(cluster)


class Guard(Sentinel):  # type: ignore[misc]  # django-q2 has no types
    """django-q2's guard of the worker processes, which ends the group when an idle one was killed.

    An idle worker dies holding the lock of the queue that all of them read, so none of them would ever
    get a task again (django-q2 issue 23).
    """

    def reincarnate(self, process: Any) -> None:
        if process in self.pool and process.timer.value == IDLE:
            kill_my_group()
        super().reincarnate(process)


class Workers:
    """The processes of this cluster: a guard, its workers, and django-q2's pusher and monitor.

    Stands in for ``django_q.cluster.Cluster``, whose signal handler waits for them inside the handler.
    """

    def __init__(self) -> None:
        fork = get_context("fork")
        self._stop = fork.Event()
        self._started = fork.Event()
        identity = (self._stop, self._started, uuid.uuid4(), None, None)
        self._guard: BaseProcess = fork.Process(target=Guard, args=identity, name="guard")

    def start(self) -> None:
        """Fork them. A connection must not be shared over a fork, so this process's are closed first."""
        connections.close_all()
        os.register_at_fork(after_in_child=die_with_parent)
        self._guard.start()

    def alive(self) -> bool:
        return self._guard.is_alive()

    def stop(self) -> None:
        """Wait until every worker has finished what it does; ask the runners to hand over first."""
        self._stop.set()
        self._guard.join()
