"""One budget for the lane and for people in other processes: booked, read, and never more than Notion allows."""

import asyncio
import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.utils import timezone
from pydantic import SecretStr
from pytest_django import Settings

from apps.access.roles import Role
from apps.core.errors import TransientError
from apps.jobs.lanes import LaneAccess
from apps.jobs.registry import job
from apps.jobs.run import JobRun
from apps.jobs.services import enqueue
from apps.notion.errors import RateLimited
from apps.notion.transports.budget import BudgetTransport, RateBudget
from apps.sandbox import Fault, Sandbox
from apps.snapshots.capture.writer import budget_shown
from apps.workspaces.debits import READS, DebitReader, book, forget_old, reserve_of
from apps.workspaces.models import BudgetDebit, ConnectionKind, Workspace
from apps.workspaces.probe import probe
from apps.workspaces.services import connect_workspace
from apps.workspaces.verify import verify_workspace
from tests.factories.tenants import Tenant
from tests.jobs.pending import run_pending
from tests.notion.wire.test_budget_in_windows import CALL, Windows, flood, full_use
from tests.notion.wire.virtual_time import now, virtually

TEN_MINUTES = 600.0


async def people(server: Windows, booked: list[int], calls: int, dice: random.Random) -> None:
    """About ``calls`` calls a minute, most of them as the bursts that checking a key makes."""
    while True:
        burst = dice.choice([1, 2, 6])
        await asyncio.sleep(dice.expovariate(calls / 3 / 60))
        for _ in range(burst):
            booked.append(1)
            await server.send(CALL)


async def read(budget: RateBudget, booked: list[int]) -> None:
    while True:
        await asyncio.sleep(60 / READS)
        budget.debit(len(booked))
        booked.clear()


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("calls", [0, 5])
@pytest.mark.parametrize("limit", [180, 600])
def test_the_limit_is_used_and_nobody_is_refused(limit: int, calls: int, seed: int) -> None:
    server = Windows(limit, seed)
    booked: list[int] = []

    async def main() -> None:
        budget = RateBudget(limit, reserve=reserve_of(limit), burst_at_start=False, clock=now)
        others = [asyncio.create_task(read(budget, booked))]
        if calls:
            others.append(asyncio.create_task(people(server, booked, calls, random.Random(seed))))
        await flood(BudgetTransport(server, budget), TEN_MINUTES)
        for other in others:
            other.cancel()
        outcomes = await asyncio.gather(*others, return_exceptions=True)
        assert not any(isinstance(outcome, RateLimited) for outcome in outcomes)

    virtually(main)
    use = full_use(server, limit)
    assert server.refused == 0
    assert sum(use) / len(use) >= 0.97


@pytest.fixture
def workspace(inside_acme: Tenant, sandbox: Sandbox) -> Workspace:
    token, base_url = SecretStr(sandbox.token), sandbox.service.settings.base_url or ""
    found = probe(token, base_url)
    return connect_workspace(
        found, base_url=base_url, token=token, connection=ConnectionKind.TOKEN, actor=inside_acme.system
    )


@pytest.mark.django_db
def test_connecting_and_checking_a_key_book_each_call(
    inside_acme: Tenant, sandbox: Sandbox, workspace: Workspace
) -> None:
    assert sum(BudgetDebit.objects.values_list("calls", flat=True)) == sandbox.calls.total() > 2
    BudgetDebit.objects.all().delete()
    sandbox.calls.clear()
    verify_workspace(workspace, actor=inside_acme.system)
    assert list(BudgetDebit.objects.values_list("calls", flat=True)) == [1] * sandbox.calls.total()


@pytest.mark.django_db
def test_a_call_that_fails_is_booked_too(inside_acme: Tenant, sandbox: Sandbox, workspace: Workspace) -> None:
    BudgetDebit.objects.all().delete()
    sandbox.calls.clear()
    sandbox.faults.add(Fault("500", times=None))
    with pytest.raises(TransientError):
        verify_workspace(workspace, actor=inside_acme.system)
    assert BudgetDebit.objects.count() == sandbox.calls.total() == 3


@pytest.mark.django_db
def test_old_debits_are_forgotten(inside_acme: Tenant, sandbox: Sandbox, workspace: Workspace) -> None:
    BudgetDebit.objects.update(at=timezone.now() - timedelta(seconds=3 * workspace.rate_window))
    book(workspace)
    forget_old(workspace)
    assert BudgetDebit.objects.count() == 1


@pytest.mark.django_db(transaction=True)
async def test_the_lane_takes_what_was_booked_in_the_last_window_and_since(tenant_inside: Workspace) -> None:
    async def hop(function: Callable[..., Any], *args: Any) -> Any:
        return await sync_to_async(function)(*args)

    workspace, lane = tenant_inside, LaneAccess("workspace:x", 0, hop, lambda: None)
    workspace.rate_window = 6.0
    budget = RateBudget(100, 60.0)
    debits = DebitReader(lane, workspace, budget)
    await debits.read()
    assert budget.used() == 2
    following = asyncio.create_task(debits.follow())
    try:
        await sync_to_async(book)(workspace, 3)
        await _until(budget, 5)
    finally:
        following.cancel()
    assert budget.remaining() == 95


async def _until(budget: RateBudget, used: int) -> None:
    for _ in range(250):
        if budget.used() >= used:
            break
        await asyncio.sleep(0.02)
    assert budget.used() == used


@pytest.fixture
def tenant_inside(inside_acme: Tenant, sandbox: Sandbox, workspace: Workspace) -> Workspace:
    """With one debit of two calls, and one so old that it does not matter."""
    BudgetDebit.objects.all().delete()
    book(workspace, 50)
    BudgetDebit.objects.update(at=timezone.now() - timedelta(seconds=61))
    book(workspace, 2)
    return workspace


@job("tests.ask", cluster="io", title="Ask {calls} times")
async def ask(run: JobRun) -> None:
    for _ in range(run.params["calls"]):
        await run.resource.client.me()
    run.result["used"] = run.resource.budget.used()
    await run.checkpoint(done=1, total=1, budget=budget_shown(run.resource.budget))


@pytest.mark.django_db(transaction=True)
def test_jobs_of_one_workspace_share_the_budget_and_show_what_people_took(
    inside_acme: Tenant, sandbox: Sandbox, workspace: Workspace, settings: Settings
) -> None:
    settings.JOBS = {**settings.JOBS, "lane_opener": "apps.workspaces.lanes.open_lane"}
    BudgetDebit.objects.all().delete()
    book(workspace, 5_000)
    actor = inside_acme.actor(Role.OPERATOR)
    jobs = [enqueue("tests.ask", params={"calls": calls}, lane=workspace.lane_key, actor=actor) for calls in (4, 3)]
    run_pending()
    shown = []
    for one in jobs:
        one.refresh_from_db()
        assert (one.status, one.result["used"]) == ("succeeded", one.budget["used"])
        shown.append((one.budget["used"], one.budget["limit"]))
    assert shown == [(5_004, 100_000), (5_007, 100_000)]
