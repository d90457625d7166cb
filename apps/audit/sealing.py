"""Giving committed entries their place in the chain.

Writers never wait for it: an entry is written without a place. The sealer holds the organization's chain, takes what is
committed and unsealed in the order of row numbers, and links it. A transaction that took a low number and commits late
is simply linked later, so the order of the chain is the order of ``seq``, and whoever has read up to one ``seq`` has
missed nothing: the next is only given by somebody who sees the last.
"""

from datetime import datetime
from typing import Any

from django.db import connection, transaction

from apps.audit import words
from apps.audit.canonical import COLUMNS, digest, document
from apps.audit.models import AuditEntry, Chain
from apps.core.tenancy import current_organization_id, scope
from apps.organizations.models import Organization

AT_ONCE = 500
"""Entries of one transaction: 20 ms, for which other writers wait on SQLite."""
SET_PLACE = "UPDATE {table} SET seq = %s, hash = %s WHERE id = %s"


def seal() -> Chain:
    """Link everything that is committed in the open scope's organization; its chain afterwards."""
    while AuditEntry.objects.filter(seq=None).exists():
        _seal_some()
    return Chain.objects.first() or Chain()


def seal_everywhere(now: datetime) -> None:
    """For the ticker: link what is unsealed, in whichever organization it is."""
    waiting = AuditEntry.unscoped.filter(seq=None).order_by().values_list("organization_id", flat=True).distinct()
    for organization_id in list(waiting):
        with scope(organization_id):
            _seal_some()


def _seal_some() -> None:
    with transaction.atomic():
        chain = _locked()
        rows = AuditEntry.objects.filter(seq=None).order_by("id").values_list("id", *COLUMNS)[:AT_ONCE]
        organization = Organization.objects.values_list("public_id", flat=True).get(pk=current_organization_id())
        seq, previous = chain.seq, bytes(chain.hash)
        places: list[tuple[Any, ...]] = []
        told = []
        for pk, *row in rows:
            seq += 1
            facts = document(tuple(row), organization, previous, seq)
            previous = digest(facts)
            places.append((seq, previous, pk))
            told.append((pk, facts))
        if places:
            _write(places)
            words.add(told)
            chain.seq, chain.hash = seq, previous
            chain.save(update_fields=["seq", "hash"])


def _locked() -> Chain:
    chain = Chain.objects.select_for_update().first()
    if chain is None:
        Chain.objects.get_or_create(organization_id=current_organization_id())
        chain = Chain.objects.select_for_update().get()
    return chain


def _write(places: list[tuple[Any, ...]]) -> None:
    table = connection.ops.quote_name(AuditEntry._meta.db_table)
    with connection.cursor() as cursor:
        cursor.executemany(SET_PLACE.format(table=table), places)
