"""A worker that is killed in the middle of a capture: the snapshot is the one that an undisturbed worker makes."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import MakeSetUps
from tests.jobs.drill import ROOT, Site
from tests.services.set_ups import POSTGRESQL_REDIS, SQLITE, SetUp

pytestmark = [pytest.mark.drill, pytest.mark.timeout(150), pytest.mark.xdist_group("drills")]

PAGES = 160
LATENCY = 0.04
"""Seconds that each answer takes while the capture is disturbed, so that there is a middle."""


class CaptureSite(Site):
    """Worker processes that capture from a sandbox, which is a process of its own."""

    def __init__(self, set_up: SetUp, folder: Path) -> None:
        super().__init__(set_up, folder)
        self._folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        command = [
            sys.executable,
            "-m",
            "apps.sandbox",
            "--port",
            str(port),
            "--pages",
            str(PAGES),
            "--workspaces",
            "1",
        ]
        self.base_url = f"http://127.0.0.1:{port}"
        self.sandbox = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert self.sandbox.stdout is not None
        token = next(line.split()[1] for line in self.sandbox.stdout if line.strip().startswith("token"))
        self.wait_until(self._serves, 20, "the sandbox answers")
        self.run("seed", self.base_url, token)

    def _serves(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.base_url}/_sandbox/"):
                return True
        except OSError:
            return False

    @property
    def environment(self) -> dict[str, str]:
        given = {
            "DJANGO_SETTINGS_MODULE": "tests.drills.capture_settings",
            "NOTIONHUB_VAR": str(self._folder),
            "NOTIONHUB_IO_WORKERS": "2",
        }
        return {**os.environ, **given, **self.set_up.environment}

    def run(self, *arguments: str) -> None:
        command = [sys.executable, "-m", "tests.drills.capture_seed", *arguments]
        subprocess.run(command, cwd=ROOT, env=self.environment, check=True)

    def close(self) -> None:
        try:
            super().close()
        finally:
            self.sandbox.terminate()
            self.sandbox.wait()
            if self.sandbox.stdout is not None:
                self.sandbox.stdout.close()

    def turn(self, **settings: float) -> None:
        body = json.dumps(settings).encode()
        request = urllib.request.Request(f"{self.base_url}/_sandbox/settings", data=body, method="PATCH")
        with urllib.request.urlopen(request):
            pass

    def done(self) -> int:
        """Objects of the open snapshot that are safely stored."""
        sql = (
            "SELECT count(*) FROM snapshots_capturenode n JOIN snapshots_snapshot s ON s.id = n.snapshot_id"
            " WHERE s.state = 'open' AND n.state = 'done'"
        )
        return int(self.query(sql)[0][0])

    def state(self, name: str) -> Any:
        sql = (
            "SELECT s.state FROM snapshots_snapshot s JOIN workspaces_workspace w ON w.id = s.workspace_id"
            " WHERE w.name = ?"
        )
        rows = self.query(sql, name)
        return rows[0][0] if rows else None

    def content(self, name: str) -> list[tuple[Any, ...]]:
        sql = (
            "SELECT v.object, v.kind, v.parent, v.title, v.lines, v.digest, v.from_no, v.until_no, f.sha256"
            " FROM snapshots_objectversion v JOIN workspaces_workspace w ON w.id = v.workspace_id"
            " LEFT JOIN snapshots_storedfile f ON f.id = v.file_id WHERE w.name = ? ORDER BY v.object"
        )
        return self.query(sql, name)

    def counts(self, name: str) -> Any:
        sql = (
            "SELECT CAST(s.counts AS TEXT) FROM snapshots_snapshot s"
            " JOIN workspaces_workspace w ON w.id = s.workspace_id WHERE w.name = ?"
        )
        return json.loads(self.query(sql, name)[0][0])


@pytest.fixture(params=[SQLITE, POSTGRESQL_REDIS])
def site(request: pytest.FixtureRequest, set_ups: MakeSetUps, tmp_path: Path) -> Iterator[CaptureSite]:
    set_up = set_ups(lambda empty: None).make(request.param, tmp_path)
    with closing(CaptureSite(set_up, tmp_path)) as site:
        site.start()
        site.processes()
        yield site


def test_a_capture_whose_workers_are_killed_equals_an_undisturbed_one(site: CaptureSite) -> None:
    site.run("start", "undisturbed")
    site.wait_until(lambda: site.state("undisturbed") == "complete", 60, "the undisturbed capture completes")
    site.turn(latency=LATENCY)
    site.run("start", "killed")
    total = len(site.content("undisturbed"))
    gaps = [kill_at(site, int(share * total)) for share in (0.2, 0.5, 0.8)]
    site.turn(latency=0)
    site.wait_until(lambda: site.state("killed") != "open", 60, "the capture ends")
    assert site.state("killed") == "complete"
    assert site.content("killed") == site.content("undisturbed")
    assert site.counts("killed") == site.counts("undisturbed")
    crowd = max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))
    assert max(gaps) < 15 * crowd, gaps


def kill_at(site: CaptureSite, goal: int) -> float:
    """Kill the worker that captures once so many objects are stored; seconds until more of them are."""
    site.wait_until(lambda: site.done() >= goal, 60, f"{goal} objects are stored")
    victim, before = site.busy_pid(), site.done()
    killed = time.monotonic()
    os.kill(victim, signal.SIGKILL)
    site.wait_until(lambda: site.done() > before or not site.done(), 40, "the capture goes on")
    return time.monotonic() - killed
