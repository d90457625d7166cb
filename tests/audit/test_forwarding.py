"""Entries arrive in order and at least once, whatever the collector does; and never inside our own network."""

import asyncio
import socket
import ssl
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone
from pydantic import SecretStr
from pytest_django import Settings

from apps.access.roles import Role
from apps.audit.forwarding import syslog
from apps.audit.forwarding.addresses import NotReached, Target, machine_of, read_target
from apps.audit.forwarding.delivery import deliver
from apps.audit.forwarding.selectors import lagging, state_of
from apps.audit.forwarding.services import create_destination, delete_destination, switch_destination
from apps.audit.forwarding.turns import due, take_turns
from apps.audit.models import AuditEntry, Chain, Destination, Protocol
from apps.audit.sealing import seal
from apps.audit.triggers import lifted
from apps.core.errors import Conflicting, Invalid, SignInAgain
from apps.core.tenancy import scope
from apps.keys.models import Secret
from tests.audit.certificates import server_and_trust
from tests.audit.collectors import Inbox, http_collector, syslog_datagrams, syslog_stream
from tests.audit.entries import make_workspace, write
from tests.factories.tenants import Tenant

pytestmark = pytest.mark.django_db
SECRET = SecretStr("Bearer let-me-in")


@pytest.fixture(autouse=True)
def this_machine_is_allowed(settings: Settings) -> None:
    settings.COLLECTOR_NETWORKS = ["127.0.0.0/8"]


@pytest.fixture
def collector() -> Iterator[Inbox]:
    with http_collector() as inbox:
        yield inbox


def https(tenant: Tenant, inbox: Inbox, name: str = "SIEM") -> Destination:
    seal()
    address = f"http://127.0.0.1:{inbox.port}/in"
    return create_destination(name, Protocol.HTTPS, address, secret=SECRET, actor=tenant.actor(Role.OWNER))


def test_a_collector_gets_each_entry_in_order_with_our_authorization(inside_acme: Tenant, collector: Inbox) -> None:
    destination = https(inside_acme, collector)
    start = destination.cursor
    write(inside_acme, 450)
    chain = seal()
    assert deliver(destination.pk) == chain.seq - start
    assert collector.places == list(range(start + 1, chain.seq + 1))
    assert len(collector.requests) == 3
    assert {request["authorization"] for request in collector.requests} == {"Bearer let-me-in"}
    state = state_of(Destination.objects.get())
    assert (state.waiting, state.word, state.destination.sent_count) == (0, "Healthy", chain.seq - start)


def test_what_fails_is_sent_again_later_in_order_and_nothing_overtakes(inside_acme: Tenant, collector: Inbox) -> None:
    destination = https(inside_acme, collector)
    write(inside_acme, 250)
    chain = seal()
    collector.answers = [200, 503]
    deliver(destination.pk)
    destination.refresh_from_db()
    assert (destination.attempts, destination.last_error) == (
        1,
        "127.0.0.1 answered 503, which is no acknowledgement.",
    )
    assert destination.cursor == collector.places[-1] < chain.seq
    assert destination.not_before is not None
    assert destination.not_before > timezone.now() + timedelta(seconds=3)
    assert due(timezone.now()) == []
    assert due(timezone.now() + timedelta(seconds=6)) == [(inside_acme.organization.pk, destination.pk)]
    deliver(destination.pk)
    assert collector.places == list(range(collector.places[0], chain.seq + 1))
    destination.refresh_from_db()
    assert (destination.attempts, destination.last_error, destination.failing_since) == (0, "", None)


def test_the_rest_between_attempts_grows_and_a_collector_may_name_it(inside_acme: Tenant, collector: Inbox) -> None:
    destination = https(inside_acme, collector)
    write(inside_acme, 1)
    seal()
    rests = []
    collector.answers = [500, 500, 500, 429]
    for _ in range(4):
        before = timezone.now()
        deliver(destination.pk)
        destination.refresh_from_db()
        assert destination.not_before is not None
        rests.append((destination.not_before - before).total_seconds())
    assert 5 <= rests[0] < 10 <= rests[1] < 20 <= rests[2] < 40
    assert 77 <= rests[3] < 100


def test_a_process_that_died_before_the_step_sends_again_what_was_taken(inside_acme: Tenant, collector: Inbox) -> None:
    destination = https(inside_acme, collector)
    write(inside_acme, 3)
    seal()
    deliver(destination.pk)
    Destination.objects.update(cursor=destination.cursor)  # the cursor's step was lost
    deliver(destination.pk)
    assert len(collector.entries) == 2 * len({entry["id"] for entry in collector.entries})


def test_two_processes_do_not_send_at_once(inside_acme: Tenant, collector: Inbox) -> None:
    destination = https(inside_acme, collector)
    write(inside_acme, 1)
    seal()
    Destination.objects.update(leased_until=timezone.now() + timedelta(seconds=60))
    assert deliver(destination.pk) == 0
    assert due(timezone.now()) == []
    Destination.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    assert deliver(destination.pk) == 2


def test_a_redirect_is_not_followed(inside_acme: Tenant, collector: Inbox) -> None:
    destination = https(inside_acme, collector)
    seal()
    collector.answers = [307]
    deliver(destination.pk)
    destination.refresh_from_db()
    assert "answered 307" in destination.last_error


def test_syslog_over_tcp_is_rfc_5424_with_octet_counting(inside_acme: Tenant) -> None:
    with syslog_stream() as inbox:
        destination = create_destination(
            "rsyslog", Protocol.SYSLOG_TCP, f"127.0.0.1:{inbox.port}", from_start=True, actor=inside_acme.system
        )
        write(inside_acme, 5)
        chain = seal()
        assert deliver(destination.pk) == chain.seq
        wait_for(inbox, chain.seq)
    assert inbox.places == list(range(1, chain.seq + 1))
    entry = AuditEntry.objects.get(seq=1)
    assert inbox.raw[0].startswith(b"<109>1 ")
    assert inbox.raw[0].split(b" ")[3:6] == [b"notionhub", b"-", entry.event.encode()]


def test_syslog_over_tls_checks_who_the_other_is(inside_acme: Tenant, tmp_path: Path) -> None:
    server, trusting = server_and_trust("logs.example", tmp_path)
    strange = ssl.create_default_context()
    facts = [{"seq": 1, "at": "2026-11-20T09:00:00.000000Z", "event": "x", "outcome": "refused"}]
    with syslog_stream(server) as inbox:
        target = Target("logs.example", inbox.port)
        asyncio.run(syslog.send(Protocol.SYSLOG_TLS, target, "127.0.0.1", facts, trusting))
        wait_for(inbox, 1)
        for context, name in ((strange, "logs.example"), (trusting, "other.example")):
            elsewhere = Target(name, inbox.port)
            with pytest.raises(NotReached, match="could not prove who it is"):
                asyncio.run(syslog.send(Protocol.SYSLOG_TLS, elsewhere, "127.0.0.1", facts, context))
    assert inbox.raw[0].startswith(b"<108>1 2026-11-20T09:00:00.000000Z ")
    assert inbox.places == [1]


def test_syslog_over_udp_is_one_datagram_each(inside_acme: Tenant) -> None:
    with syslog_datagrams() as inbox:
        destination = create_destination(
            "udp", Protocol.SYSLOG_UDP, f"127.0.0.1:{inbox.port}", from_start=True, actor=inside_acme.system
        )
        write(inside_acme, 3)
        chain = seal()
        deliver(destination.pk)
    assert inbox.places == list(range(1, chain.seq + 1))


def test_nobody_there_is_said_in_a_sentence(inside_acme: Tenant) -> None:
    destination = create_destination(
        "gone", Protocol.SYSLOG_TCP, "127.0.0.1:1", from_start=True, actor=inside_acme.system
    )
    seal()
    assert deliver(destination.pk) == 0
    destination.refresh_from_db()
    assert "127.0.0.1 port 1 cannot be reached" in destination.last_error
    with socket.create_server(("127.0.0.1", 0)) as server:
        closed = server.getsockname()[1]
    destination = create_destination(
        "gone, too", Protocol.HTTPS, f"http://127.0.0.1:{closed}/", from_start=True, actor=inside_acme.system
    )
    assert deliver(destination.pk) == 0
    destination.refresh_from_db()
    assert destination.last_error.startswith("127.0.0.1 cannot be reached (")
    assert "Notion" not in destination.last_error


INSIDE = [
    "127.0.0.1",
    "10.0.0.5",
    "169.254.169.254",
    "[::1]",
    "192.168.1.1",
    "[::ffff:10.0.0.1]",
    "0.0.0.0",  # noqa: S104
    "100.64.0.1",
]


@pytest.mark.parametrize("host", INSIDE)
def test_an_address_inside_is_refused_at_once(inside_acme: Tenant, settings: Settings, host: str) -> None:
    settings.COLLECTOR_NETWORKS = []
    for protocol, address in ((Protocol.HTTPS, f"https://{host}/x"), (Protocol.SYSLOG_TCP, f"{host}:514")):
        with pytest.raises(Invalid, match="not on the public internet"):
            create_destination("x", protocol, address, actor=inside_acme.system)


@pytest.mark.parametrize("answers", [["127.0.0.1"], ["93.184.216.34", "10.0.0.1"], ["fd00::1"], ["169.254.169.254"]])
async def test_a_name_that_leads_inside_is_refused_when_it_is_used(settings: Settings, answers: list[str]) -> None:
    settings.COLLECTOR_NETWORKS = []

    async def resolver(host: str, port: int) -> list[str]:
        return answers

    for protocol, address in ((Protocol.HTTPS, "https://siem.example/"), (Protocol.SYSLOG_TLS, "siem.example:6514")):
        with pytest.raises(NotReached, match="not on the public internet"):
            await machine_of(read_target(protocol, address), resolver)


@pytest.mark.parametrize(
    ("protocol", "address"),
    [
        (Protocol.HTTPS, "ftp://siem.example/"),
        (Protocol.HTTPS, "siem.example"),
        (Protocol.HTTPS, "https://user:pass@siem.example/"),
        (Protocol.SYSLOG_TCP, "siem.example:0"),
        (Protocol.SYSLOG_TCP, "siem.example:70000"),
        (Protocol.SYSLOG_TCP, "siem.example:x"),
        (Protocol.SYSLOG_TCP, "a b:514"),
        (Protocol.SYSLOG_TCP, "https://siem.example"),
        (Protocol.SYSLOG_TCP, ""),
        ("carrier_pigeon", "siem.example"),
    ],
)
def test_what_is_no_address_is_refused(inside_acme: Tenant, protocol: str, address: str) -> None:
    with pytest.raises(Invalid):
        create_destination("x", protocol, address, actor=inside_acme.system)


def test_a_default_port_and_an_ipv6_address_are_understood(settings: Settings) -> None:
    settings.COLLECTOR_NETWORKS = ["::1/128"]
    assert read_target(Protocol.SYSLOG_TLS, "logs.example.com") == Target("logs.example.com", 6514)
    assert read_target(Protocol.SYSLOG_TCP, "[::1]:1514") == Target("::1", 1514)


def test_a_destination_is_dangerous_and_its_secret_is_nowhere(inside_acme: Tenant) -> None:
    owner = inside_acme.actor(Role.OWNER)
    with pytest.raises(SignInAgain):
        create_destination("x", Protocol.HTTPS, "https://siem.example/", actor=replace(owner, fresh=False))
    made = create_destination("x", Protocol.HTTPS, "https://siem.example/", secret=SECRET, actor=owner)
    with pytest.raises(Conflicting):
        create_destination("x", Protocol.HTTPS, "https://siem.example/", actor=owner)
    assert "let-me-in" not in str(list(AuditEntry.objects.values_list()))
    assert "let-me-in" not in inside_acme.api(Role.OWNER).get("/api/v1/o/acme/audit/destinations/").content.decode()
    delete_destination(made, actor=owner)
    assert not Secret.objects.filter(purpose="audit.destination").exists()


def test_a_destination_that_lags_is_an_alert_and_one_that_is_paused_is_not(inside_acme: Tenant) -> None:
    owner = inside_acme.actor(Role.OWNER)
    made = create_destination("SIEM", Protocol.HTTPS, "https://siem.example/", from_start=True, actor=owner)
    seal()
    assert lagging() == []
    state = replace(state_of(made), waits_since=timezone.now() - timedelta(minutes=6))
    assert (state.lags, state.word) == (True, "Behind")
    switch_destination(made, False, actor=owner)
    assert state_of(made).word == "Paused"
    assert due(timezone.now()) == []


def test_a_person_and_a_program_manage_destinations(acme: Tenant) -> None:
    browser, page = acme.browser(Role.OWNER), f"/o/{acme.slug}/audit/"
    given = {"name": "SIEM", "protocol": "https", "address": "https://siem.example/in", "secret": "Bearer x"}
    assert browser.post(f"{page}destinations/", {**given, "address": "nonsense"}).status_code == 422
    assert browser.post(f"{page}destinations/", given).status_code == 302
    assert "https://siem.example/in" in browser.get(f"{page}settings/").content.decode()
    api, path = acme.api(Role.OWNER), f"/api/v1/o/{acme.slug}/audit/destinations/"
    (one,) = api.get(path).json()["results"]
    assert one["state"] == "Healthy"
    stopped = api.patch(f"{path}{one['id']}/", {"enabled": False}, content_type="application/json").json()
    assert stopped["state"] == "Paused"
    browser.post(f"{page}destinations/{one['id']}/switch/", {"enabled": "yes"})
    assert api.get(f"{path}{one['id']}/").json()["enabled"] is True
    assert api.delete(f"{path}{one['id']}/").status_code == 204
    made = {"name": "rsyslog", "protocol": "syslog_tls", "address": "logs.example:6514"}
    assert api.post(path, made, content_type="application/json").status_code == 201


@pytest.mark.django_db(transaction=True)
def test_the_ticker_only_hands_over(acme: Tenant, collector: Inbox) -> None:
    with scope(acme.organization.pk):
        https(acme, collector)
        write(acme, 5)
        chain = seal()
    begun = time.monotonic()
    take_turns(timezone.now())
    assert time.monotonic() - begun < 1
    wait_for(collector, 6)
    assert collector.places[-1] == chain.seq
    for _ in range(100):
        with scope(acme.organization.pk):
            if Destination.objects.get().leased_until is None:
                break
        time.sleep(0.05)


def wait_for(inbox: Inbox, count: int) -> None:
    for _ in range(100):
        if len(inbox.entries) >= count:
            return
        time.sleep(0.05)
    raise AssertionError(f"{len(inbox.entries)} of {count} entries arrived")


def test_home_says_who_lags_and_that_the_chain_is_broken(acme: Tenant) -> None:
    browser, home = acme.browser(Role.OWNER), f"/o/{acme.slug}/"
    with scope(acme.organization.pk):
        make_workspace("Tidewell")
        seal()
        Destination.objects.create(name="SIEM", protocol="https", address="https://siem.example/", last_error="Nobody")
        Chain.objects.update(checked_at=timezone.now(), broken_seq=3, broken_reason="It was changed.")
    page = browser.get(home).content.decode()
    assert "chain is broken at entry 3" in page
    assert "SIEM" not in page
    with scope(acme.organization.pk), lifted(connection), connection.cursor() as cursor:
        cursor.execute("UPDATE audit_auditentry SET at = '2020-01-01 00:00:00+00:00'")
    page = browser.get(home).content.decode()
    assert "SIEM lacks" in page
    assert "Nobody" in page
    assert "SIEM" not in acme.browser(Role.VIEWER).get(home).content.decode()
