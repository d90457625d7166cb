"""No tenant, no query; no write across the border."""

import asyncio
from collections.abc import Generator

import pytest
from asgiref.sync import sync_to_async
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from apps.access.roles import Role
from apps.core.tenancy import NoScope, WrongScope, current_organization_id, scope
from apps.jobs.models import Job, Lane
from apps.organizations.models import Membership
from tests.factories.tenants import Tenant

pytestmark = pytest.mark.django_db


def test_a_query_outside_a_scope_is_refused(acme: Tenant) -> None:
    with pytest.raises(NoScope):
        list(Membership.objects.all())
    with pytest.raises(NoScope):
        Membership.objects.create(user=acme.member(Role.OWNER), role=Role.VIEWER)


def test_a_queryset_answers_for_the_scope_in_which_it_runs(acme: Tenant, globex: Tenant) -> None:
    acme.member(Role.VIEWER)
    with scope(globex.organization.pk):
        members = Membership.objects.all()
    with scope(acme.organization.pk):
        assert {member.organization_id for member in members} == {acme.organization.pk}
        assert members.count() == 2


def test_another_tenants_row_cannot_be_found_refreshed_saved_or_deleted(acme: Tenant, globex: Tenant) -> None:
    with scope(globex.organization.pk):
        foreign = Membership.objects.get()
    with scope(acme.organization.pk):
        assert not Membership.objects.filter(pk=foreign.pk).exists()
        with pytest.raises(Membership.DoesNotExist):
            foreign.refresh_from_db()
        with pytest.raises(WrongScope):
            foreign.save()
        with pytest.raises(WrongScope):
            foreign.delete()
        with pytest.raises(WrongScope):
            Membership.objects.bulk_create([foreign])
        with pytest.raises(WrongScope):
            Membership.objects.bulk_update([foreign], ["role"])
    with scope(globex.organization.pk):
        assert Membership.objects.get().role == Role.OWNER


def test_rows_are_inserted_for_the_open_scope_alone(acme: Tenant, globex: Tenant) -> None:
    with scope(acme.organization.pk):
        lane = Lane.objects.create(key="workspace:x")
    with pytest.raises(NoScope):
        Lane.objects.insert(["key"], [("a",)])
    with scope(globex.organization.pk):
        with pytest.raises(WrongScope):
            Lane.objects.insert(["organization", "key"], [(acme.organization.pk, "a")])
        Lane.objects.insert(["key"], [("a",), ("b",)])
        Lane.objects.insert(["key"], [])
        made = {each.key: each for each in Lane.objects.all()}
        assert made.keys() == {"a", "b"}
        assert made["a"].organization_id == globex.organization.pk
        assert made["a"].epoch == lane.epoch
    with scope(acme.organization.pk):
        assert list(Lane.objects.all()) == [lane]


def test_inserted_rows_lead_to_rows_of_their_organization_alone(acme: Tenant, globex: Tenant) -> None:
    with scope(acme.organization.pk):
        theirs = Lane.objects.create(key="workspace:x")
    with scope(globex.organization.pk):
        mine = Lane.objects.create(key="workspace:y")
        for wrong in (theirs.pk, mine.pk + 1_000_000):
            with pytest.raises((WrongScope, IntegrityError)), transaction.atomic():  # noqa: PT012  (or at the end)
                insert_jobs(mine.pk, wrong)
                connection.check_constraints()
        assert not Job.objects.exists()
        insert_jobs(mine.pk, mine.pk, None)
        assert Job.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_a_reference_to_nothing_is_found_by_the_database_at_the_commit(acme: Tenant) -> None:
    with scope(acme.organization.pk):
        insert_jobs(Lane.objects.create(key="workspace:x").pk)
        with pytest.raises(IntegrityError, match=r"(?i)foreign key"):
            Job.objects.update(lane=4711)
        assert not Job.objects.filter(lane=4711).exists()


def insert_jobs(*lanes: int | None) -> None:
    """Only jobs of the ``io`` cluster have a lane."""
    rows = [(f"job_{at}", "kind", "io" if lane else "cpu", timezone.now(), lane) for at, lane in enumerate(lanes)]
    Job.objects.insert(["public_id", "kind", "cluster", "created_at", "lane"], rows)


def test_a_row_never_changes_its_organization(acme: Tenant, globex: Tenant) -> None:
    with scope(acme.organization.pk):
        with pytest.raises(WrongScope):
            Membership.objects.update(organization=globex.organization)
        with pytest.raises(WrongScope):
            Membership.objects.bulk_update(Membership.objects.all(), ["organization"])
        member = Membership.objects.get()
        member.organization = globex.organization
        with pytest.raises(WrongScope):
            member.save()


def test_scopes_do_not_nest_into_another_organization(acme: Tenant, globex: Tenant) -> None:
    with scope(acme.organization.pk):
        with scope(acme.organization.pk):
            assert current_organization_id() == acme.organization.pk
        with pytest.raises(WrongScope), scope(globex.organization.pk):
            pass
    with pytest.raises(NoScope):
        current_organization_id()


def test_a_scope_that_leaks_through_a_generator_is_an_error_and_leaves_nothing_open(
    acme: Tenant, globex: Tenant
) -> None:
    def leaking() -> Generator[int, None, None]:
        with scope(acme.organization.pk):
            yield 1

    generator = leaking()
    next(generator)
    with pytest.raises(WrongScope), scope(globex.organization.pk):
        pass
    generator.close()
    with pytest.raises(NoScope):
        current_organization_id()


@pytest.mark.django_db(transaction=True)
def test_a_scope_follows_tasks_and_threads_of_many_tenants_at_once(acme: Tenant, globex: Tenant) -> None:
    async def count(tenant: Tenant) -> set[int]:
        with scope(tenant.organization.pk):
            await asyncio.sleep(0)
            counted = await sync_to_async(Membership.objects.count)()
            rows = [row async for row in Membership.objects.all()]
            assert len(rows) == counted
            return {row.organization_id for row in rows}

    async def both() -> list[set[int]]:
        return await asyncio.gather(*(count(tenant) for tenant in [acme, globex] * 10))

    assert asyncio.run(both()) == [{acme.organization.pk}, {globex.organization.pk}] * 10
