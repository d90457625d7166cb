"""Collectors that fetch: in order, to the end, and nothing skipped, however late a transaction commits."""

import threading

import pytest
from django.db import connection, connections, transaction
from django.test import Client

from apps.access.roles import Role
from apps.audit.models import AuditEntry
from apps.audit.retention import delete_covered, trim
from apps.audit.sealing import seal
from apps.audit.verification import verify
from apps.core.tenancy import scope
from tests.audit.entries import write
from tests.factories.tenants import Tenant


def follow(api: Client, slug: str, after: int, limit: int = 4) -> dict:
    answer = api.get(f"/api/v1/o/{slug}/audit/stream/?after={after}&limit={limit}")
    assert answer.status_code == 200
    return answer.json()  # type: ignore[no-any-return]


@pytest.mark.django_db
def test_a_collector_gets_everything_once_and_goes_on_where_it_was(acme: Tenant) -> None:
    api = acme.api(Role.AUDITOR)
    with scope(acme.organization.pk):
        write(acme, 9)
    seen, after = [], 0
    while (got := follow(api, acme.slug, after))["entries"]:
        seen += [entry["seq"] for entry in got["entries"]]
        after = got["next"]
    assert seen == list(range(1, len(seen) + 1))
    assert got["next"] == after == got["head"]["seq"]
    with scope(acme.organization.pk):
        write(acme, 1)
    assert [entry["seq"] for entry in follow(api, acme.slug, after)["entries"]] == [after + 1]


@pytest.mark.django_db
def test_what_was_cut_is_said_and_the_rest_follows(acme: Tenant) -> None:
    api = acme.api(Role.AUDITOR)
    with scope(acme.organization.pk):
        write(acme, 6)
        seal()
        cut = trim(5, actor=acme.system)
        delete_covered()
    got = follow(api, acme.slug, 0)
    assert got["cut"] == {"seq": 5, "hash": cut.head}
    assert [entry["seq"] for entry in got["entries"]] == [6, 7, 8, 9]
    assert got["entries"][0]["previous"] == cut.head


@pytest.mark.django_db
@pytest.mark.parametrize("query", ["after=x", "after=-1", "limit=1001", "after=99999999999999999999"])
def test_a_cursor_that_is_none_is_refused(acme: Tenant, query: str) -> None:
    assert acme.api(Role.AUDITOR).get(f"/api/v1/o/{acme.slug}/audit/stream/?{query}").status_code in (400, 422)


@pytest.mark.django_db(transaction=True)
def test_a_transaction_that_commits_late_is_linked_later_and_not_skipped(acme: Tenant) -> None:
    """It took the lower row number; what has the higher one is sealed and read before it commits."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    api = acme.api(Role.AUDITOR)
    wrote, may_commit = threading.Event(), threading.Event()

    def slow() -> None:
        try:
            with scope(acme.organization.pk), transaction.atomic():
                write(acme, 1, event="session.ended")
                wrote.set()
                assert may_commit.wait(20)
        finally:
            connections.close_all()

    with scope(acme.organization.pk):
        seal()
        write(acme, 1)
    after = follow(api, acme.slug, 0, 1000)["next"]
    thread = threading.Thread(target=slow)
    thread.start()
    assert wrote.wait(20)
    with scope(acme.organization.pk):
        write(acme, 3)
    early = follow(api, acme.slug, after)
    assert [entry["event"] for entry in early["entries"]] == ["session.started"] * 3
    may_commit.set()
    thread.join()
    late = follow(api, acme.slug, early["next"])
    assert [entry["event"] for entry in late["entries"]] == ["session.ended"]
    with scope(acme.organization.pk):
        last = AuditEntry.objects.order_by("-seq")[:2]
        assert last[0].pk < last[1].pk
        assert verify().holds


@pytest.mark.django_db(transaction=True)
def test_many_sealers_at_once_make_one_chain(acme: Tenant) -> None:
    def work() -> None:
        try:
            with scope(acme.organization.pk):
                for _ in range(5):
                    write(acme, 2)
                    seal()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with scope(acme.organization.pk):
        verdict = verify()
        assert verdict.holds
        assert verdict.count == AuditEntry.objects.count()
        assert AuditEntry.objects.filter(event="session.started").count() == 40
