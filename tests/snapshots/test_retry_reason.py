"""“Retry only these”: what a snapshot lacks for one reason is read again, and nothing else."""

from collections.abc import Callable

import pytest
from django.test import Client

from apps.access.roles import Role
from apps.jobs.models import Job
from apps.sandbox.faults import Fault
from apps.sandbox.world.objects import Page
from apps.snapshots.models import Snapshot, SnapshotState, Unmet
from apps.snapshots.reasons import REASONS, Help
from tests.jobs.pending import run_pending
from tests.snapshots.studio import Studio, assert_equals_the_truth

pytestmark = pytest.mark.django_db(transaction=True)

Ask = Callable[[Studio, Snapshot, str], int]


def by_page(studio: Studio, snapshot: Snapshot, reason: str) -> int:
    client = studio.tenant.browser(Role.OPERATOR)
    page = client.get(f"/o/acme/snapshots/{snapshot.public_id}/")
    assert f'value="{reason}"' in page.content.decode()
    return int(client.post(f"/o/acme/snapshots/{snapshot.public_id}/retry/", {"reason": reason}).status_code)


def by_api(studio: Studio, snapshot: Snapshot, reason: str) -> int:
    client: Client = studio.tenant.api(Role.OPERATOR)
    path = f"/api/v1/o/acme/snapshots/{snapshot.public_id}/retry/"
    return int(client.post(path, {"reason": reason}, content_type="application/json").status_code)


def a_page_without_files(studio: Studio) -> Page:
    blocks, world = studio.sandbox.expected()["blocks"], studio.sandbox.world
    inner = (page for page in world.pages.values() if isinstance(page.parent, Page) and page.id in blocks)
    media = {"image", "video", "audio", "pdf", "file", "child_page", "child_database"}
    return next(page for page in inner if not media & {block.type for block in world.walk_blocks(page)})


@pytest.mark.parametrize(("ask", "status"), [(by_page, 302), (by_api, 202)])
def test_only_what_lacks_for_that_reason_is_read_again(studio: Studio, ask: Ask, status: int) -> None:
    faults = studio.sandbox.faults
    page = a_page_without_files(studio)
    faults.add(Fault("500", path=f"/v1/blocks/{page.id}/children", times=None))
    faults.add(Fault("500", path="/files/.*pdf", times=None))
    snapshot = studio.capture()
    missing = Unmet.objects.filter(snapshot=snapshot).exclude(outcome="skipped")
    assert snapshot.state == SnapshotState.INCOMPLETE
    assert set(missing.values_list("reason", flat=True)) == {"no_answer", "file_unavailable"}
    faults.clear()
    studio.sandbox.calls.clear()
    assert ask(studio, snapshot, "no_answer") == status
    run_pending()
    snapshot.refresh_from_db()
    assert snapshot.state == SnapshotState.INCOMPLETE
    assert set(missing.values_list("reason", flat=True)) == {"file_unavailable"}
    assert studio.sandbox.calls["GET /files"] == 0
    assert "only" not in Job.objects.get().params
    assert ask(studio, snapshot, "file_unavailable") == status
    run_pending()
    snapshot.refresh_from_db()
    assert snapshot.state == SnapshotState.COMPLETE
    assert_equals_the_truth(studio, snapshot)


def test_what_a_retry_cannot_help_is_refused_in_words(studio: Studio) -> None:
    tasks = max(studio.sandbox.world.data_sources.values(), key=lambda source: len(source.rows))
    for row in tasks.rows:
        row.created = tasks.rows[0].created
    studio.sandbox.service.settings.query_limit = 7
    studio.sandbox.service.search.omitted = 1.0
    snapshot = studio.capture()
    assert by_api(studio, snapshot, "too_many_rows") == 409
    assert by_api(studio, snapshot, "no_answer") == 409
    assert by_api(studio, snapshot, "trashed") == 422
    page = studio.tenant.browser(Role.OPERATOR).get(f"/o/acme/snapshots/{snapshot.public_id}/").content.decode()
    assert "More than 10,000 rows" in page
    assert 'value="too_many_rows"' not in page


def test_every_reason_has_words() -> None:
    for code, reason in REASONS.items():
        assert reason.code == code
        assert len(code) <= 24
        assert reason.outcome in ("skipped", "capped", "failed")
        assert reason.help in set(Help)
        assert reason.title[0].isupper()
        assert not reason.title.endswith(".")
        assert reason.sentence.endswith(".")
