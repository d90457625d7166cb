"""A server process that does not outlive the suite, however the suite ends."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

PR_SET_PDEATHSIG = 1  # <linux/prctl.h>


def start(
    command: Sequence[str], log: Path, end_with: signal.Signals, user: str | None = None
) -> subprocess.Popen[bytes]:
    """Start a server out of reach of the terminal's Ctrl-C; the kernel sends ``end_with`` when this process dies."""
    libc = ctypes.CDLL(None) if sys.platform == "linux" else None

    def die_with_parent() -> None:
        if libc is not None:
            libc.prctl(PR_SET_PDEATHSIG, end_with)

    with log.open("ab") as output:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            user=user,
            start_new_session=True,
            preexec_fn=die_with_parent,
            env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
        )


def wait_until(answers: Callable[[], bool], process: subprocess.Popen[bytes], log: Path, timeout: float = 20.0) -> None:
    """Until the server answers. Raises with its log when it ends or stays silent."""
    deadline = time.monotonic() + timeout
    while not answers():
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"{process.args!r} did not start:\n{log.read_text(errors='replace')}")
        time.sleep(0.02)
