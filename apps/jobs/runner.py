"""The only importer of django-q2. The queue is a doorbell: what a bell means stands in our own tables."""

from functools import partial

from django.db import transaction
from django_q.brokers import get_broker
from django_q.conf import Conf
from django_q.tasks import async_task

from apps.jobs.models import Cluster

TASKS = {Cluster.IO: "apps.jobs.drain.drain", Cluster.CPU: "apps.jobs.compute.compute"}


def ring(cluster: str) -> None:
    """Wake the cluster, unless a bell that nobody has heard yet hangs there already.

    In our own database the bell is part of the caller's transaction; with any other broker it follows the commit.
    A bell that gets lost is rung again by the ticker.
    """
    if Conf.ORM == "default":
        _ring(cluster)
    else:
        transaction.on_commit(partial(_ring, cluster), robust=True)


def is_ringing(cluster: str) -> bool:
    """Whether the broker holds a bell for the cluster that no worker has taken."""
    return bool(get_broker(cluster).queue_size())


def _ring(cluster: str) -> None:
    if not is_ringing(cluster):
        async_task(TASKS[Cluster(cluster)], cluster=cluster)
