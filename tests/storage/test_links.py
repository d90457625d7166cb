"""Links that we sign ourselves: for whom, for what, how long, and how a download is taken up again after a break."""

import logging
from collections.abc import Iterator
from contextvars import Context
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
import time_machine
from django.conf import LazySettings
from django.test import Client

from apps.access.roles import Role
from apps.audit.models import AuditEntry
from apps.core.errors import Forbidden
from apps.core.storage.links import read_link
from apps.core.tenancy import scope
from apps.exports.models import Export
from apps.exports.selectors import exports
from apps.exports.services import create_export, delete_export, download
from apps.snapshots.downloads import file_link
from apps.snapshots.models import Snapshot
from tests.exports.worlds import World
from tests.factories.tenants import Tenant, make_tenant
from tests.jobs.pending import run_pending
from tests.storage.places import Disk

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("disk")]
ADDRESS = "https://prod-files-secure.s3.us-west-2.amazonaws.com/space/1/page.html"
PAGE = bytes(range(256)) * 4
Body = tuple[int, bytes]


@pytest.fixture
def tenant(transactional_db: None) -> Iterator[Tenant]:
    """Inside its scope."""
    tenant = make_tenant("acme")
    with scope(tenant.organization.pk):
        yield tenant


@pytest.fixture
def held(tenant: Tenant, disk: Disk) -> tuple[Snapshot, UUID]:
    """A snapshot with one file, and the file's id."""
    world = World()
    file_id = world.file(ADDRESS, PAGE, name="a/b\\..\r\npage „größe“.html", page=world.page("Home"))
    return world.close(), UUID(file_id)


@pytest.fixture
def export(tenant: Tenant, held: tuple[Snapshot, UUID]) -> Export:
    made = create_export(held[0], format="json", actor=tenant.actor(Role.OPERATOR))
    run_pending()
    return exports().get(pk=made.pk)


@pytest.fixture
def link(held: tuple[Snapshot, UUID]) -> str:
    return file_link(*held).address


def got(address: str, **headers: str) -> Body:
    """What somebody without a session gets."""
    answer = Client().get(address, headers={name.replace("_", "-"): value for name, value in headers.items()})
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
    return answer.status_code, body


def test_a_link_needs_nothing_else_and_makes_nothing_run(link: str) -> None:
    answer = Client().get(link)
    assert b"".join(answer.streaming_content) == PAGE  # type: ignore[attr-defined]
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Cache-Control"] == "private, no-store"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sessionid" not in answer.cookies


def test_it_expires(tenant: Tenant, export: Export, settings: LazySettings) -> None:
    settings.LINK_SECONDS = 120
    now = datetime.now(UTC)
    with time_machine.travel(now, tick=False):
        link = download(export, actor=tenant.actor(Role.VIEWER))
        assert timedelta(seconds=119) < link.expires_at - now <= timedelta(seconds=120)
        assert got(link.address)[0] == 200
    with time_machine.travel(link.expires_at - timedelta(seconds=1), tick=False):
        assert got(link.address)[0] == 200
    with time_machine.travel(link.expires_at + timedelta(seconds=1), tick=False):
        status, body = got(link.address)
    assert (status, "Ask for a new one" in body.decode()) == (403, True)


def test_it_is_bound_to_what_it_was_made_for(tenant: Tenant, export: Export, link: str) -> None:
    archive = download(export, actor=tenant.actor(Role.VIEWER)).address
    key, other = archive.partition("?key=")[2], link.partition("?key=")[2]
    assert got(f"/links/files/x?key={key}")[0] == 403
    assert got(f"/links/exports/x?key={other}")[0] == 403
    assert got("/links/exports/x")[0] == 403
    assert got("/links/nothing/x?key=" + key)[0] == 403
    payload, rest = other.split("%3A", 1)
    assert got(f"/links/files/x?key={payload[:-2]}AA%3A{rest}")[0] == 403
    with pytest.raises(Forbidden):
        read_link("files", "")


def test_it_ends_with_its_object(tenant: Tenant, export: Export, held: tuple[Snapshot, UUID], link: str) -> None:
    archive = download(export, actor=tenant.actor(Role.VIEWER)).address
    delete_export(export, actor=tenant.actor(Role.OPERATOR))
    assert got(archive)[0] == 404
    held[0].delete()
    assert got(link)[0] == 404


def test_it_opens_no_other_organization(tenant: Tenant, link: str) -> None:
    """The snapshot is looked for in the link's own organization, whoever asks."""
    stranger = Context().run(lambda: make_tenant("globex").browser(Role.OWNER))  # outside of our scope
    answer = stranger.get(link)
    answer.close()
    assert answer.status_code == 200, "whoever has the link, has the file"
    assert stranger.get(f"/o/{tenant.slug}/").status_code == 404


def test_who_may_not_download_gets_no_link_and_who_may_is_on_record_without_it(
    tenant: Tenant, export: Export, caplog: pytest.LogCaptureFixture
) -> None:
    path = f"/api/v1/o/acme/exports/{export.public_id}/links/"
    assert tenant.api(Role.AUDITOR).post(path).status_code == 403
    with caplog.at_level(logging.DEBUG):
        made = tenant.api(Role.VIEWER).post(path)
        url = made.json()["url"]
        assert url.startswith("http://127.0.0.1:8000/links/exports/acme-export-1-snapshot-1-json.zip?key=")
        address = url.removeprefix("http://127.0.0.1:8000")
        assert got(address)[0] == 200
        assert got(address, range="bytes=99999999-")[0] == 416
        assert got(address.replace("exports", "files"))[0] == 403
    key = url.partition("key=")[2]
    assert key[:40] not in caplog.text
    entries = AuditEntry.objects.filter(event="export.downloaded").exclude(outcome="refused")
    assert [entry.subject_id for entry in entries] == [export.public_id]
    assert key[:40] not in str([vars(entry) for entry in AuditEntry.objects.all()])


@pytest.mark.parametrize(
    ("asked", "expected", "part"),
    [
        ("bytes=0-9", (206, PAGE[:10]), "bytes 0-9/1024"),
        ("bytes=1000-", (206, PAGE[1000:]), "bytes 1000-1023/1024"),
        ("bytes=1000-5000", (206, PAGE[1000:]), "bytes 1000-1023/1024"),
        ("bytes=-24", (206, PAGE[-24:]), "bytes 1000-1023/1024"),
        ("bytes=-5000", (206, PAGE), "bytes 0-1023/1024"),
        ("bytes=1024-", (416, b""), "bytes */1024"),
        ("bytes=-0", (416, b""), "bytes */1024"),
        ("bytes=9-2", (200, PAGE), None),
        ("bytes=0-1,4-5", (200, PAGE), None),
        ("bytes=-", (200, PAGE), None),
        (f"bytes=0-{'9' * 5_000}", (200, PAGE), None),
        ("lines=1-2", (200, PAGE), None),
    ],
)
def test_a_part_of_a_file(link: str, asked: str, expected: Body, part: str | None) -> None:
    answer = Client().get(link, headers={"range": asked})
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
    assert (answer.status_code, body) == expected
    assert answer.get("Content-Range") == part
    assert answer["Accept-Ranges"] == "bytes"
    if answer.status_code != 416:
        assert answer["Content-Length"] == str(len(body))


def test_taking_up_again_only_what_is_still_the_same(link: str) -> None:
    answer = Client().get(link)
    answer.close()
    etag = answer["ETag"]
    assert got(link, range="bytes=1000-", if_range=etag) == (206, PAGE[1000:])
    assert got(link, range="bytes=1000-", if_range='"other"') == (200, PAGE)
    assert got(link, if_none_match=etag) == (304, b"")
    assert got(link, if_match='"other"')[0] == 412
    head = Client().head(link, headers={"range": "bytes=0-1"})
    assert (head.status_code, head["Content-Length"]) == (200, "1024")
    head.close()
