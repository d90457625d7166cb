"""The drill, small: keys are replaced while captures run, and no job fails."""

from collections.abc import Iterator

import pytest
from pydantic import SecretStr
from pytest_django import Settings

from apps.dashboard.rotation_drill import Drill
from apps.sandbox import Sandbox
from tests.factories.tenants import Tenant
from tests.wire import fresh_base_url, serve, stop_serving

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(90)]


@pytest.fixture
def sandbox(settings: Settings) -> Iterator[Sandbox]:
    base_url = fresh_base_url()
    sandbox = Sandbox.generate(pages=30, seed=3, base_url=base_url, workspaces=2, latency=0.01)
    serve(sandbox, base_url)
    oauth = sandbox.service.oauth
    settings.NOTION_BASE_URL, settings.NOTION_RATE_LIMIT = base_url, 100_000
    settings.NOTION_OAUTH_CLIENT_ID = oauth.client_id
    settings.NOTION_OAUTH_CLIENT_SECRET = SecretStr(oauth.client_secret)
    yield sandbox
    stop_serving(base_url)


def test_no_job_fails_while_keys_are_replaced(inside_acme: Tenant, sandbox: Sandbox) -> None:
    base_url = sandbox.service.settings.base_url or ""
    report = Drill(inside_acme.organization, sandbox, base_url).run(4)
    assert report.failed == []
    assert (report.rotations, report.refreshes) == (2, 2)
    assert report.under_load >= 3
    assert report.jobs["snapshots.capture", "Complete"] >= 2


def test_the_drill_sees_a_job_that_fails(inside_acme: Tenant, sandbox: Sandbox) -> None:
    """It would not be a drill if it could not fail: all tokens die under the captures, and nobody replaces them."""
    base_url = sandbox.service.settings.base_url or ""
    drill = Drill(inside_acme.organization, sandbox, base_url)

    def break_at_the_end(done: int) -> None:
        sandbox.service.settings.latency = 0.05
        if done == 2:
            drill.keep_busy()
            sandbox.service.oauth.refresh_tokens.clear()
            for token in list(sandbox.tokens):
                sandbox.service.revoke(token)

    report = drill.run(2, break_at_the_end)
    assert not report.passed
    assert any("Connect the workspace again" in each for each in report.failed)
