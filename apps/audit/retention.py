"""Letting go of old entries without losing the proof of the others.

The beginning of the chain is cut: a :class:`Cut` keeps the hash that the first remaining entry follows, the operation's
own entry in the chain vouches for it, and the database deletes nothing else. What has not been forwarded yet is kept.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection, models, transaction
from django.db.models import Min
from django.utils import timezone

from apps.access.roles import SYSTEM, Permission
from apps.audit import words
from apps.audit.models import AuditEntry, Chain, Cut, Destination, LogRules
from apps.audit.triggers import ENTRIES, LAST
from apps.core.actor import Actor, ActorKind
from apps.core.errors import Invalid
from apps.core.operations import operation
from apps.core.tenancy import current_organization_id, scope

SHORTEST = 30
LONGEST = 36_500
EVERY = timedelta(hours=1)
AT_ONCE = 2_000
TRIMMED = "audit.trimmed"


@operation("audit.retention_updated", requires=Permission.AUDIT_MANAGE, fresh=True)
def set_retention(rules: LogRules, keep_days: int | None, *, actor: Actor) -> LogRules:
    """Keep entries for so many days, or for ever with None. Raises :class:`Invalid`."""
    if keep_days is not None and not SHORTEST <= keep_days <= LONGEST:
        raise Invalid(f"Entries are kept for {SHORTEST} to {LONGEST:,} days, or for ever.", field="keep_days")
    rules.keep_days = keep_days
    rules.next_at = None if keep_days is None else timezone.now() + EVERY
    rules.save()
    return rules


def rules_here() -> LogRules:
    """The open scope's rules; not stored before they are set first."""
    return LogRules.objects.first() or LogRules()


def apply_due(now: datetime) -> None:
    """For the ticker: delete some of what a cut covers, and cut what is due when nothing of that is left."""
    due = LogRules.unscoped.filter(next_at__lte=now).exclude(keep_days=None)
    for organization_id, keep_days, next_at in list(due.values_list("organization_id", "keep_days", "next_at")):
        with scope(organization_id):
            if LogRules.objects.filter(next_at=next_at).update(next_at=now + EVERY):
                _apply(now, timedelta(days=keep_days or LONGEST))


def _apply(now: datetime, kept: timedelta) -> None:
    chain, last = Chain.objects.first(), last_cut()
    if chain is None:
        return
    if not delete_covered():
        upto = _reach(now - kept, chain)
        if upto <= (last.seq if last else 0):
            return
        trim(upto, actor=Actor(ActorKind.SYSTEM, None, "Retention", current_organization_id(), SYSTEM, role="system"))
    LogRules.objects.update(next_at=now)  # the next tick goes on


def _reach(older_than: datetime, chain: Chain) -> int:
    """The last entry of the beginning in which all are older and forwarded."""
    younger = AuditEntry.objects.filter(seq__isnull=False, at__gte=older_than).order_by("seq")
    first = younger.values_list("seq", flat=True).first()
    waiting = Destination.objects.filter(enabled=True).aggregate(first=Min("cursor"))["first"]
    return min(chain.seq if first is None else first - 1, chain.seq if waiting is None else waiting)


@operation(TRIMMED, requires=Permission.AUDIT_MANAGE)
def trim(upto: int, *, actor: Actor) -> Cut:
    """Make the cut; nothing is deleted yet. The operation's own entry, in the chain, vouches for it."""
    last = AuditEntry.objects.get(seq=upto)
    count = AuditEntry.objects.filter(seq__lte=upto).count()
    return Cut.objects.create(seq=upto, hash=last.hash, count=count, newest_at=last.at)


def last_cut() -> Cut | None:
    return Cut.objects.order_by("-seq").first()


def delete_covered() -> int:
    """Delete some of the entries that the newest cut covers; how many."""
    cut = last_cut()
    if cut is None:
        return 0
    with transaction.atomic():
        pks = list(AuditEntry.objects.filter(seq__lte=cut.seq).order_by("seq").values_list("pk", flat=True)[:AT_ONCE])
        _delete(pks)
    return len(pks)


def _delete(pks: list[int]) -> None:
    words.forget(pks)
    with connection.cursor() as cursor:
        cursor.executemany(f"DELETE FROM {ENTRIES} WHERE id = %s", [(pk,) for pk in pks])  # noqa: S608


def erase_some() -> int:
    """Delete some entries of an organization that goes, under a last cut that covers them all; how many."""
    Cut.objects.get_or_create(seq=LAST, defaults={"hash": bytes(32), "count": AuditEntry.objects.count()})
    pks = list(AuditEntry.objects.values_list("pk", flat=True)[:AT_ONCE])
    _delete(pks)
    return len(pks)


def close_log(sender: type[models.Model], instance: Any, **kwargs: Any) -> None:
    """With an organization its log goes, too: what is left of it."""
    with scope(instance.pk):
        while erase_some():
            pass
