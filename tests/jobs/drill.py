"""A site of real processes for the drills: its set-up, its worker, and a look at both from outside."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped]

from tests.jobs.drill_seed import COMPUTED, ITEMS, STEPS
from tests.services.set_ups import Rows, SetUp

ROOT = Path(__file__).resolve().parents[2]
IO_WORKERS = 3


def plant(set_up: SetUp) -> None:
    """Make the database that every drill starts from."""
    subprocess.run([sys.executable, "-m", "tests.jobs.drill_seed"], cwd=ROOT, env=_environment(set_up), check=True)


def _environment(set_up: SetUp) -> dict[str, str]:
    given = {"DJANGO_SETTINGS_MODULE": "tests.jobs.drill_settings", "NOTIONHUB_IO_WORKERS": str(IO_WORKERS)}
    return {**os.environ, **given, **set_up.environment}


def crowd() -> float:
    """How many processes want each core, at least one."""
    return max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


class Site:
    """A seeded database and the processes of ``manage.py worker`` on it."""

    def __init__(self, set_up: SetUp, folder: Path) -> None:
        self.set_up = set_up
        self._log = (folder / "worker.log").open("ab+")
        self._supervisors: list[subprocess.Popen[bytes]] = []
        self._ever: set[psutil.Process] = set()

    @property
    def environment(self) -> dict[str, str]:
        return _environment(self.set_up)

    # What happens to it

    def start(self) -> None:
        command = [sys.executable, "manage.py", "worker"]
        supervisor = subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=self._log, stderr=self._log)
        self._supervisors.append(supervisor)

    def send(self, number: signal.Signals) -> None:
        self.supervisor.send_signal(number)

    def wait_for_end(self, timeout: float) -> int:
        return self.supervisor.wait(timeout)

    def kill_everything(self) -> None:
        """SIGKILL to all processes at once, as a power cut would."""
        everyone = [psutil.Process(self.supervisor.pid), *self.processes()]
        for process in everyone:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        self.supervisor.wait()
        self.wait_until(lambda: not self.survivors(), 5, "everything ends")

    def close(self) -> None:
        """End whatever this drill has started, however it went."""
        for supervisor in self._supervisors:
            if supervisor.poll() is None:
                self.processes()
                supervisor.kill()
                supervisor.wait()
        for process in self.survivors():
            with suppress(psutil.NoSuchProcess):
                process.kill()
        self.wait_until(lambda: not self.survivors(), 5, "everything ends")
        self._log.close()

    # What can be seen of it

    @property
    def supervisor(self) -> subprocess.Popen[bytes]:
        return self._supervisors[-1]

    def processes(self) -> list[psutil.Process]:
        """All that descends from the supervisor and lives."""
        try:
            found = psutil.Process(self.supervisor.pid).children(recursive=True)
        except psutil.NoSuchProcess:
            return []
        self._ever.update(found)
        return [process for process in found if _lives(process)]

    def survivors(self) -> list[psutil.Process]:
        """All that any supervisor of this drill ever made and that still lives."""
        return [process for process in self._ever if _lives(process)]

    def idle_workers(self, cluster_of: int) -> list[psutil.Process]:
        """Workers without a task in the cluster to which the process ``cluster_of`` belongs."""
        group = os.getpgid(cluster_of)
        mine = [process for process in self.processes() if os.getpgid(process.pid) == group]
        return [process for process in mine if _title(process).endswith(" idle")]

    def query(self, sql: str, *args: Any) -> Rows:
        return self.set_up.query(sql, *args)

    def busy_pid(self) -> int:
        """The process that holds the most lanes."""
        sql = (
            "SELECT r.pid FROM jobs_runner r JOIN jobs_lane l ON l.runner_id = r.id"
            " WHERE r.cluster = 'io' GROUP BY r.id ORDER BY count(*) DESC LIMIT 1"
        )
        rows = self.query(sql)
        return int(rows[0][0]) if rows else 0

    def items(self) -> int:
        return int(self.query("SELECT count(*) FROM drill_item")[0][0])

    def taken_over(self, moment: float, *, lost_by: int) -> float | None:
        """Seconds from ``moment`` to the first row that another process stored for a job of the lost one."""
        sql = (
            "SELECT min(at) FROM drill_item WHERE at > ? AND pid <> ?"
            " AND job IN (SELECT job FROM drill_item WHERE at <= ? AND pid = ?)"
        )
        at = self.query(sql, moment, lost_by, moment, lost_by)[0][0]
        return None if at is None else at - moment

    def unfinished(self) -> int:
        return int(self.query("SELECT count(*) FROM jobs_job WHERE status <> 'succeeded'")[0][0])

    def log(self) -> str:
        self._log.flush()
        return Path(self._log.name).read_text()

    def wait_until(self, condition: Callable[[], Any], timeout: float, what: str) -> Any:
        """Poll until the condition is true; gives its value. Fails with the worker's log.

        ``timeout`` is for a machine with a core to spare; a crowded one gets more.
        """
        timeout *= crowd()
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            if value := condition():
                return value
            time.sleep(0.1)
        raise AssertionError(f"{what}: not within {timeout:.0f} s.\n{self.log()}")

    def check_nothing_lost_nothing_doubled(self) -> None:
        sql = "SELECT job, count(*), count(DISTINCT n), max(n) + 1 FROM drill_item GROUP BY job"
        wrong = [row for row in self.query(sql) if len(set(row[1:])) != 1 or row[1] not in (STEPS, COMPUTED)]
        assert wrong == []
        assert self.items() == ITEMS


def _lives(process: psutil.Process) -> bool:
    try:
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def _title(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline()).strip()
    except psutil.NoSuchProcess:
        return ""
