"""Proof that rotating keys stops nothing: captures run without a pause while their keys are replaced under them.

Against the sandbox. Of the workspaces one is connected through Notion's sign-in: its tokens are refreshed, which voids
the old pair at once. The keys of the others are replaced by new ones, and the old ones are voided as soon as the new
ones are in use: whoever still used one would be refused.
"""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import median

from django.db import connections
from django.db.models import QuerySet
from pydantic import SecretStr

from apps.jobs.drain import serve_lanes
from apps.jobs.lease import Lease
from apps.jobs.models import ACTIVE, Cluster, Job, Status
from apps.jobs.shift import Shift
from apps.keys.services import reveal
from apps.organizations.models import Organization
from apps.organizations.services import system_actor
from apps.sandbox.oauth import connection_for, new_token, pair_for
from apps.sandbox.sandbox import Sandbox
from apps.snapshots.capture.options import FULL, Options
from apps.snapshots.services import start_capture
from apps.workspaces.keys.services import Promotion, add_key, retire_key, start_refresh
from apps.workspaces.models import ConnectionKind, Workspace, WorkspaceKey
from apps.workspaces.probe import probe
from apps.workspaces.services import connect_workspace

LOOK = 0.05
PATIENCE = 120.0
CAPTURE = "snapshots.capture"


@dataclass(slots=True)
class Report:
    """``jobs`` counts by kind and word; ``failed`` names what did not succeed."""

    rotations: int = 0
    refreshes: int = 0
    seconds: float = 0.0
    took: list[float] = field(default_factory=list)
    under_load: int = 0
    jobs: Counter[tuple[str, str]] = field(default_factory=Counter)
    failed: list[str] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        return not self.failed and bool(self.took)

    def lines(self) -> list[str]:
        kinds = [f"  {kind}: {count} {word.lower()}" for (kind, word), count in sorted(self.jobs.items())]
        done = f"{self.rotations} keys rotated and {self.refreshes} pairs of tokens refreshed in {self.seconds:.1f} s"
        speed = (
            f"one takes {median(self.took):.2f} s at the median, {max(self.took):.2f} s at most" if self.took else ""
        )
        load = f"{self.under_load} of {len(self.took)} while a capture of the workspace was running"
        return [done, speed, load, "Jobs:", *kinds, *(f"FAILED {each}" for each in self.failed)]


class Drill:
    """``rotations`` replacements, in turn over all workspaces of the sandbox. Runs in the organization's scope."""

    def __init__(self, organization: Organization, sandbox: Sandbox, base_url: str) -> None:
        self._organization = organization
        self._actor = system_actor(organization, "Rotation drill")
        self._sandbox = sandbox
        self._base_url = base_url
        self._workspaces: list[Workspace] = []
        self._stop = threading.Event()
        self._shift = Shift(Cluster.IO, bounded=False)
        self.report = Report()

    def run(self, rotations: int, tell: Callable[[int], object] = lambda done: None) -> Report:
        """Raises what connecting raises; what fails later is in the report."""
        self._connect()
        worker = threading.Thread(target=self._work, name="worker")
        worker.start()
        began = time.monotonic()
        try:
            self.keep_busy()
            for number in range(rotations):
                self._replace(self._workspaces[number % len(self._workspaces)])
                tell(number + 1)
            self._wait_for(Job.objects.filter(kind=CAPTURE))
        finally:
            self.report.seconds = time.monotonic() - began
            self._shift.end()
            self._stop.set()
            worker.join()
        self._count()
        return self.report

    def _connect(self) -> None:
        for number, world in enumerate(self._sandbox.worlds):
            owner = next(user for user in world.users.values() if user.kind == "person")
            shared = {thing.id for thing in world.shared_by_default()}
            connection = connection_for(self._sandbox.service, world, owner, shared)
            pair = pair_for(self._sandbox.service, connection)
            by_oauth = number == 0
            token = SecretStr(pair["access_token"])
            self._workspaces.append(
                connect_workspace(
                    probe(token, self._base_url),
                    base_url=self._base_url,
                    token=token,
                    refresh=SecretStr(pair["refresh_token"]) if by_oauth else None,
                    connection=ConnectionKind.OAUTH if by_oauth else ConnectionKind.TOKEN,
                    actor=self._actor,
                )
            )

    def _work(self) -> None:
        """What the workers of the io cluster do, in a thread."""
        try:
            while not self._stop.is_set():
                with Lease(Cluster.IO) as lease:
                    serve_lanes(lease, self._shift)
                self._stop.wait(LOOK)
        finally:
            connections.close_all()

    def keep_busy(self) -> None:
        """A full capture of every workspace that has none on its way."""
        for workspace in self._workspaces:
            if not Job.objects.filter(lane__key=workspace.lane_key, status__in=ACTIVE).exists():
                start_capture(workspace, options=Options(mode=FULL), actor=self._actor)

    def _is_busy(self, workspace: Workspace) -> bool:
        """Whether a capture of it is running, after waiting a moment for one."""
        running = Job.objects.filter(lane__key=workspace.lane_key, status=Status.RUNNING)
        for _ in range(60):
            self.keep_busy()
            if running.exists():
                return True
            time.sleep(LOOK)
        return False

    def _replace(self, workspace: Workspace) -> None:
        """One key for another, at a moment of its own."""
        self.report.under_load += self._is_busy(workspace)
        time.sleep(random.uniform(0, 0.1))
        began = time.monotonic()
        workspace.refresh_from_db()
        old = workspace.key
        if old is None:
            self.report.failed.append(f"{workspace.name} has lost its key")
        elif old.is_oauth:
            self._settled(start_refresh(old, actor=self._actor))
            self.report.refreshes += 1
        else:
            self._rotate(workspace, old)
            self.report.rotations += 1
        self.report.took.append(time.monotonic() - began)

    def _rotate(self, workspace: Workspace, old: WorkspaceKey) -> None:
        service, used = self._sandbox.service, _token(old)
        fresh = SecretStr(new_token())
        service.grant(fresh.get_secret_value(), service.tokens[used])
        found = probe(fresh, self._base_url, workspace.api_version)
        key = add_key(workspace, found, token=fresh, then=Promotion(at_once=True), actor=self._actor)
        self._settled(Job.objects.get(unique_key=key.public_id))
        workspace.refresh_from_db()
        if workspace.key_id != key.pk:
            self.report.failed.append(f"{workspace.name}: key {key.number} is not in use")
            return
        retire_key(WorkspaceKey.objects.select_related("workspace__key").get(pk=old.pk), actor=self._actor)
        service.revoke(used)

    def _settled(self, job: Job) -> None:
        self._wait_for(Job.objects.filter(pk=job.pk))

    def _wait_for(self, jobs: QuerySet[Job]) -> None:
        until = time.monotonic() + PATIENCE
        while jobs.filter(status__in=ACTIVE).exists():
            if time.monotonic() > until:
                self.report.failed.append("a job did not end in time")
                return
            time.sleep(LOOK)

    def _count(self) -> None:
        for job in Job.objects.order_by("pk"):
            self.report.jobs[job.kind, job.word] += 1
            if job.status != Status.SUCCEEDED:
                self.report.failed.append(f"{job.title}: {job.word} {job.error}".rstrip())


def _token(key: WorkspaceKey) -> str:
    full = WorkspaceKey.objects.select_related("access_token__key").get(pk=key.pk)
    return reveal(full.access_token).get_secret_value() if full.access_token is not None else ""
