"""The soak's site: one workspace of the sandbox connected twice, captured twice in each round."""

import os
import random
import signal
import sqlite3
import time
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from typing import Any

from tests.drills.capture_site import CaptureSite

CALM, DISTURBED = "undisturbed", "killed"
PATIENCE = 240.0
"""Seconds after which a capture that has not ended is a failure."""


class SoakSite(CaptureSite):
    @property
    def environment(self) -> dict[str, str]:
        return {**super().environment, "DJANGO_SETTINGS_MODULE": "tests.soak.settings"}

    def edit(self, dice: random.Random) -> int:
        """A few changes of the workspace: renamed, trashed and restored pages. How many."""
        reach = self.ask("GET", "/_sandbox/truth?content=0")
        pages = sorted(reach["pages"])
        edits = dice.randint(0, 6)
        for _ in range(edits):
            page = dice.choice(pages)
            if dice.random() < 0.5:
                self.ask("POST", "/_sandbox/trash", {"id": page, "restore": dice.random() < 0.5})
            else:
                title = [{"text": {"content": f"Renamed {dice.randint(1, 1_000)}"}}]
                with suppress(OSError):  # it lies in the trash by now
                    self.ask("PATCH", f"/v1/pages/{page}", {"properties": {"title": {"title": title}}})
        return edits

    def disturb(self, seed: int, rate: float, latency: float) -> None:
        self.ask("POST", "/_sandbox/faults/random", {"seed": seed, "rate": rate, "times": 2})
        self.turn(latency=latency)

    def calm_down(self) -> Mapping[str, int]:
        """End the faults; how often each kind has struck."""
        struck: Mapping[str, int] = (self.ask("GET", "/_sandbox/")["random_faults"] or {}).get("struck", {})
        self.ask("DELETE", "/_sandbox/faults")
        self.turn(latency=0)
        return struck

    def kill_some(self, dice: random.Random, wanted: int) -> int:
        """Kill whoever captures at random moments while the disturbed capture goes on. How often."""
        kills = 0
        while kills < wanted and self.goes_on():
            before = self.done()
            time.sleep(dice.uniform(0.0, 1.5))
            victim = self.busy_pid()
            if victim and self.goes_on():
                with suppress(ProcessLookupError):
                    os.kill(victim, signal.SIGKILL)
                    kills += 1
                self.wait_until(partial(self._got_beyond, before), 60, "it goes on")
        return kills

    def _got_beyond(self, before: int) -> bool:
        return self.done() != before or not self.goes_on()

    def goes_on(self) -> bool:
        return bool(self.state(DISTURBED) == "open")

    def kind(self, name: str) -> str:
        """Of the newest snapshot: full or incremental."""
        sql = (
            "SELECT s.kind FROM snapshots_snapshot s JOIN workspaces_workspace w ON w.id = s.workspace_id"
            " WHERE w.name = ? ORDER BY s.number DESC"
        )
        return str(self.query(sql, name)[0][0])

    def wait_for(self, name: str) -> None:
        self.wait_until(lambda: self.state(name) != "open", PATIENCE, f"the {name} capture ends")

    def difference(self) -> str:
        """In what the two workspaces differ; empty when they are equal."""
        calm, disturbed = (set(map(repr, self.content(name))) for name in (CALM, DISTURBED))
        lines = [f"only undisturbed: {row}" for row in sorted(calm - disturbed)[:5]]
        lines += [f"only disturbed: {row}" for row in sorted(disturbed - calm)[:5]]
        for what, read in (("state", self.state), ("counts", self.counts), ("kind", self.kind)):
            if read(CALM) != read(DISTURBED):
                lines.append(f"{what}: undisturbed {read(CALM)}, disturbed {read(DISTURBED)}")
        return "\n".join(lines)

    def query(self, sql: str, *args: Any) -> list[tuple[Any, ...]]:
        """A killed writer leaves the database to be recovered by whoever comes next: look again."""
        for _ in range(20):
            with suppress(sqlite3.OperationalError):
                return super().query(sql, *args)
            time.sleep(0.25)
        return super().query(sql, *args)
