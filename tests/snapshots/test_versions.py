"""One workspace captured under each version of the API: the same store, but for what a version cannot say."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
import pytest

from apps.access.roles import Role
from apps.jobs.models import Job
from apps.jobs.services import retry_job
from apps.notion.versions import CURRENT, DataSourceIds, version_named
from apps.sandbox import Sandbox
from apps.sandbox.world.objects import Database, DataSource
from apps.snapshots.models import ObjectVersion, Snapshot, SnapshotState, Unmet
from apps.snapshots.selectors.tree import children
from apps.snapshots.store.bodies import own_json, read_lines
from apps.snapshots.store.versions import alive_at
from tests.jobs.pending import run_pending
from tests.snapshots.studio import Studio, chunk_of

pytestmark = pytest.mark.django_db(transaction=True)

OLD = "2022-06-28"
OWN_OF_SOURCE = {"title", "icon", "cover", "description"} | {
    f"{deed}_{what}" for deed in ("created", "last_edited") for what in ("time", "by")
}


@dataclass(frozen=True)
class Held:
    """One object of a snapshot."""

    kind: str
    parent: str
    own: dict[str, Any]
    lines: list[dict[str, Any]]


def held(snapshot: Snapshot) -> dict[str, Held]:
    return {str(version.object): _held(version) for version in alive_at(snapshot.workspace_id, snapshot.number)}


def _held(version: ObjectVersion) -> Held:
    body = bytes(version.body)
    lines = [orjson.loads(line) for line in read_lines(body, chunk_of(version))]
    return Held(version.kind, str(version.parent), own_json(body), lines)


def renamed(found: dict[str, Held], names: dict[str, str]) -> dict[str, Held]:
    """With other ids for some objects, wherever they are named."""
    told = orjson.dumps({key: [each.kind, each.parent, each.own, each.lines] for key, each in found.items()}).decode()
    for old, new in names.items():
        told = told.replace(old, new)
    return {key: Held(*each) for key, each in orjson.loads(told).items()}


def differences(today: dict[str, Held], old: dict[str, Held], several: set[str]) -> Iterator[tuple[str, str]]:
    """Each difference with the code of its explanation: of the version's `untold`, or of a reason."""
    for key in today.keys() | old.keys():
        if key not in old:
            yield _missing(key, today[key], several), f"{today[key].kind} {key}"
        elif key not in today:
            yield "nothing explains", f"{old[key].kind} {key} under {OLD} only"
        else:
            yield from _within(today[key], old[key], several)


def _missing(key: str, lost: Held, several: set[str]) -> str:
    if key in several or lost.parent in several:
        return "newer_version"
    return {"view": "views", "template": "templates"}.get(lost.kind, "nothing explains")


def _within(today: Held, old: Held, several: set[str]) -> Iterator[tuple[str, str]]:
    if today.kind == "row" and today.parent in several:
        assert today.own | {"parent": 0} == old.own | {"parent": 0}
        if today.parent != old.parent:
            yield "row_data_source", "parent of a row"
        return
    if today.parent != old.parent:
        yield "nothing explains", f"{today.kind} lies in {today.parent} and {old.parent}"
    if today.lines != old.lines:
        yield ("templates" if today.kind == "data_source" and not old.lines else "nothing explains"), "lines"
    for name in today.own.keys() | old.own.keys():
        if today.own.get(name, ...) != old.own.get(name, ...):
            yield _field(today.kind, name, today.own.get(name), old.own.get(name)), f"{today.kind} {name}"


def _field(kind: str, name: str, today: Any, old: Any) -> str:
    match kind, name:
        case "database", "is_locked" if old is None:
            return "database_lock"
        case "database", "created_time" | "last_edited_time" if today[:16] == old[:16]:
            return "database_seconds"
        case "data_source", _ if name in OWN_OF_SOURCE:
            return "data_source"
        case "database", "data_sources" if today[0]["id"] == old[0]["id"]:
            return "data_source"
    return "nothing explains"


def under(studio: Studio, version: str) -> Snapshot:
    studio.workspace.api_version = version
    studio.workspace.save()
    return studio.capture()


def silence(snapshot: Snapshot) -> str:
    """What the snapshot says that its version did not tell."""
    return next((each["sentence"] for each in snapshot.not_covered if each["code"] == "api_version"), "")


def several_sources(sandbox: Sandbox) -> Database:
    return next(each for each in sandbox.world.databases.values() if len(each.living_sources) > 1)


def single_sources(sandbox: Sandbox) -> dict[str, str]:
    """Database → data source."""
    sources = (each.living_sources for each in sandbox.world.databases.values())
    return {found[0].database.id: found[0].id for found in sources if len(found) == 1}


def ids_of(database: Database) -> set[str]:
    return {database.id, *(source.id for source in database.data_sources)}


def give_a_source_its_own_title(studio: Studio) -> DataSource:
    source = studio.sandbox.world.data_sources[next(iter(single_sources(studio.sandbox).values()))]
    name = [{"type": "text", "text": {"content": "A title of its own"}}]
    studio.write("PATCH", f"data_sources/{source.id}", {"title": name})
    return source


def test_the_two_newer_versions_give_the_same_store_and_the_second_writes_nothing(studio: Studio) -> None:
    first = under(studio, CURRENT)
    second = under(studio, "2025-09-03")
    assert first.state == second.state == SnapshotState.COMPLETE
    assert held(first) == held(second)
    assert second.new_size == 0
    assert not ObjectVersion.objects.filter(from_no=second.number).exists()
    assert silence(first) == silence(second) == ""


def test_a_workspace_read_under_2022_06_28_alone_differs_only_where_it_says(studio: Studio) -> None:
    give_a_source_its_own_title(studio)
    today = held(under(studio, CURRENT))
    apart = Studio.connect(studio.tenant, studio.sandbox, studio.workspace.base_url, studio.sandbox.token)
    snapshot = under(apart, OLD)
    found, made = held(snapshot), DataSourceIds()
    names = {made.source_of(database): source for database, source in single_sources(studio.sandbox).items()}
    assert set(found) & set(names)
    told = list(differences(today, renamed(found, names), ids_of(several_sources(studio.sandbox))))
    assert not [each for each in told if each[0] == "nothing explains"]
    untold = {each.code for each in version_named(OLD).untold}
    assert {code for code, _ in told} | {"data_source_ids"} == untold | {"newer_version"}
    assert all(each.what in silence(snapshot) for each in version_named(OLD).untold)


def rows_of_several(studio: Studio) -> set[str]:
    sources = several_sources(studio.sandbox).living_sources
    return {row.id for source in sources for row in source.rows if not row.in_trash}


@pytest.mark.parametrize("before", [CURRENT, OLD])
def test_rows_of_several_data_sources_lie_in_their_database(studio: Studio, before: str) -> None:
    """Which of them is theirs this version does not say, and a made id would lead to nothing."""
    database, rows = several_sources(studio.sandbox), rows_of_several(studio)
    first = under(studio, before)
    snapshot = under(studio, OLD)
    found = held(snapshot)
    assert rows <= found.keys()
    assert {(found[row].parent, found[row].own["parent"]["type"]) for row in rows} == {(database.id, "database_id")}
    if before == OLD:
        assert held(first) == found, "the first capture has learned it in time"
        return
    assert not rows & set(snapshot.roots)
    shown = children(snapshot, UUID(database.id)).entries
    assert {str(entry.id) for entry in shown} == rows | {source.id for source in database.living_sources}


def test_after_a_change_to_2022_06_28_known_data_sources_keep_their_ids(studio: Studio) -> None:
    first = under(studio, CURRENT)
    second = under(studio, OLD)
    assert second.base_no is None  # a capture under another version is a full sweep
    told = list(differences(held(first), held(second), ids_of(several_sources(studio.sandbox))))
    assert not [each for each in told if each[0] == "nothing explains"]
    rewritten = set(ObjectVersion.objects.filter(from_no=second.number).values_list("kind", flat=True))
    rows = ObjectVersion.objects.filter(from_no=second.number, kind="row").values_list("object", flat=True)
    several = {row.id for source in several_sources(studio.sandbox).data_sources for row in source.rows}
    assert rewritten <= {"database", "data_source", "row"}
    assert {str(row) for row in rows} <= several
    assert {each.kind for each in held(second).values()} >= {"view", "data_source"}


def test_what_2022_06_28_cannot_read_is_named_with_its_own_reason(studio: Studio) -> None:
    snapshot = under(studio, OLD)
    assert snapshot.state == SnapshotState.INCOMPLETE
    database = several_sources(studio.sandbox)
    gaps = Unmet.objects.filter(snapshot=snapshot)
    refused = gaps.filter(reason="newer_version", outcome="failed")
    assert {str(gap.object) for gap in refused} == {database.id}
    assert not gaps.filter(outcome="failed").exclude(reason="newer_version").exists()
    untold = gaps.filter(reason="untold", outcome="skipped")
    readable = len([each for each in held(snapshot).values() if each.kind == "database"])
    assert untold.count() == 2 * readable  # the views of each database, the templates of each data source


def test_a_second_capture_under_2022_06_28_finds_nothing_new(studio: Studio) -> None:
    first, second = under(studio, OLD), under(studio, OLD)
    assert second.base_no == first.number
    assert held(first) == held(second)
    assert second.new_size == 0
    assert silence(first) == silence(second) != ""


def test_back_under_the_newest_version_the_rest_is_read_and_nothing_is_doubled(studio: Studio) -> None:
    under(studio, OLD)
    snapshot = under(studio, CURRENT)
    assert snapshot.state == SnapshotState.COMPLETE
    sources = {key for key, each in held(snapshot).items() if each.kind == "data_source"}
    assert sources == studio.sandbox.expected()["data_sources"]
    rows = [each for each in held(snapshot).values() if each.kind == "row"]
    assert {row.parent for row in rows} <= sources


def test_a_snapshot_is_not_retried_with_another_version(studio: Studio) -> None:
    snapshot = under(studio, OLD)
    before = held(snapshot)
    studio.workspace.api_version = CURRENT
    studio.workspace.save()
    job = Job.objects.get(public_id=snapshot.job_id)
    retry_job(job, actor=studio.tenant.actor(Role.OPERATOR))
    run_pending()
    job.refresh_from_db()
    assert f"begun with API version {OLD}" in job.error
    snapshot.refresh_from_db()
    assert snapshot.state == SnapshotState.INCOMPLETE
    assert held(snapshot) == before


def test_a_database_that_only_its_rows_tell_of_is_named_too(studio: Studio) -> None:
    database = several_sources(studio.sandbox)
    row = next(row for source in database.data_sources for row in source.rows if not row.in_trash)
    token = studio.sandbox.issue_token(shared={row.id})
    apart = Studio.connect(studio.tenant, studio.sandbox, studio.workspace.base_url, token)
    snapshot = under(apart, OLD)
    assert row.id in held(snapshot)
    assert snapshot.state == SnapshotState.COMPLETE  # the database is not shared: it belongs to nobody's capture
    studio.sandbox.service.tokens[token].shared.add(database.id)
    studio.sandbox.service.tokens[token].shared.discard(row.id)
    snapshot = under(apart, OLD)
    assert snapshot.state == SnapshotState.INCOMPLETE
    assert {str(gap.object) for gap in Unmet.objects.filter(snapshot=snapshot, outcome="failed")} == {database.id}
