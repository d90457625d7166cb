"""Rules at work on a captured workspace: what is deleted, what stays, what is given back, what is put on record."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.db import connection
from django.utils import timezone

from apps.access.roles import Role
from apps.audit.models import AuditEntry
from apps.core.errors import Conflicting, Forbidden, Invalid
from apps.core.tenancy import scope
from apps.exports.selectors import open_archive
from apps.exports.services import create_export
from apps.jobs.models import Job, Schedule, Status
from apps.jobs.schedules.services import run_now
from apps.jobs.services import cancel_job, retry_job
from apps.snapshots.models import Kind, ObjectVersion, Protection, Retention, Snapshot, SnapshotState, StoredFile
from apps.snapshots.retention.rules import INCOMPLETE_FOR, Rules
from apps.snapshots.retention.selectors import preview, retention_of
from apps.snapshots.retention.services import (
    PRUNE,
    delete_snapshot,
    protect_snapshot,
    set_retention,
    unprotect_snapshot,
)
from apps.snapshots.retention.sweeping import first_gap, shrink
from apps.workspaces.models import Workspace
from apps.workspaces.services import disconnect_workspace
from tests.exports.worlds import World
from tests.factories.tenants import Tenant
from tests.jobs.pending import run_pending
from tests.snapshots.interrupting import run_in_pieces
from tests.snapshots.studio import Content, Studio

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(120)]


@dataclass
class House:
    """A workspace and who may do what in it."""

    tenant: Tenant
    workspace: Workspace


@pytest.fixture
def house(acme: Tenant) -> Iterator[House]:
    with scope(acme.organization.pk):
        yield House(acme, World().workspace)


@pytest.fixture
def past(house: House) -> list[Snapshot]:
    """Four complete snapshots of two pages, one of which differs each time, and of a file that the first has alone."""
    Snapshot.objects.all().delete()
    shots = []
    for number in range(1, 5):
        world = World(number=number, workspace=house.workspace)
        home = world.page("Home", id=world.id("home"))
        world.page("Diary", id=world.id("diary"), blocks=[{"id": world.id("block"), "type": "divider", "day": number}])
        if number == 1:
            world.file("https://files.test/plan.pdf", b"A plan", page=home)
        shots.append(world.close())
    file = ObjectVersion.objects.filter(kind=Kind.FILE)
    file.update(until_no=2)
    return shots


def keep(house: House, rules: Rules, **more: Any) -> None:
    actor = house.tenant.actor(Role.ADMIN)
    set_retention(retention_of(house.workspace), rules, time_zone="Europe/Vienna", actor=actor, **more)
    run_pending()


def numbers(house: House | Studio) -> list[int]:
    shots = Snapshot.objects.filter(workspace=house.workspace).order_by("number")
    return list(shots.values_list("number", flat=True))


def test_nothing_is_deleted_unless_somebody_sets_rules(house: House, past: list[Snapshot]) -> None:
    assert numbers(house) == [1, 2, 3, 4]
    assert not Job.objects.filter(kind=PRUNE).exists()
    keep(house, Rules())
    assert numbers(house) == [1, 2, 3, 4]
    assert not Schedule.objects.exists()


def test_rules_delete_at_once_and_leave_the_others_as_they_were(house: House, past: list[Snapshot]) -> None:
    before = {shot.number: Content.of(shot) for shot in past[2:]}
    said = preview(house.workspace, Rules(last=2), "Europe/Vienna")
    assert [shot.number for shot in said.doomed] == [2, 1]
    versions = ObjectVersion.objects.count()

    keep(house, Rules(last=2))

    assert numbers(house) == [3, 4]
    assert {number: Content.of(past[number - 1]) for number in (3, 4)} == before
    assert versions - ObjectVersion.objects.count() == said.versions > 0
    assert first_gap(house.workspace.pk) is None
    job = Job.objects.get(kind=PRUNE)
    assert (job.status, job.stage) == (Status.SUCCEEDED, "Remove files")


def test_each_deletion_is_an_operation_with_its_rule(house: House, past: list[Snapshot]) -> None:
    keep(house, Rules(last=2))
    entries = list(AuditEntry.objects.filter(event="snapshot.deleted").order_by("id"))
    assert [entry.subject_label for entry in entries] == ["Snapshot 1", "Snapshot 2"]
    assert {entry.actor_label for entry in entries} == {"Retention"}
    assert entries[0].reason == "outside of the rules: keep the last 2"
    assert entries[0].before == {"number": 1, "state": "complete"}
    rules = AuditEntry.objects.get(event="retention.updated")
    assert ("last", None, 2) in rules.changes


def test_each_complete_capture_applies_the_rules(studio: Studio) -> None:
    set_retention(retention_of(studio.workspace), Rules(last=1), time_zone="UTC", actor=studio.tenant.actor(Role.ADMIN))
    first, second = studio.capture(), studio.capture()
    assert (first.number, second.state) == (1, SnapshotState.COMPLETE)
    assert numbers(studio) == [2]
    assert studio.content(second).objects["page"] == studio.sandbox.expected()["pages"]


def test_a_capture_whose_snapshot_is_gone_leads_nowhere_and_is_not_retried(studio: Studio) -> None:
    first, _ = studio.capture(), studio.capture()
    job = Job.objects.get(public_id=first.job_id)
    Job.objects.filter(pk=job.pk).update(status=Status.FAILED)
    browser, api = studio.tenant.browser(Role.OPERATOR), studio.tenant.api(Role.OPERATOR)
    before = browser.get(f"/o/acme/jobs/{job.public_id}/").content.decode()
    assert first.public_id in before
    assert "Retry this capture" in before

    delete_snapshot(first, actor=studio.tenant.actor(Role.ADMIN))

    after = browser.get(f"/o/acme/jobs/{job.public_id}/").content.decode()
    assert first.public_id not in after
    assert "Retry this capture" not in after
    assert "The snapshot was deleted. Start a new capture instead." in after
    assert api.get(f"/api/v1/o/acme/jobs/{job.public_id}/").json()["result"] == {}
    refused = api.post(f"/api/v1/o/acme/jobs/{job.public_id}/retry/")
    assert refused.status_code == 409
    assert "The snapshot was deleted." in refused.json()["detail"]
    job.refresh_from_db()
    assert job.status == Status.FAILED


def test_a_daily_schedule_comes_with_rules_and_goes_with_them(house: House, past: list[Snapshot]) -> None:
    keep(house, Rules(last=2))
    schedule = Schedule.objects.get()
    assert (schedule.action, schedule.cron, schedule.time_zone) == (PRUNE, "0 4 * * *", "Europe/Vienna")
    keep(house, Rules(last=3))
    assert Schedule.objects.get() == schedule
    job = run_now(schedule, actor=house.tenant.actor(Role.ADMIN))
    run_pending()
    job.refresh_from_db()
    assert job.status == Status.SUCCEEDED
    keep(house, Rules())
    assert not Schedule.objects.exists()


@pytest.fixture
def later() -> Iterator[None]:
    with time_machine.travel(timezone.now() + INCOMPLETE_FOR + timedelta(hours=1)):
        yield


def test_what_did_not_complete_goes_by_its_age(house: House, past: list[Snapshot], later: None) -> None:
    Snapshot.objects.filter(number=2).update(state=SnapshotState.INCOMPLETE)
    Snapshot.objects.filter(number=3).update(state=SnapshotState.FAILED, finished_at=timezone.now())
    keep(house, Rules(last=5))
    assert numbers(house) == [1, 3, 4]


def test_what_is_protected_stays_until_it_is_not(house: House, past: list[Snapshot]) -> None:
    operator, admin = house.tenant.actor(Role.OPERATOR), house.tenant.actor(Role.ADMIN)
    protect_snapshot(past[0], note="Before the migration", actor=operator)
    with pytest.raises(Conflicting, match="protected already"):
        protect_snapshot(past[0], actor=operator)
    keep(house, Rules(last=1))
    assert numbers(house) == [1, 4]
    with pytest.raises(Conflicting, match="Lift the protection first"):
        delete_snapshot(Snapshot.objects.get(number=1), actor=admin)
    with pytest.raises(Forbidden):
        unprotect_snapshot(past[0], actor=operator)

    unprotect_snapshot(past[0], actor=admin)
    assert not Protection.objects.exists()
    with pytest.raises(Conflicting, match="not protected"):
        unprotect_snapshot(past[0], actor=admin)
    run_now(Schedule.objects.get(), actor=admin)
    run_pending()
    assert numbers(house) == [4]


def test_an_export_on_its_way_keeps_its_snapshot_and_a_finished_one_keeps_its_archive(
    house: House, past: list[Snapshot]
) -> None:
    operator = house.tenant.actor(Role.OPERATOR)
    done = create_export(past[0], format="json", actor=operator)
    run_pending()
    waiting = create_export(past[1], format="json", actor=operator)
    with pytest.raises(Conflicting, match="an export of it has not ended"):
        delete_snapshot(past[1], actor=house.tenant.actor(Role.ADMIN))
    said = {shot.number: verdict for shot, verdict in preview(house.workspace, Rules(last=1), "UTC").rows}
    assert said[2].kept_by == ("an export of it has not ended",)

    delete_snapshot(past[0], actor=house.tenant.actor(Role.ADMIN))
    run_pending()

    done.refresh_from_db()
    waiting.refresh_from_db()
    assert (done.snapshot, done.snapshot_number) == (None, 1)
    with open_archive(done).file as archive:
        assert archive.read(2) == b"PK"
    assert (waiting.word, waiting.snapshot) == ("Complete", past[1])


def test_an_export_whose_snapshot_is_gone_is_not_retried(house: House, past: list[Snapshot]) -> None:
    operator = house.tenant.actor(Role.OPERATOR)
    export = create_export(past[0], format="json", actor=operator)
    cancel_job(export.job, actor=operator)
    delete_snapshot(past[0], actor=house.tenant.actor(Role.ADMIN))
    with pytest.raises(Conflicting, match="Snapshot 1 was deleted"):
        retry_job(export.job, actor=operator)


def test_by_hand_one_goes_and_its_room_is_given_back(house: House, past: list[Snapshot]) -> None:
    admin = house.tenant.actor(Role.ADMIN)
    before = {number: Content.of(past[number - 1]) for number in (1, 3, 4)}
    delete_snapshot(past[1], actor=admin)
    assert first_gap(house.workspace.pk) == (1, 3)
    run_pending()
    assert numbers(house) == [1, 3, 4]
    assert first_gap(house.workspace.pk) is None
    assert {number: Content.of(past[number - 1]) for number in (1, 3, 4)} == before
    entry = AuditEntry.objects.get(event="snapshot.deleted")
    assert (entry.actor_label, entry.reason) == (admin.label, "")


def test_the_newest_and_the_newest_complete_cannot_be_deleted(house: House, past: list[Snapshot]) -> None:
    admin = house.tenant.actor(Role.ADMIN)
    with pytest.raises(Conflicting, match="newest complete"):
        delete_snapshot(past[3], actor=admin)
    Snapshot.objects.filter(number=4).update(state=SnapshotState.INCOMPLETE)
    with pytest.raises(Conflicting, match="newest snapshot"):
        delete_snapshot(Snapshot.objects.get(number=4), actor=admin)
    with pytest.raises(Conflicting, match="newest complete"):
        delete_snapshot(past[2], actor=admin)
    assert numbers(house) == [1, 2, 3, 4]


def test_what_the_newest_capture_builds_on_stays_until_that_is_complete(house: House, past: list[Snapshot]) -> None:
    Snapshot.objects.filter(number__in=[3, 4]).update(state=SnapshotState.INCOMPLETE)
    Snapshot.objects.filter(number=4).update(base_no=3)
    with pytest.raises(Conflicting, match="the newest capture builds on it"):
        delete_snapshot(past[2], actor=house.tenant.actor(Role.ADMIN))
    Snapshot.objects.filter(number=4).update(state=SnapshotState.COMPLETE)
    delete_snapshot(past[2], actor=house.tenant.actor(Role.ADMIN))
    assert numbers(house) == [1, 2, 4]


def test_an_operator_may_not_delete_nor_set_rules(house: House, past: list[Snapshot]) -> None:
    operator = house.tenant.actor(Role.OPERATOR)
    with pytest.raises(Forbidden):
        delete_snapshot(past[0], actor=operator)
    with pytest.raises(Forbidden):
        set_retention(retention_of(house.workspace), Rules(last=1), time_zone="UTC", actor=operator)
    assert numbers(house) == [1, 2, 3, 4]


@pytest.mark.parametrize(("rules", "zone", "field"), [(Rules(last=1_001), "UTC", "last"), (Rules(1), "X", "time_zone")])
def test_rules_that_make_no_sense(house: House, rules: Rules, zone: str, field: str) -> None:
    with pytest.raises(Invalid) as caught:
        set_retention(retention_of(house.workspace), rules, time_zone=zone, actor=house.tenant.actor(Role.ADMIN))
    assert caught.value.field == field
    assert not Retention.objects.exists()


def test_a_disconnected_workspace_can_still_be_pruned(house: House, past: list[Snapshot]) -> None:
    disconnect_workspace(house.workspace, actor=house.tenant.actor(Role.ADMIN))
    keep(house, Rules(last=1))
    assert numbers(house) == [4]
    assert Job.objects.get(kind=PRUNE).status == Status.SUCCEEDED


def stored_names(tmp_path: Path) -> set[str]:
    files = tmp_path / "files"
    return {str(path.relative_to(files)) for path in files.rglob("*/files/*/*") if path.is_file()}


def test_files_go_with_their_last_snapshot_and_orphans_are_found(
    house: House, past: list[Snapshot], tmp_path: Path
) -> None:
    name = StoredFile.objects.get().name
    assert stored_names(tmp_path) == {name}
    orphan = f"{name.rpartition('/')[0]}/{'0' * 64}"
    with default_storage.open(orphan, "wb") as file:
        file.write(b"left by a capture that was cut off")
    keep(house, Rules(last=4))
    assert stored_names(tmp_path) == {name}

    delete_snapshot(past[0], actor=house.tenant.actor(Role.ADMIN))
    assert stored_names(tmp_path) == {name}
    run_pending()

    assert stored_names(tmp_path) == set()
    assert not StoredFile.objects.exists()


@pytest.mark.parametrize("cut", [True, False])
def test_a_run_that_is_stopped_or_cut_off_again_and_again_does_each_thing_once(
    house: House, past: list[Snapshot], tmp_path: Path, cut: bool
) -> None:
    for number in range(5, 8):
        world = World(number=number, workspace=house.workspace)
        world.page("Diary", id=world.id("diary"), blocks=[{"id": world.id("b"), "type": "divider", "day": number}])
        world.close()
    last = Snapshot.objects.get(number=7)
    before = Content.of(last)
    admin = house.tenant.actor(Role.ADMIN)
    set_retention(retention_of(house.workspace), Rules(last=1), time_zone="UTC", actor=admin)

    assert run_in_pieces(Random(5), cut=cut) > 1

    assert numbers(house) == [7]
    assert Content.of(last) == before
    assert first_gap(house.workspace.pk) is None
    assert stored_names(tmp_path) == set()
    told = AuditEntry.objects.filter(event="snapshot.deleted").values_list("subject_label", flat=True)
    assert sorted(told) == sorted(f"Snapshot {number}" for number in range(1, 7))
    assert Job.objects.get(kind=PRUNE).status == Status.SUCCEEDED


def test_room_in_the_database_s_file_is_given_back(house: House, past: list[Snapshot]) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("only SQLite's file has to be shrunk")
    keep(house, Rules(last=1))
    assert shrink() == 0
