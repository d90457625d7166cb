"""A site of worker processes that capture from a sandbox, which is a process of its own."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

from tests.jobs.drill import ROOT, Site
from tests.services.set_ups import SetUp

PAGES = 160
LATENCY = 0.04
"""Seconds that each answer takes while a capture is disturbed, so that there is a middle."""


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
        self.token = next(line.split()[1] for line in self.sandbox.stdout if line.strip().startswith("token"))
        self.wait_until(self._serves, 20, "the sandbox answers")
        self.run("seed", self.base_url, self.token)

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
        self.ask("PATCH", "/_sandbox/settings", settings)

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """One request to the sandbox; its answer."""
        headers = {"authorization": f"Bearer {self.token}", "notion-version": "2026-03-11"}
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.base_url}{path}", data=data, method=method, headers=headers)
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    def done(self) -> int:
        """Objects of the open snapshot that are safely stored."""
        sql = (
            "SELECT count(*) FROM snapshots_capturenode n JOIN snapshots_snapshot s ON s.id = n.snapshot_id"
            " WHERE s.state = 'open' AND n.state = 'done'"
        )
        return int(self.query(sql)[0][0])

    def state(self, name: str) -> Any:
        """Of the newest snapshot."""
        sql = (
            "SELECT s.state FROM snapshots_snapshot s JOIN workspaces_workspace w ON w.id = s.workspace_id"
            " WHERE w.name = ? ORDER BY s.number DESC"
        )
        rows = self.query(sql, name)
        return rows[0][0] if rows else None

    def content(self, name: str) -> list[tuple[Any, ...]]:
        sql = (
            "SELECT v.object, v.kind, v.parent, v.title, v.lines, v.digest, v.from_no, v.until_no, f.sha256"
            " FROM snapshots_objectversion v JOIN workspaces_workspace w ON w.id = v.workspace_id"
            " LEFT JOIN snapshots_storedfile f ON f.id = v.file_id WHERE w.name = ? ORDER BY v.object, v.from_no"
        )
        return self.query(sql, name)

    def counts(self, name: str) -> Any:
        sql = (
            "SELECT CAST(s.counts AS TEXT) FROM snapshots_snapshot s"
            " JOIN workspaces_workspace w ON w.id = s.workspace_id WHERE w.name = ?"
            " ORDER BY s.number DESC"
        )
        return json.loads(self.query(sql, name)[0][0])

    def kill_at(self, goal: int) -> float:
        """Kill the worker that captures once so many objects are stored; seconds until more of them are."""
        self.wait_until(lambda: self.done() >= goal, 60, f"{goal} objects are stored")
        victim, before = self.busy_pid(), self.done()
        killed = time.monotonic()
        os.kill(victim, signal.SIGKILL)
        self.wait_until(lambda: self.done() > before or not self.done(), 40, "the capture goes on")
        return time.monotonic() - killed
