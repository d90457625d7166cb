"""``settings.JOBS`` and ``settings.Q_CLUSTER`` as the engine reads them. Times are in seconds."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from django.conf import settings

from apps.jobs.models import Cluster

GRACE = 120
"""django-q2's ``timeout`` is the time slice plus this: what a job may take to come to a checkpoint."""


@dataclass(frozen=True, slots=True)
class JobSettings:
    """Defaults are those of ``engine``'s drills; see ARCHITECTURE.md before changing one."""

    io_workers: int = 1
    cpu_workers: int = 1
    lanes_per_worker: int = 200
    lane_opener: str | None = None
    modules: tuple[str, ...] = ()
    chores: tuple[str, ...] = ()
    lease: float = 10.0
    beat: float = 3.0
    tick: float = 2.0
    poll: float = 0.5
    frozen_after: float = 25.0
    stop_grace: float = 8.0
    kill_after: float = 30.0
    backoff: float = 5.0
    backoff_limit: float = 600.0

    def workers(self, cluster: str) -> int:
        return self.io_workers if cluster == Cluster.IO else self.cpu_workers


def job_settings() -> JobSettings:
    """Read at each use, so that tests may override them. Raises ``TypeError`` for an unknown name."""
    given: dict[str, Any] = dict(settings.JOBS)
    unknown = given.keys() - {item.name for item in fields(JobSettings)}
    if unknown:
        raise TypeError(f"settings.JOBS has unknown keys: {', '.join(sorted(unknown))}.")
    return JobSettings(**given)


def queue_settings(cluster: str) -> Mapping[str, Any]:
    """What django-q2 takes for one cluster."""
    base: dict[str, Any] = settings.Q_CLUSTER
    return base if cluster == base["name"] else {**base, **base["ALT_CLUSTERS"][cluster]}


def time_slice(cluster: str) -> float:
    """For how long a runner takes new work before it hands over."""
    return float(queue_settings(cluster)["timeout"] - GRACE)


def memory_limit(cluster: str) -> int | None:
    """Kilobytes of peak memory at which django-q2 replaces the process, so a runner must end there."""
    return queue_settings(cluster).get("max_rss")
