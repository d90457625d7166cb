"""Processes: which one this is, whether another one still exists, and dying together."""

import ctypes
import os
import signal
import socket
import sys
from dataclasses import dataclass

import psutil  # type: ignore[import-untyped]

PR_SET_PDEATHSIG = 1  # <linux/prctl.h>
START_TOLERANCE = 1.0
"""Seconds by which two readings of a process's start may differ when the clock is adjusted."""


@dataclass(frozen=True, slots=True)
class ProcessId:
    """A process, told apart from a later one that got the same number."""

    host: str
    pid: int
    started: float


def this_host() -> str:
    """The machine and its process namespace: containers may share a name, but not the numbers of processes."""
    try:
        namespace = os.readlink("/proc/self/ns/pid")
    except OSError:
        namespace = ""
    return f"{socket.gethostname()[:80]} {namespace}".strip()


def this_process() -> ProcessId:
    return ProcessId(this_host(), os.getpid(), psutil.Process().create_time())


def still_exists(process: ProcessId) -> bool:
    """Whether a process of *this* host still runs (a zombie does not)."""
    try:
        found = psutil.Process(process.pid)
        started: float = found.create_time()
        return found.status() != psutil.STATUS_ZOMBIE and abs(started - process.started) < START_TOLERANCE
    except psutil.NoSuchProcess:
        return False


def in_my_group(pid: int) -> bool:
    """Whether a process of this host belongs to the process group of this one."""
    try:
        return os.getpgid(pid) == os.getpgrp()
    except ProcessLookupError:
        return False


def die_with_parent() -> None:
    """Ask the kernel to kill this process when the one that made it ends, however it ends (Linux).

    The wish is not inherited by children. Elsewhere the ticker's look at its parent has to do.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def kill_my_group() -> None:
    """End this cluster at once, with all its workers. Its supervisor (or the container) starts it again."""
    os.killpg(0, signal.SIGKILL)
