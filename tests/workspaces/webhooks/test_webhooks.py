"""Notion's events, as the sandbox sends them: who is believed, what counts once, and what follows."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from apps.access.roles import Role
from apps.audit.models import AuditEntry
from apps.core.tenancy import scope
from apps.jobs.models import Job
from apps.sandbox.webhooks import Subscription
from apps.snapshots import on_change
from apps.snapshots.models import Snapshot
from apps.workspaces.models import NotionEvent, Webhook, Workspace
from apps.workspaces.webhooks import receiving
from tests.factories.keys import give_key
from tests.factories.tenants import Tenant

pytestmark = pytest.mark.django_db
PAGE = {"id": "39abc1ee-dcd4-81a4-9d2f-000b5c7e1a20", "type": "page"}


class Hook:
    """A workspace of acme with an address, and Notion's end of it."""

    def __init__(self, tenant: Tenant) -> None:
        with scope(tenant.organization.pk):
            self.workspace = Workspace.objects.create(
                name="Studio", notion_id="w1", bot_id="bot", base_url="http://n", rate_limit=180, rate_window=60
            )
            give_key(self.workspace, "ntn_" + "x" * 40)
        self.api, self.base = tenant.api(Role.OWNER), f"/api/v1/o/{tenant.slug}/workspaces/{self.workspace.public_id}"
        opened = self.api.post(f"{self.base}/webhook/")
        assert opened.status_code == 201
        self.url = opened.json()["url"]
        self.notion = self.subscription()

    def subscription(self) -> Subscription:
        return Subscription(self.url, post, workspace_id="w1", workspace_name="Studio", api_version="2026-03-11")

    def state(self) -> dict[str, Any]:
        said: dict[str, Any] = self.api.get(f"{self.base}/webhook/").json()
        return said

    def send(self, **changed: Any) -> list[int]:
        return self.notion.deliver(self.notion.event("page.content_updated", PAGE, {"updated_blocks": []}) | changed)


def post(url: str, headers: Mapping[str, str], body: bytes) -> int:
    path = "/" + url.split("/", 3)[3]
    content_type = headers["Content-Type"]
    extra = {name: value for name, value in headers.items() if name != "Content-Type"}
    return Client().post(path, body, content_type=content_type, headers=extra).status_code


@pytest.fixture
def hook(acme: Tenant) -> Hook:
    return Hook(acme)


@pytest.fixture
def verified(acme: Tenant, hook: Hook) -> Iterator[Hook]:
    assert hook.notion.verify() == 200
    manager = scope(acme.organization.pk)
    manager.__enter__()
    yield hook
    manager.__exit__(None, None, None)


def test_from_the_token_to_the_first_event(acme: Tenant, hook: Hook) -> None:
    assert hook.state()["state"] == "waiting"
    assert hook.notion.verify() == 200
    waiting = hook.state()
    assert (waiting["state"], waiting["verification_token"]) == ("token_received", hook.notion.verification_token)
    viewer = acme.api(Role.VIEWER).get(f"{hook.base}/webhook/").json()
    assert viewer["verification_token"] is None
    assert hook.send() == [200]
    active = hook.state()
    assert (active["state"], active["verification_token"]) == ("active", None)
    assert active["changed_since"] == active["last_event_at"] is not None
    [event] = hook.api.get(f"{hook.base}/notion-events/").json()["results"]
    assert (event["type"], event["entity"]) == ("page.content_updated", PAGE["id"])
    with scope(acme.organization.pk):
        told = set(AuditEntry.objects.filter(event__startswith="webhook.").values_list("event", flat=True))
    assert told == {"webhook.opened", "webhook.token_received", "webhook.verified"}


def test_a_token_is_taken_once_and_only_when_one_is_awaited(hook: Hook, acme: Tenant) -> None:
    assert hook.notion.verify() == 200
    assert hook.subscription().verify() == 409
    assert hook.state()["verification_token"] == hook.notion.verification_token
    with scope(acme.organization.pk):
        Webhook.objects.update(token=None, listens_until=timezone.now() - timedelta(seconds=1))
    assert hook.subscription().verify() == 409


def test_who_signs_with_another_token_or_not_at_all_is_not_believed(verified: Hook) -> None:
    stranger = verified.subscription()
    event = stranger.event("page.deleted", PAGE, {})
    assert set(stranger.deliver(event)) == {401}
    body = json.dumps(event).encode()
    for headers in ({}, {"X-Notion-Signature": "sha256="}, {"X-Notion-Signature": "ü"}):
        assert post(verified.url, {"Content-Type": "application/json", **headers}, body) == 401
    signature = verified.notion.signed(body)
    assert post(verified.url, signature, body + b" ") == 401
    assert not NotionEvent.objects.exists()


def test_before_the_token_nothing_is_taken(hook: Hook) -> None:
    assert set(hook.send()) == {401}


def test_an_event_counts_once(verified: Hook) -> None:
    event = verified.notion.event("page.content_updated", PAGE, {})
    assert [verified.notion.deliver(event) for _ in range(3)] == [[200]] * 3
    assert NotionEvent.objects.count() == 1


@pytest.mark.parametrize("off", [-receiving.OLDEST - timedelta(minutes=1), receiving.AHEAD + timedelta(minutes=1)])
def test_an_event_from_long_ago_or_from_tomorrow_is_refused(verified: Hook, off: timedelta) -> None:
    assert set(verified.send(timestamp=(datetime.now(UTC) + off).isoformat())) == {422}
    assert receiving.KEPT > receiving.OLDEST, "what could be replayed is still known"


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"{", 400), (b"[]", 400), (b'{"a": "\\u0000"}', 400), (b"[" * 90_000, 400), (b"{}", 422), (b"x" * 300_000, 413)],
)
def test_what_is_no_event_is_refused(verified: Hook, body: bytes, status: int) -> None:
    assert post(verified.url, verified.notion.signed(body), body) == status


def test_an_unknown_address_says_nothing(db: None) -> None:
    assert post("http://x/webhooks/notion/guess/", {"Content-Type": "application/json"}, b"{}") == 404


def test_a_new_address_ends_the_old_one_and_its_token(verified: Hook) -> None:
    verified.send()
    new = verified.api.post(f"{verified.base}/webhook/").json()
    assert (new["state"], new["verification_token"]) == ("waiting", None)
    assert set(verified.send()) == {404}
    assert verified.api.delete(f"{verified.base}/webhook/").status_code == 204
    assert post(new["url"], {"Content-Type": "application/json"}, b"{}") == 404


def test_changes_start_a_capture_when_it_is_quiet(verified: Hook) -> None:
    verified.api.patch(
        f"{verified.base}/webhook/", {"captures": True, "quiet_minutes": 3}, content_type="application/json"
    )
    verified.send()
    first = due(verified)
    assert timedelta(minutes=2, seconds=50) < first - timezone.now() <= timedelta(minutes=3)
    verified.send()
    assert due(verified) > first
    on_change.start_due(timezone.now())
    assert not Snapshot.objects.exists()
    on_change.start_due(due(verified))
    job = Job.objects.get(kind="snapshots.capture")
    assert job.created_by_label == "Changes told by Notion"
    after = verified.state()
    assert (after["changed_since"], after["capture_at"]) == (None, None)
    verified.send()
    on_change.start_due(due(verified))
    assert Job.objects.filter(kind="snapshots.capture").count() == 1, "one at a time"
    assert due(verified) > timezone.now(), "another one follows the one that runs"


def test_a_workspace_that_never_becomes_quiet_is_captured_all_the_same(verified: Hook) -> None:
    Webhook.objects.update(captures=True, changed_since=timezone.now() - timedelta(hours=1))
    verified.send()
    assert due(verified) <= timezone.now()


def test_without_the_switch_nothing_starts(verified: Hook) -> None:
    verified.send()
    assert verified.state()["capture_at"] is None
    on_change.start_due(timezone.now() + timedelta(days=1))
    assert not Job.objects.exists()


def test_events_are_let_go_of(verified: Hook) -> None:
    verified.send()
    receiving.forget_old(timezone.now() + receiving.KEPT - timedelta(minutes=1))
    assert NotionEvent.objects.count() == 1
    receiving.forget_old(timezone.now() + receiving.KEPT + timedelta(minutes=1))
    assert not NotionEvent.objects.exists()


def test_in_the_browser(acme: Tenant, hook: Hook) -> None:
    browser = acme.browser(Role.OWNER)
    page = f"/o/{acme.slug}/workspaces/{hook.workspace.public_id}/changes/"
    assert hook.url in browser.get(page).content.decode()
    hook.notion.verify()
    assert hook.notion.verification_token in browser.get(page).content.decode()
    assert hook.notion.verification_token not in acme.browser(Role.VIEWER).get(page).content.decode()
    hook.send()
    shown = browser.get(page).content.decode()
    assert "page.content_updated" in shown
    assert hook.notion.verification_token not in shown
    assert browser.post(page, {"captures": "on", "quiet_minutes": "10"}).status_code == 302
    assert (hook.state()["captures"], hook.state()["quiet_minutes"]) == (True, 10)
    assert browser.post(page, {"quiet_minutes": "0"}).status_code == 422
    assert acme.browser(Role.VIEWER).post(page, {"do": "close"}).status_code == 403
    assert browser.post(page, {"do": "close"}).status_code == 302
    assert hook.api.get(f"{hook.base}/webhook/").status_code == 404


def due(hook: Hook) -> datetime:
    found = parse_datetime(hook.state()["capture_at"])
    assert found is not None
    return found
