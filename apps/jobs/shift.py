"""For how long a runner goes on: a soft bound by time, by memory and by the request to stop."""

import math
import mmap
import resource
import time

from apps.jobs.conf import GRACE, job_settings, memory_limit, time_slice

# One byte shared with all processes forked later. It takes no lock: a worker that is killed while it
# looks at a ``multiprocessing.Event`` would keep that event's lock for ever.
_stop = mmap.mmap(-1, 1)


def request_stop() -> None:
    """Tell every runner forked from this process to hand over and end."""
    _stop[0] = 1


def stop_requested() -> bool:
    return _stop[0] != 0


class Shift:
    """One runner's working time. Once over, it stays over."""

    def __init__(self, cluster: str, *, bounded: bool = True) -> None:
        """``bounded=False``: until told to end, as in a command, which nobody starts anew when it is too big."""
        self._ends = time.monotonic() + time_slice(cluster) if bounded else math.inf
        self._memory = memory_limit(cluster) if bounded else None
        self._patience = job_settings().stop_grace
        self._over_since: float | None = None
        self._stopped_since: float | None = None
        self._ended = False

    def end(self) -> None:
        """End this runner's shift alone."""
        self._ended = True

    def over(self) -> bool:
        """Whether to take no more work, and let what runs come to its next checkpoint."""
        now = time.monotonic()
        if self._stopped_since is None and stop_requested():
            self._stopped_since = now
        if self._over_since is None and (self._ended or self._stopped_since or now >= self._ends or self._too_big()):
            self._over_since = now
        return self._over_since is not None

    def out_of_patience(self) -> bool:
        """Whether what still runs has to be cut off; its last checkpoint holds."""
        now = time.monotonic()
        if self._stopped_since is not None and now - self._stopped_since > self._patience:
            return True
        return self._over_since is not None and now - self._over_since > GRACE * 3 / 4

    def _too_big(self) -> bool:
        return self._memory is not None and resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >= self._memory
