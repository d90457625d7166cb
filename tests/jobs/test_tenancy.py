"""Jobs of one organization do not meet those of another, although one runner serves both."""

import pytest
from django.http import Http404
from django.shortcuts import get_object_or_404

from apps.access.roles import Role
from apps.core.tenancy import NoScope, WrongScope
from apps.jobs import selectors
from apps.jobs.models import Job, JobEvent
from apps.jobs.services import cancel_job, enqueue
from tests.factories.tenants import Tenant
from tests.jobs.elsewhere import inside
from tests.jobs.kinds import DIARY
from tests.jobs.pending import run_pending
from tests.jobs.shifts import work_one_shift

pytestmark = pytest.mark.django_db(transaction=True)


def put_on(tenant: Tenant, word: str, kind: str = "tests.note", lane: str | None = "workspace:1") -> Job:
    return inside(tenant, lambda: enqueue(kind, params={"word": word}, lane=lane, actor=tenant.system))


def test_each_runs_in_its_own_scope(acme: Tenant, globex: Tenant) -> None:
    put_on(acme, "here")
    put_on(globex, "there")
    put_on(globex, "too", "tests.compute", None)

    run_pending()

    where = {entry[0]: entry[-1] for entry in DIARY.entries}
    assert where == {"here": acme.organization.pk, "there": globex.organization.pk, "too": globex.organization.pk}


def test_scope_of_whoever_starts_a_runner_does_not_reach_the_jobs(acme: Tenant, globex: Tenant) -> None:
    put_on(acme, "here")
    inside(globex, lambda: work_one_shift("io"))
    assert [(word, where) for word, _, where in DIARY.entries] == [("here", acme.organization.pk)]


def test_nobody_sees_the_other_ones(acme: Tenant, globex: Tenant) -> None:
    mine = put_on(acme, "here")
    put_on(globex, "there")
    run_pending()

    def look() -> None:
        assert not selectors.jobs().filter(pk=mine.pk).exists()
        assert not JobEvent.objects.filter(job_id=mine.pk).exists()
        assert [job.params["word"] for job in selectors.jobs()] == ["there"]
        with pytest.raises(Http404):
            get_object_or_404(Job.objects, public_id=mine.public_id)

    inside(globex, look)


def test_nobody_acts_on_the_other_ones(acme: Tenant, globex: Tenant) -> None:
    mine = put_on(acme, "here")
    theirs = globex.actor(Role.OWNER)
    with pytest.raises(Job.DoesNotExist):
        inside(globex, lambda: cancel_job(mine, actor=theirs))
    with pytest.raises(WrongScope):
        inside(acme, lambda: cancel_job(mine, actor=theirs))


def test_nothing_is_put_on_outside_of_a_scope(acme: Tenant) -> None:
    with pytest.raises(NoScope):
        enqueue("tests.note", params={"word": "lost"}, lane="one", actor=acme.system)


def test_same_key_is_another_lane_and_another_job_for_another_organization(acme: Tenant, globex: Tenant) -> None:
    def once(tenant: Tenant) -> Job:
        return inside(
            tenant,
            lambda: enqueue("tests.note", params={"word": "x"}, lane="one", unique_key="nightly", actor=tenant.system),
        )

    first, other, again = once(acme), once(globex), once(acme)
    assert first == again != other
    assert first.lane_id != other.lane_id
