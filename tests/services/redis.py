"""A Redis server of the suite's own, where ``redis-server`` is installed: on a unix socket, with nothing to keep."""

import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

import redis

from tests.services.process import start, wait_until

MISSING = "redis-server is not installed (apt-get install redis-server)"


def is_installed() -> bool:
    """Raises where CI has none: there nothing is left out in silence."""
    found = shutil.which("redis-server") is not None
    if not found and os.environ.get("CI", "").lower() == "true":
        raise RuntimeError(MISSING)
    return found


class RedisServer:
    """One server. After ``crash`` and ``start`` its queues are empty."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="notionhub-redis-"))
        self._socket = self.folder / "socket"
        self._log = self.folder / "log"
        self._process: subprocess.Popen[bytes] | None = None
        self._databases = iter(range(16))
        self.start()

    def start(self) -> None:
        command = ["redis-server", "--port", "0", "--unixsocket", str(self._socket), "--unixsocketperm", "700"]
        command += ["--save", "", "--appendonly", "no", "--dir", str(self.folder)]
        self._process = start(command, self._log, signal.SIGKILL)
        wait_until(self._answers, self._process, self._log)

    def crash(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait(20)
            self._process = None

    def close(self) -> None:
        self.crash()
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, database: int) -> str:
        return f"unix://{self._socket}?db={database}"

    def make_database(self) -> str:
        """The address of an empty database."""
        url = self.url(next(self._databases))
        redis.from_url(url).flushdb()
        return url

    def _answers(self) -> bool:
        try:
            return bool(redis.from_url(self.url(0)).ping())
        except redis.ConnectionError:
            return False
