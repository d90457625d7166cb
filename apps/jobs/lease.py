"""A runner's lease in its process: a thread with a connection of its own, so that beats queue behind nothing."""

import logging
import threading
import time
from types import TracebackType

from django.db import DatabaseError, InterfaceError, connection

from apps.jobs import runners
from apps.jobs.conf import job_settings
from apps.jobs.errors import LeaseLost

logger = logging.getLogger(__name__)
RETRY_EVERY = 0.5


class Lease:
    """Registers a runner, renews its row, reads which of its jobs were cancelled, and removes it at the end.

    All of it happens in one thread. :meth:`holds` goes by this process's own clock, counted from before the
    renewal was sent, so it never says yes longer than the database does.
    """

    def __init__(self, cluster: str) -> None:
        settings = job_settings()
        self.cluster = cluster
        self.runner_id = 0
        self.cancelled: frozenset[int] = frozenset()
        self._length = settings.lease
        self._beat = settings.beat
        self._until = 0.0
        self._failure: BaseException | None = None
        self._ready = threading.Event()
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._keep, name=f"lease-{cluster}", daemon=True)

    def __enter__(self) -> "Lease":
        self._thread.start()
        self._ready.wait()
        if self._failure is not None:
            raise self._failure
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end.set()
        self._thread.join()

    def holds(self) -> bool:
        return time.monotonic() < self._until

    def check(self) -> None:
        """Raise :class:`LeaseLost` unless the lease holds."""
        if not self.holds():
            raise LeaseLost(f"The lease of runner {self.runner_id} is over.")

    def _keep(self) -> None:
        try:
            self._register()
            if self._failure is None:
                self._renew_until_the_end()
        finally:
            connection.close()

    def _register(self) -> None:
        sent = time.monotonic()
        try:
            self.runner_id = runners.register(self.cluster, self._length)
            self._until = sent + self._length
        except BaseException as failure:
            self._failure = failure
        finally:
            self._ready.set()

    def _renew_until_the_end(self) -> None:
        while not self._end.wait(self._beat):
            if not self._renew():
                self._until = 0.0
                logger.warning("lease lost", extra={"runner": self.runner_id, "cluster": self.cluster})
                return
        if self.holds():
            self._dismiss()

    def _renew(self) -> bool:
        """One beat. A lost connection is replaced until the lease is over."""
        while True:
            sent = time.monotonic()
            try:
                renewal = runners.renew(self.runner_id, self._length)
            except (DatabaseError, InterfaceError) as error:
                logger.warning("beat failed", extra={"runner": self.runner_id, "error": str(error)})
                connection.close()
                if not self.holds() or self._end.wait(RETRY_EVERY):
                    return False
                continue
            if renewal.alive:
                self._until = sent + self._length
                self.cancelled = renewal.cancelled
            return renewal.alive

    def _dismiss(self) -> None:
        try:
            runners.dismiss(self.runner_id)
        except (DatabaseError, InterfaceError) as error:
            # The row runs out by itself; what it held is taken over then.
            logger.warning("runner not dismissed", extra={"runner": self.runner_id, "error": str(error)})
        self._until = 0.0
