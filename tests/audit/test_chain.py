"""The chain: every entry has its place, and nothing can be taken from it, put into it or changed unnoticed."""

import pytest
from django.db import connection
from django.utils import timezone

from apps.audit.models import AuditEntry, Chain
from apps.audit.sealing import seal, seal_everywhere
from apps.audit.triggers import lifted
from apps.audit.verification import Anchor, verify
from apps.core.errors import Invalid
from apps.core.tenancy import scope
from tests.audit.entries import write
from tests.factories.tenants import Tenant

pytestmark = pytest.mark.django_db


def test_entries_are_linked_in_order_and_the_chain_holds(inside_acme: Tenant) -> None:
    write(inside_acme, 7)
    chain = seal()
    places = list(AuditEntry.objects.order_by("id").values_list("seq", flat=True))
    assert places == list(range(1, len(places) + 1))
    verdict = verify()
    assert (verdict.holds, verdict.count, verdict.head) == (True, len(places), chain.head)
    assert AuditEntry.objects.get(seq=chain.seq).hash == chain.hash


def test_sealing_goes_on_where_it_stopped_and_twice_changes_nothing(inside_acme: Tenant) -> None:
    write(inside_acme, 3)
    first = seal()
    assert seal().head == first.head
    write(inside_acme, 2)
    second = seal()
    assert (second.seq, verify().holds) == (first.seq + 2, True)


def test_the_ticker_seals_all_organizations(acme: Tenant, globex: Tenant) -> None:
    seal_everywhere(timezone.now())
    for tenant in (acme, globex):
        with scope(tenant.organization.pk):
            assert not AuditEntry.objects.filter(seq=None).exists()
            assert Chain.objects.get().seq == AuditEntry.objects.count() > 0


CASES = {
    "changed": ("UPDATE {t} SET actor_label = 'Somebody else' WHERE seq = 4", 4, "changed"),
    "reason": ("UPDATE {t} SET reason = 'because' WHERE seq = 2", 2, "changed"),
    "moment": ("UPDATE {t} SET at = '2020-01-01 00:00:00+00:00' WHERE seq = 6", 6, "changed"),
    "removed": ("DELETE FROM {t} WHERE seq = 5", 5, "Entry 5 is missing"),
    "tail cut": ("DELETE FROM {t} WHERE seq > 6", 7, "missing at the end"),
    "beginning cut": ("DELETE FROM {t} WHERE seq < 3", 1, "Entries 1 to 2 are missing"),
    "moved": ("UPDATE {t} SET seq = CASE seq WHEN 3 THEN 104 ELSE 103 END WHERE seq IN (3, 4)", 3, "missing"),
}


@pytest.mark.parametrize(("statement", "place", "words"), CASES.values(), ids=CASES)
def test_the_first_bad_entry_is_named(inside_acme: Tenant, statement: str, place: int, words: str) -> None:
    write(inside_acme, 9)
    seal()
    tamper(statement)
    broken = verify().broken
    assert broken is not None
    assert broken.seq == place
    assert words in broken.reason


def test_two_entries_that_changed_places_are_noticed(inside_acme: Tenant) -> None:
    write(inside_acme, 9)
    seal()
    tamper("UPDATE {t} SET seq = seq + 1000 WHERE seq IN (3, 4)")
    tamper("UPDATE {t} SET seq = CASE seq WHEN 1004 THEN 3 ELSE 4 END WHERE seq IN (1003, 1004)")
    broken = verify().broken
    assert broken is not None
    assert broken.seq == 3


def test_an_entry_that_was_put_in_is_named(inside_acme: Tenant) -> None:
    write(inside_acme, 9)
    seal()
    tamper("UPDATE {t} SET seq = seq + 1000 WHERE seq > 5")
    tamper("UPDATE {t} SET seq = seq - 999 WHERE seq > 1000")
    columns = [f.column for f in AuditEntry._meta.concrete_fields if f.column not in ("id", "public_id", "seq")]
    listed = ", ".join(f'"{column}"' for column in columns)
    forged = f"(public_id, seq, {listed}) SELECT 'aud_forged', 6, {listed} FROM {{t}} WHERE seq = 5"  # noqa: S608
    tamper(f"INSERT INTO {{t}} {forged}")
    broken = verify().broken
    assert broken is not None
    assert (broken.seq, broken.entry) == (6, "aud_forged")


def test_a_chain_that_was_made_anew_does_not_match_what_was_noted_outside(inside_acme: Tenant) -> None:
    """Somebody who owns the database can seal again; the head that was kept elsewhere tells."""
    write(inside_acme, 5)
    noted = seal()
    anchor = Anchor.parse(f"{noted.seq}:{noted.head}")
    write(inside_acme, 2)
    assert verify(anchor).holds
    tamper("UPDATE {t} SET actor_label = 'Somebody else' WHERE seq = 4")
    tamper("UPDATE {t} SET seq = NULL, hash = NULL")
    Chain.objects.all().delete()
    assert verify().holds
    broken = verify(anchor).broken
    assert broken is not None
    assert broken.seq == anchor.seq


def test_a_tail_that_was_cut_with_its_head_is_told_by_the_anchor(inside_acme: Tenant) -> None:
    write(inside_acme, 5)
    noted = seal()
    tamper("DELETE FROM {t} WHERE seq > 3")
    last = AuditEntry.objects.get(seq=3)
    Chain.objects.update(seq=3, hash=last.hash)
    assert verify().holds
    broken = verify(Anchor(noted.seq, noted.head)).broken
    assert broken is not None
    assert broken.seq == 4


@pytest.mark.parametrize("text", ["", "12", "x:y", f"1:{'g' * 64}", f"-1:{'a' * 64}", f"1:{'a' * 63}"])
def test_an_anchor_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match="anchor reads"):
        Anchor.parse(text)


def tamper(statement: str) -> None:
    """As somebody who owns the database would: past the triggers."""
    with lifted(connection), connection.cursor() as cursor:
        cursor.execute(statement.format(t=AuditEntry._meta.db_table))
