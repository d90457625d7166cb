"""A whole workspace with something of everything, captured from the sandbox and exported by every format."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import LazySettings

from apps.access.roles import Role
from apps.core.tenancy import scope
from apps.exports.formats import FORMATS
from apps.exports.models import Export, ExportState
from apps.exports.selectors import exports
from apps.exports.services import create_export
from apps.sandbox import Sandbox
from apps.snapshots.models import Kind, ObjectVersion, Snapshot
from apps.snapshots.store.versions import alive_at
from tests.exports.archives import Opened, inside, parts, targets
from tests.exports.sites import Site
from tests.exports.test_json import rebuilt, stored
from tests.factories.tenants import make_tenant
from tests.jobs.pending import run_pending
from tests.snapshots.studio import EVERYTHING, Studio
from tests.wire import fresh_base_url, serve, stop_serving

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def studio(transactional_db: None, settings: LazySettings) -> Iterator[Studio]:
    settings.JOBS = {**settings.JOBS, "lane_opener": "tests.snapshots.lanes.open_impatient_lane", "poll": 0.02}
    acme = make_tenant("acme")
    base_url = fresh_base_url()
    sandbox = Sandbox.generate(pages=60, seed=3, base_url=base_url)
    serve(sandbox, base_url)
    with scope(acme.organization.pk):
        yield Studio.connect(acme, sandbox, base_url)
    stop_serving(base_url)


def made(studio: Studio, snapshot: Snapshot) -> dict[str, Export]:
    """An export of every format."""
    actor = studio.tenant.actor(Role.OPERATOR)
    begun = {key: create_export(snapshot, format=key, actor=actor) for key in FORMATS}
    run_pending()
    return {key: exports().get(pk=export.pk) for key, export in begun.items()}


def held(snapshot: Snapshot, *kinds: Kind) -> list[ObjectVersion]:
    return list(alive_at(snapshot.workspace_id, snapshot.number).filter(kind__in=kinds))


def test_every_format_holds_the_whole_workspace(studio: Studio, own_storage: Path) -> None:
    snapshot = studio.capture(EVERYTHING)
    finished = made(studio, snapshot)
    opened = {key: Opened.at(own_storage / export.storage_name) for key, export in finished.items()}
    for key, export in finished.items():
        assert export.state == ExportState.COMPLETE, (key, opened[key].manifest["failed"])
        opened[key].check_manifest()
        seen = {kind: row["seen"] for kind, row in export.counts.items()}
        captured = {kind: row["done"] for kind, row in snapshot.counts.items() if kind in seen}
        assert seen == captured
        assert set(snapshot.counts) - set(seen) <= {"unreadable blocks"}
    assert rebuilt(opened["json"]) == stored(snapshot)
    check_markdown(opened["markdown"], snapshot)
    check_site(Site(opened["html"]), snapshot)


def check_site(site: Site, snapshot: Snapshot) -> None:
    """A page for each page, row and database, found by its id and named in the A–Z; every link leads somewhere."""
    site.check()
    titles = [page.words for path, page in site.pages.items() if path.startswith("assets/titles/")]
    listed = " ".join(" ".join(titles).split())
    for version in held(snapshot, Kind.PAGE, Kind.ROW, Kind.DATABASE):
        digits = str(version.object).replace("-", "")[-8:]
        assert any(path.removesuffix(".html").endswith(digits) for path in site.pages)
        assert " ".join(version.title.split()) in listed


def check_markdown(archive: Opened, snapshot: Snapshot) -> None:
    """A file for each page, row and database, found by its id; every link leads somewhere; every file is shown."""
    by_id = {}
    for path, text in archive.markdown():
        for target in targets(text):
            found = inside(path, target)
            assert found is None or found in archive.files, (path, target)
        if text.startswith("---\n"):
            head, _ = parts(text)
            by_id[head["id"]] = (path, head, text)
    for version in held(snapshot, Kind.PAGE, Kind.ROW, Kind.DATABASE):
        path, head, _ = by_id[str(version.object)]
        assert path.removesuffix(".md").endswith(str(version.object).replace("-", "")[-8:])
        if len(version.title) < 200:
            assert " ".join(head["title"].split()) == (version.title or "Untitled")
    rows = held(snapshot, Kind.ROW)
    text_of_databases = "".join(by_id[str(version.object)][2] for version in held(snapshot, Kind.DATABASE))
    assert all(f"{str(row.object).replace('-', '')[-8:]}.md" in text_of_databases for row in rows)
    skipped = {entry["kind"] for entry in archive.manifest["skipped"]}
    assert skipped <= {"users", "custom emojis", "files"}


def test_a_later_snapshot_exports_as_it_was_and_an_earlier_one_still_does(studio: Studio, own_storage: Path) -> None:
    first = studio.capture()
    before = made(studio, first)
    second = studio.moved_to(Sandbox.generate(pages=30, seed=4, base_url=studio.workspace.base_url)).capture()
    after = made(studio, second)
    again = made(studio, first)
    for key in FORMATS:
        assert again[key].sha256 == before[key].sha256
        assert after[key].sha256 != before[key].sha256
        assert after[key].state == ExportState.COMPLETE
