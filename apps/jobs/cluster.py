"""The main process of one cluster: makes the workers, then ticks until it is asked to stop."""

import logging
import os
import signal
import threading
from types import FrameType

from apps.jobs.conf import job_settings
from apps.jobs.processes import die_with_parent, kill_my_group
from apps.jobs.registry import load_kinds
from apps.jobs.runner import Workers
from apps.jobs.shift import request_stop
from apps.jobs.ticker import Ticker

logger = logging.getLogger(__name__)


def run_cluster(cluster: str) -> None:
    """Serve until SIGTERM or SIGINT. To be called in the leader of a process group of its own."""
    parent = os.getppid()
    die_with_parent()
    stop = threading.Event()

    def on_signal(number: int, frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, on_signal)
    signal.signal(signal.SIGINT, on_signal)
    load_kinds()  # before the fork, so that the workers share it
    workers = Workers()
    workers.start()
    logger.info("cluster started", extra={"cluster": cluster, "pid": os.getpid()})
    _tick_until(stop, cluster, workers, parent)
    request_stop()
    workers.stop()
    logger.info("cluster stopped", extra={"cluster": cluster, "pid": os.getpid()})


def _tick_until(stop: threading.Event, cluster: str, workers: Workers, parent: int) -> None:
    ticker = Ticker(cluster)
    while True:
        ticker.tick()
        if stop.wait(job_settings().tick):
            return
        if os.getppid() != parent or not workers.alive():
            logger.error("cluster lost its parent or its guard, its group is ended", extra={"cluster": cluster})
            kill_my_group()
