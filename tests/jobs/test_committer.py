"""Group commit: together if possible, alone if one fails, again if the connection was lost."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, OperationalError, connection

from apps.core.tenancy import NoScope, scope
from apps.jobs.committer import Committer
from apps.jobs.hops import Hops
from apps.jobs.lease import Lease
from apps.jobs.models import Lane
from tests.factories.tenants import Tenant

pytestmark = pytest.mark.django_db(transaction=True)
Story = Callable[[Committer], Awaitable[Any]]


def told(story: Story) -> Any:
    """Run a story with a committer and give what it returns."""

    async def tell(lease: Lease) -> Any:
        hops = Hops(lease)
        committer = Committer(hops)
        running = asyncio.create_task(committer.run())
        try:
            return await story(committer)
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
            await hops.close()

    with Lease("io") as lease:
        return asyncio.run(tell(lease))


def make(key: str) -> str:
    return Lane.objects.create(key=key).key


def in_scope(tenant: Tenant, committer: Committer, unit: Callable[[], Any]) -> Awaitable[Any]:
    async def commit() -> Any:
        with scope(tenant.organization.pk):
            return await committer.commit(unit)

    return asyncio.ensure_future(commit())


def test_many_units_go_into_few_transactions_each_in_its_own_scope(acme: Tenant, globex: Tenant) -> None:
    async def story(committer: Committer) -> int:
        units = [in_scope((acme, globex)[n % 2], committer, partial(make, f"lane:{n}")) for n in range(100)]
        assert await asyncio.gather(*units) == [f"lane:{n}" for n in range(100)]
        return committer.transactions

    assert told(story) <= 3
    for tenant in (acme, globex):
        with scope(tenant.organization.pk):
            assert Lane.objects.count() == 50


def test_unit_that_fails_takes_no_other_with_it(acme: Tenant) -> None:
    async def story(committer: Committer) -> list[Any]:
        keys = ["one", "two", "two", "three"]
        units = [in_scope(acme, committer, partial(make, key)) for key in keys]
        return await asyncio.gather(*units, return_exceptions=True)

    answers = told(story)

    assert [type(answer) for answer in answers] == [str, str, IntegrityError, str]
    with scope(acme.organization.pk):
        assert sorted(Lane.objects.values_list("key", flat=True)) == ["one", "three", "two"]


def test_unit_outside_of_a_scope_fails_and_the_others_do_not(acme: Tenant) -> None:
    async def story(committer: Committer) -> list[Any]:
        units = [committer.commit(partial(make, "lost")), in_scope(acme, committer, partial(make, "one"))]
        return await asyncio.gather(*units, return_exceptions=True)

    lost, made = told(story)
    assert isinstance(lost, NoScope)
    assert made == "one"


def test_lost_connection_is_replaced_and_all_units_are_repeated(acme: Tenant) -> None:
    calls: list[str] = []

    def cut_once() -> str:
        calls.append("cut")
        if len(calls) == 1:
            connection.close()  # what a restart of the database does to it
            raise OperationalError("server closed the connection unexpectedly")
        return make("after")

    async def story(committer: Committer) -> list[Any]:
        units = [in_scope(acme, committer, partial(make, "before")), in_scope(acme, committer, cut_once)]
        return await asyncio.gather(*units)

    assert told(story) == ["before", "after"]
    assert calls == ["cut", "cut"]
    with scope(acme.organization.pk):
        assert Lane.objects.count() == 2


def test_caller_that_went_away_does_not_disturb(acme: Tenant) -> None:
    async def story(committer: Committer) -> str:
        gone = in_scope(acme, committer, partial(make, "gone"))
        await asyncio.sleep(0)
        gone.cancel()  # type: ignore[attr-defined]
        await asyncio.gather(gone, return_exceptions=True)
        return str(await in_scope(acme, committer, partial(make, "stays")))

    assert told(story) == "stays"


def test_error_that_stays_is_its_own_units_only_and_the_lease_is_not_waited_for_twice(
    acme: Tenant, settings: Any
) -> None:
    settings.JOBS = {**settings.JOBS, "lease": 0.6}

    def never() -> None:
        raise OperationalError("no such table: gone")

    async def story(committer: Committer) -> list[Any]:
        units = [in_scope(acme, committer, never), in_scope(acme, committer, partial(make, "one"))]
        return await asyncio.gather(*units, return_exceptions=True)

    failed, made = told(story)
    assert isinstance(failed, OperationalError)
    assert made == "one"
