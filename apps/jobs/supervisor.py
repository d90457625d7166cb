"""Keeps the clusters of this machine running: starts each in a process group of its own, and again if it ends."""

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import FrameType

from apps.jobs.conf import job_settings

logger = logging.getLogger(__name__)
ROOT = Path(__file__).resolve().parents[2]
LOOK_EVERY = 0.2
LONGEST_REST = 30.0
STEADY_AFTER = 60.0


class Child:
    """One cluster, in whatever process it runs now."""

    def __init__(self, cluster: str) -> None:
        self.cluster = cluster
        self._process: subprocess.Popen[bytes] | None = None
        self._started = 0.0
        self._start_at = 0.0
        self._rest = 0.5

    def start(self) -> None:
        path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")]))
        self._started = time.monotonic()
        self._process = subprocess.Popen(  # noqa: S603  (our own module, under this interpreter)
            [sys.executable, "-m", "apps.jobs", self.cluster],
            env={**os.environ, "PYTHONPATH": path},
            start_new_session=True,
        )

    def look_after(self) -> None:
        """Start it again after it has ended, at once at first, later after growing rests."""
        now = time.monotonic()
        if self._process is not None and self._process.poll() is not None:
            self._bury(self._process, now)
        if self._process is None and now >= self._start_at:
            self.start()

    def ask_to_stop(self) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGTERM)

    def stop(self, deadline: float) -> bool:
        """Wait for it until ``deadline`` (monotonic seconds), then end its group. True if it ended by itself."""
        if self._process is None:
            return True
        try:
            self._process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            logger.error("cluster did not stop, its group is ended", extra={"cluster": self.cluster})
            _end_group(self._process)
            return False
        _end_group(self._process)
        return True

    def _bury(self, process: subprocess.Popen[bytes], now: float) -> None:
        _end_group(process)
        if now - self._started > STEADY_AFTER:
            self._rest = 0.5
        facts = {"cluster": self.cluster, "code": process.returncode, "rest": self._rest}
        logger.error("cluster ended, it is started again", extra=facts)
        self._process, self._start_at = None, now + self._rest
        self._rest = min(LONGEST_REST, self._rest * 2)


def _end_group(process: subprocess.Popen[bytes]) -> None:
    """No worker outlives its cluster."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def supervise(clusters: Sequence[str]) -> bool:
    """Run clusters until SIGTERM or SIGINT. True if all of them stopped in good order."""
    stop = threading.Event()

    def on_signal(number: int, frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, on_signal)
    signal.signal(signal.SIGINT, on_signal)
    children = [Child(cluster) for cluster in clusters]
    logger.info("worker started", extra={"clusters": ", ".join(clusters), "pid": os.getpid()})
    while not stop.wait(LOOK_EVERY):
        for child in children:
            child.look_after()
    for child in children:
        child.ask_to_stop()
    deadline = time.monotonic() + job_settings().kill_after
    in_order = [child.stop(deadline) for child in children]
    logger.info("worker stopped", extra={"in_order": all(in_order), "pid": os.getpid()})
    return all(in_order)
