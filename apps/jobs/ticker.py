"""What happens every two seconds in the otherwise idle main process of a cluster.

What schedules make due is started, and rooms above get their turn (:mod:`apps.jobs.chores`). Besides, this one loop
covers a lost bell, a dead worker, a broker that delivers at most once, a retry whose time has come, and a frozen queue.
"""

import logging
import time
from collections.abc import Callable

from django.db import DatabaseError, InterfaceError, connection
from django.utils import timezone

from apps.jobs import runners
from apps.jobs.chores import do_chores
from apps.jobs.conf import job_settings
from apps.jobs.leases import work_waits
from apps.jobs.processes import kill_my_group
from apps.jobs.runner import ring
from apps.jobs.schedules.due import start_due

logger = logging.getLogger(__name__)


class Ticker:
    """Buries dead runners, starts what is due, rings while work waits, and ends the group if nobody in it comes."""

    def __init__(self, cluster: str, end_group: Callable[[], None] = kill_my_group) -> None:
        self.cluster = cluster
        self._end_group = end_group
        self._waits_since: float | None = None

    def tick(self) -> None:
        """One look. A database that is away now is there at the next."""
        try:
            self._look()
        except (DatabaseError, InterfaceError) as error:
            logger.warning("tick failed", extra={"cluster": self.cluster, "error": str(error)})
            connection.close()

    def _look(self) -> None:
        for runner in runners.bury():
            logger.warning("runner buried", extra={"runner": runner.pk, "dead_pid": runner.pid})
        start_due(timezone.now())
        do_chores(timezone.now())
        if not work_waits(self.cluster):
            self._waits_since = None
            return
        ring(self.cluster)
        if self._is_frozen():
            logger.error("cluster frozen, its group is ended", extra={"cluster": self.cluster})
            self._end_group()

    def _is_frozen(self) -> bool:
        """Work waits for long although a worker is free. With all workers busy, waiting is in order."""
        now = time.monotonic()
        if self._waits_since is None:
            self._waits_since = now
        settings = job_settings()
        if now - self._waits_since < settings.frozen_after:
            return False
        return runners.living_here(self.cluster) < settings.workers(self.cluster)
