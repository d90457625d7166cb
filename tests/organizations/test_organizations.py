"""Creating, renaming, leaving and deleting an organization."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from apps.access.roles import ROLES, Permission, Role
from apps.accounts.models import User
from apps.core.errors import Conflicting, SignInAgain
from apps.core.tenancy import TenantModel, scope
from apps.jobs.models import Job, Outcome, Schedule, ScheduleRun
from apps.jobs.schedules.due import start_due
from apps.jobs.schedules.services import Plan, create_schedule
from apps.jobs.services import enqueue
from apps.organizations.deletion import ERASE, come_to_due
from apps.organizations.erasing import tables
from apps.organizations.models import Membership, Organization
from apps.organizations.services import delete_organization, keep_organization
from apps.sandbox import Sandbox
from tests.contracts.test_full_pages import fill
from tests.factories.browsers import browser_of
from tests.factories.tenants import Tenant
from tests.jobs.pending import run_pending
from tests.organizations.test_standing import workspace

pytestmark = pytest.mark.django_db


def somebody() -> Client:
    return browser_of(User.objects.create_user("ada@elsewhere.example", "Ada"))


def test_any_signed_in_person_creates_one_and_owns_it() -> None:
    browser = somebody()
    assert "Create organization" in browser.get("/choose/").content.decode()
    made = browser.post("/organizations/create/", {"name": "Analytical Engines"})
    assert made["Location"] == "/o/analytical-engines/"
    assert browser.get("/o/analytical-engines/").status_code == 200
    again = browser.post("/organizations/create/", {"name": "Other", "slug": "analytical-engines"})
    assert (again.status_code, "is taken already" in again.content.decode()) == (422, True)
    organization = Organization.objects.get()
    with scope(organization.pk):
        assert Membership.objects.get().role == Role.OWNER


def test_only_the_operator_creates_them_where_that_is_set(settings: Settings) -> None:
    settings.ANYBODY_FOUNDS = False
    browser = somebody()
    assert "Create organization" not in browser.get("/choose/").content.decode()
    assert browser.post("/organizations/create/", {"name": "Engines"}).status_code == 422
    assert not Organization.objects.exists()


@pytest.mark.parametrize("name", ["", " ", "·", "x" * 121])
def test_a_name_that_gives_nothing_is_refused(name: str) -> None:
    assert somebody().post("/organizations/create/", {"name": name}).status_code == 422
    assert not Organization.objects.exists()


def test_an_old_address_leads_members_on_and_tells_nobody_else(acme: Tenant, globex: Tenant) -> None:
    browser, api = acme.browser(Role.ADMIN), acme.api(Role.ADMIN)
    assert 'value="Acme"' in browser.get("/o/acme/settings/").content.decode()
    moved = browser.post("/o/acme/settings/", {"name": "Acme Works", "slug": "Works"})
    assert moved["Location"] == "/o/works/settings/"
    assert browser.get("/o/acme/jobs/?page=2")["Location"] == "/o/works/jobs/?page=2"
    posted = browser.post("/o/acme/settings/teams/", {"name": "Clients"})
    assert (posted.status_code, "/o/works/" in posted.content.decode()) == (404, True)
    told = api.get("/api/v1/o/acme/actor/")
    assert (told.status_code, "/api/v1/o/works/" in told.json()["detail"]) == (404, True)
    assert api.get("/api/v1/o/works/actor/").status_code == 200
    for stranger, prefix in ((globex.browser(Role.OWNER), ""), (globex.api(Role.OWNER), "/api/v1")):
        answer = stranger.get(f"{prefix}/o/acme/")
        assert answer.status_code == 404
        assert "works" not in answer.content.decode().lower()
    taken = globex.browser(Role.OWNER).post("/o/globex/settings/", {"name": "Globex", "slug": "acme"})
    assert taken.status_code == 422
    back = browser.post("/o/works/settings/", {"name": "Acme", "slug": "acme"})
    assert back["Location"] == "/o/acme/settings/"
    assert browser.get("/o/works/")["Location"] == "/o/acme/"


def test_leaving_ends_the_membership(acme: Tenant) -> None:
    browser = acme.browser(Role.VIEWER)
    assert browser.post("/o/acme/settings/leave/")["Location"] == "/choose/"
    assert browser.get("/o/acme/").status_code == 404
    owner = acme.browser(Role.OWNER)
    assert "only owner" in owner.post("/o/acme/settings/leave/", follow=True).content.decode()


def test_deletion_waits_is_told_everywhere_and_can_be_called_back(acme: Tenant, settings: Settings) -> None:
    browser, viewer = acme.browser(Role.OWNER), acme.browser(Role.VIEWER)
    assert browser.post("/o/acme/settings/delete/", {"address": "other"}).status_code == 422
    assert viewer.post("/o/acme/settings/delete/", {"address": "acme"}).status_code == 403
    assert browser.post("/o/acme/settings/delete/", {"address": "acme"}).status_code == 302
    for page in ("", "jobs/", "settings/members/"):
        assert "will be deleted on" in viewer.get(f"/o/acme/{page}").content.decode(), page
    organization = Organization.objects.get()
    assert organization.deletes_at is not None
    assert organization.deletes_at > timezone.now() + timedelta(days=settings.DELETION_DAYS - 1)
    with scope(acme.organization.pk):
        with pytest.raises(Conflicting, match="nothing new starts"):
            enqueue("mail.send", params={"to": "x", "what": "y"}, lane="mail", actor=acme.actor(Role.ADMIN))
        come_to_due(timezone.now())
        assert [job.title for job in Job.objects.all()] == ["E-mail to owner@acme.example: its deletion was asked for"]
    assert browser.post("/o/acme/settings/keep/").status_code == 302
    assert "will be deleted on" not in viewer.get("/o/acme/").content.decode()


def test_a_schedule_starts_nothing_while_its_organization_waits_to_be_deleted(acme: Tenant) -> None:
    home, now = workspace(acme, "Home"), timezone.now()
    with scope(acme.organization.pk):
        plan = Plan("Nightly", "0 2 * * *", "UTC")
        create_schedule("snapshots.capture", home, {}, plan, actor=acme.system)
        Schedule.objects.update(due_at=now, next_at=now)
        delete_organization(acme.organization, actor=acme.actor(Role.OWNER))
    start_due(now)
    with scope(acme.organization.pk):
        run = ScheduleRun.objects.get()
        assert (run.outcome, "nothing new starts" in run.reason) == (Outcome.SKIPPED, True)
        assert not Job.objects.filter(kind="snapshots.capture").exists()
        keep_organization(acme.organization, actor=acme.actor(Role.OWNER))
        Schedule.objects.update(due_at=now, next_at=now)
    start_due(now)
    with scope(acme.organization.pk):
        assert Job.objects.filter(kind="snapshots.capture").count() == 1


def test_deletion_takes_a_fresh_sign_in_and_cannot_be_asked_twice(acme: Tenant) -> None:
    owner = acme.actor(Role.OWNER)
    with scope(acme.organization.pk):
        with pytest.raises(SignInAgain):
            delete_organization(acme.organization, actor=replace(owner, fresh=False))
        delete_organization(acme.organization, actor=owner)
        with pytest.raises(Conflicting):
            delete_organization(acme.organization, actor=owner)
        Organization.objects.update(deletes_at=timezone.now())
        with pytest.raises(Conflicting, match="has begun"):
            keep_organization(acme.organization, actor=owner)


@pytest.mark.timeout(120)
@pytest.mark.django_db(transaction=True)
def test_after_the_wait_nothing_of_the_tenant_is_left(acme: Tenant, globex: Tenant, sandbox: Sandbox) -> None:
    acme.api(Role.OWNER)
    browser = acme.browser(Role.OWNER)
    fill(acme, sandbox)
    folder = acme.organization.public_id
    default_storage.save(f"{folder}/ws_x/files/ab/left-behind", ContentFile(b"x"))
    globex_rows = len(rows_of(globex))
    with scope(acme.organization.pk):
        delete_organization(acme.organization, actor=acme.actor(Role.OWNER))
        enqueue(ERASE, unique_key="other", actor=acme.system)  # somebody else's start of the same
    Organization.objects.filter(pk=acme.organization.pk).update(deletes_at=timezone.now())
    assert browser.get("/o/acme/").status_code == 404
    for _ in range(6):
        come_to_due(timezone.now())
        run_pending()
    assert list(Organization.objects.values_list("slug", flat=True)) == ["globex"]
    assert rows_of(acme) == []
    assert len(rows_of(globex)) == globex_rows
    assert files_in(folder) == []
    assert browser.get("/choose/").status_code == 200


def rows_of(tenant: Tenant) -> list[object]:
    """Every row of every table that belongs to the tenant, whoever looks."""
    owned = [model for model in apps.get_models() if issubclass(model, TenantModel)]
    return [row for model in owned for row in model.unscoped.filter(organization_id=tenant.organization.pk)]


def files_in(folder: str) -> list[str]:
    try:
        folders, names = default_storage.listdir(folder)
    except FileNotFoundError:
        return []
    return [*names, *(name for each in folders for name in files_in(f"{folder}/{each}"))]


def test_tables_come_before_those_that_their_rows_lead_to() -> None:
    order = {model: place for place, model in enumerate(tables())}
    for model in order:
        for field in model._meta.concrete_fields:
            target = field.related_model
            if target in order and target is not model and not field.null:
                assert order[model] < order[target], (model, field)


def test_the_role_page_shows_the_table_that_is_checked(acme: Tenant) -> None:
    page = acme.browser(Role.BILLING).get("/o/acme/settings/roles/").content.decode()
    rows = acme.api(Role.BILLING).get("/api/v1/o/acme/roles/").json()["results"]
    assert {row["permission"]: set(row["roles"]) for row in rows} == {
        permission: {role for role in Role if permission in ROLES[role]} for permission in Permission
    }
    assert all(permission in page for permission in Permission)
    assert page.count('aria-label="yes"') == sum(len(held) for held in ROLES.values())
