"""Old entries go, and what stays is still proven."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from apps.access.roles import Role
from apps.audit.models import AuditEntry, Cut, Destination, LogRules
from apps.audit.retention import apply_due, rules_here, set_retention
from apps.audit.sealing import seal
from apps.audit.selectors import EntryFilter, entries
from apps.audit.triggers import lifted
from apps.audit.verification import Anchor, verify
from apps.core.errors import Invalid, SignInAgain
from tests.audit.entries import write
from tests.factories.tenants import Tenant

pytestmark = pytest.mark.django_db
LATER = timedelta(days=100)


def at_once(tenant: Tenant, days: int = 90) -> None:
    set_retention(rules_here(), days, actor=tenant.actor(Role.OWNER))


def pass_time(now: object = None) -> None:
    """Ticks, a hundred days from now, until nothing is left to do."""
    for hours in range(5):
        apply_due(timezone.now() + LATER + timedelta(hours=2 * hours))


def test_the_beginning_is_cut_and_the_rest_holds(inside_acme: Tenant) -> None:
    write(inside_acme, 8)
    noted = seal()
    at_once(inside_acme)
    seal()
    pass_time()
    cut = Cut.objects.latest("seq")
    assert cut.seq >= noted.seq
    assert not AuditEntry.objects.filter(seq__lte=cut.seq).exists()
    assert AuditEntry.objects.filter(event="audit.trimmed", after__head=cut.head).exists()
    assert entries(EntryFilter(query="started")).count() == 0
    verdict = verify()
    assert (verdict.holds, verdict.cut) == (True, cut.seq)
    assert verify(Anchor(cut.seq, cut.head)).holds
    assert not verify(Anchor(cut.seq, "a" * 64)).holds


def test_a_cut_that_nobody_vouches_for_is_found(inside_acme: Tenant) -> None:
    write(inside_acme, 4)
    seal()
    last = AuditEntry.objects.get(seq=3)
    with lifted(connection), connection.cursor() as cursor:
        cursor.execute("DELETE FROM audit_auditentry WHERE seq <= 3")
    Cut.objects.create(seq=3, hash=last.hash, count=3)
    broken = verify().broken
    assert broken is not None
    assert "vouches" in broken.reason


def test_nothing_goes_before_its_time_or_before_it_was_forwarded(inside_acme: Tenant) -> None:
    write(inside_acme, 3)
    seal()
    at_once(inside_acme)
    apply_due(timezone.now() + timedelta(hours=2))
    assert not Cut.objects.exists()
    Destination.objects.create(name="SIEM", protocol="https", address="https://siem.example/", cursor=2)
    pass_time()
    assert Cut.objects.get().seq == 2
    assert AuditEntry.objects.filter(seq=3).exists()


def test_it_takes_a_manager_who_signed_in_just_now_and_sensible_days(inside_acme: Tenant) -> None:
    from dataclasses import replace

    owner = inside_acme.actor(Role.OWNER)
    with pytest.raises(SignInAgain):
        set_retention(rules_here(), 90, actor=replace(owner, fresh=False))
    for days in (0, 29, 40_000):
        with pytest.raises(Invalid):
            set_retention(rules_here(), days, actor=owner)
    assert not LogRules.objects.exists()
    set_retention(rules_here(), 90, actor=owner)
    set_retention(rules_here(), None, actor=owner)
    entry = AuditEntry.objects.latest("id")
    assert (entry.event, entry.before, entry.after) == (
        "audit.retention_updated",
        {"keep_days": 90},
        {"keep_days": None},
    )
    pass_time()
    assert not Cut.objects.exists()


def test_a_person_and_a_program_set_it(inside_acme: Tenant) -> None:
    page = inside_acme.browser(Role.OWNER).post(
        f"/o/{inside_acme.slug}/audit/settings/retention/", {"keep_days": "365"}
    )
    assert page.status_code == 302
    path = f"/api/v1/o/{inside_acme.slug}/audit/retention/"
    assert inside_acme.api(Role.AUDITOR).get(path).json() == {"keep_days": 365}
    api = inside_acme.api(Role.OWNER)
    assert api.patch(path, {"keep_days": 3}, content_type="application/json").status_code == 422
    assert api.patch(path, {"keep_days": None}, content_type="application/json").json() == {"keep_days": None}
