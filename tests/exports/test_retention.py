"""Archives beyond the rule of their workspace are deleted, the newest of each format stay."""

from pathlib import Path

import pytest

from apps.access.roles import Role
from apps.audit.models import AuditEntry
from apps.core.tenancy import scope
from apps.exports.models import Export
from apps.exports.services import create_export
from apps.snapshots.models import Snapshot
from apps.snapshots.retention.rules import Rules
from apps.snapshots.retention.selectors import retention_of
from apps.snapshots.retention.services import set_retention
from tests.exports.worlds import World
from tests.factories.tenants import Tenant
from tests.jobs.pending import run_pending

pytestmark = pytest.mark.django_db(transaction=True)


def keep(tenant: Tenant, snapshot: Snapshot, count: int) -> None:
    retention = retention_of(snapshot.workspace)
    set_retention(retention, Rules(), exports=count, time_zone="UTC", actor=tenant.actor(Role.ADMIN))


def make(tenant: Tenant, snapshot: Snapshot, *formats: str) -> None:
    for form in formats:
        create_export(snapshot, format=form, actor=tenant.actor(Role.OPERATOR))
        run_pending()


def numbers() -> list[tuple[int, str]]:
    return list(Export.objects.order_by("number").values_list("number", "format"))


def archives(own_storage: Path) -> int:
    return len(list(own_storage.rglob("*.zip")))


@pytest.fixture
def snapshot(inside_acme: Tenant) -> Snapshot:
    world = World()
    world.page("Home")
    return world.close()


def test_everything_is_kept_without_a_rule(inside_acme: Tenant, snapshot: Snapshot, own_storage: Path) -> None:
    make(inside_acme, snapshot, "json", "json", "json")
    assert len(numbers()) == archives(own_storage) == 3


def test_a_rule_works_at_once_and_after_each_export(inside_acme: Tenant, snapshot: Snapshot, own_storage: Path) -> None:
    make(inside_acme, snapshot, "json", "json", "markdown", "json")
    keep(inside_acme, snapshot, 2)
    run_pending()
    assert numbers() == [(2, "json"), (3, "markdown"), (4, "json")]
    assert archives(own_storage) == 3

    make(inside_acme, snapshot, "json", "markdown")
    assert numbers() == [(3, "markdown"), (4, "json"), (5, "json"), (6, "markdown")]
    assert archives(own_storage) == 4
    entry = AuditEntry.objects.filter(event="export.deleted").latest("id")
    assert (entry.actor_label, entry.reason) == ("Retention", "older than the archives that are kept")


def test_another_workspace_has_its_own_rule(inside_acme: Tenant, snapshot: Snapshot) -> None:
    other = World("Other")
    other.page("Home")
    elsewhere = other.close()
    make(inside_acme, elsewhere, "json", "json")
    keep(inside_acme, snapshot, 1)
    make(inside_acme, snapshot, "json", "json")
    assert Export.objects.filter(workspace=elsewhere.workspace).count() == 2
    assert Export.objects.filter(workspace=snapshot.workspace).count() == 1


def test_an_export_on_its_way_is_counted_and_not_deleted(inside_acme: Tenant, snapshot: Snapshot) -> None:
    make(inside_acme, snapshot, "json")
    create_export(snapshot, format="json", actor=inside_acme.actor(Role.OPERATOR))
    keep(inside_acme, snapshot, 1)
    assert numbers() == [(1, "json"), (2, "json")]
    with scope(inside_acme.organization.pk):
        run_pending()
    assert numbers() == [(2, "json")]
