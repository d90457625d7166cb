"""Reads of the audit log."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery

from apps.audit import words
from apps.audit.canonical import COLUMNS, NOTHING_BEFORE, digest, document
from apps.audit.models import AuditEntry, Chain, Cut, SavedFilter
from apps.core.errors import Invalid
from apps.core.tenancy import current_organization_id
from apps.organizations.models import Organization

AT_ONCE = 2_000
NEWEST = 10_000
"""Matches of a search that pages and lists look at; an export has all of them."""
SEQ, HASH = COLUMNS.index("seq"), COLUMNS.index("hash")
DAYS = ("since", "until")
EXACT = {"event": "event", "actor": "actor_label", "subject": "subject_id", "workspace": "workspace"}


@dataclass(frozen=True, slots=True)
class EntryFilter:
    """Empty members do not filter. Days are in UTC; ``until`` is included. ``query``: words, all of which occur."""

    event: str = ""
    actor: str = ""
    outcome: str = ""
    query: str = ""
    subject: str = ""
    workspace: str = ""
    since: date | None = None
    until: date | None = None

    @classmethod
    def read(cls, given: Mapping[str, str]) -> "EntryFilter":
        """From texts, as :meth:`stored` gives them. Raises :class:`Invalid` for an unknown name or no date."""
        if unknown := sorted(given.keys() - set(cls.__slots__)):
            raise Invalid(
                f"The log has no filter {unknown[0][:40]}; it has {', '.join(cls.__slots__)}.", field="filter"
            )
        texts = {name: str(value) for name, value in given.items() if value and name not in DAYS}
        return cls(**texts, **{name: _day(given[name], name) for name in DAYS if given.get(name)})  # type: ignore[arg-type]

    def stored(self) -> dict[str, str]:
        """As JSON and as a query string have it; without what does not filter."""
        return {name: str(value) for name, value in asdict(self).items() if value}


def entries(wanted: EntryFilter | None = None, *, newest: int | None = None) -> QuerySet[AuditEntry]:
    """Entries of the organization, newest first; of what a search finds, ``newest`` are looked at."""
    wanted = wanted or EntryFilter()
    rows: QuerySet[AuditEntry] = AuditEntry.objects.order_by("-id")
    for name, column in EXACT.items():
        if value := getattr(wanted, name):
            rows = rows.filter(**{column: value})
    if wanted.outcome:
        rows = rows.filter(outcome=wanted.outcome)
    if wanted.query:
        rows = rows.filter(_with_words(wanted.query, newest))
    if wanted.since:
        rows = rows.filter(at__gte=_midnight(wanted.since))
    if wanted.until:
        rows = rows.filter(at__lt=_midnight(wanted.until + timedelta(days=1)))
    return rows


def _with_words(query: str, newest: int | None) -> Q:
    found = words.matching(query, organization_id_outside(), newest=newest)
    return Q(pk__in=found) if found is not None else Q(pk__in=[])


def documents(wanted: EntryFilter | None = None, after: int = 0, upto: int | None = None) -> Iterator[dict[str, Any]]:
    """Sealed entries in the order of the chain, as they are given outside, read page by page."""
    before = AuditEntry.objects.filter(seq=OuterRef("seq") - 1).values("hash")
    rows = entries(wanted).order_by("seq").filter(seq__isnull=False).annotate(previous=Subquery(before))
    if upto is not None:
        rows = rows.filter(seq__lte=upto)
    organization = organization_id_outside()
    while page := list(rows.filter(seq__gt=after).values_list("previous", *COLUMNS)[:AT_ONCE]):
        for previous, *row in page:
            after = row[SEQ]
            known = bytes(previous) if previous is not None else hash_at(after - 1) or NOTHING_BEFORE
            yield {**document(tuple(row), organization, known), "hash": bytes(row[HASH]).hex()}


def hash_at(seq: int) -> bytes | None:
    """The hash of an entry by its place, also of the last one that retention has let go; None if nothing has it."""
    if seq == 0:
        return NOTHING_BEFORE
    found = AuditEntry.objects.filter(seq=seq).values_list("hash", flat=True).first()
    found = found or Cut.objects.filter(seq=seq).values_list("hash", flat=True).first()
    return bytes(found) if found is not None else None


@dataclass(frozen=True, slots=True)
class Links:
    """An entry between its neighbours: its hash and the one before, and whether they fit; None while not sealed."""

    hash: str
    previous: str
    fits: bool | None


def links_of(entry: AuditEntry) -> Links:
    """Whether the entry and the one after it are what was sealed."""
    if entry.seq is None:
        return Links("", "", None)
    previous = hash_at(entry.seq - 1)
    if previous is None:
        return Links(bytes(entry.hash or b"").hex(), "", False)
    shown = list(documents(after=entry.seq - 1, upto=entry.seq + 1))
    fits = all(_fits(facts) for facts in shown)
    return Links(bytes(entry.hash or b"").hex(), previous.hex(), fits)


def _fits(facts: dict[str, Any]) -> bool:
    told: str = facts.pop("hash")
    try:
        return digest(facts).hex() == told
    except TypeError:
        return False


def entry_document(entry: AuditEntry) -> dict[str, Any] | None:
    """One entry as it is given outside; None while it is not sealed."""
    return next(documents(after=entry.seq - 1, upto=entry.seq), None) if entry.seq else None


def chain_here() -> Chain:
    """The chain of the open scope's organization; an empty one before the first entry is sealed."""
    return Chain.objects.first() or Chain()


def neighbours(entry: AuditEntry, wanted: EntryFilter) -> tuple[AuditEntry | None, AuditEntry | None]:
    """The next newer and the next older entry of a filter."""
    rows = entries(wanted, newest=NEWEST)
    return rows.filter(pk__gt=entry.pk).order_by("id").first(), rows.filter(pk__lt=entry.pk).first()


def actors() -> list[str]:
    """The labels of everyone who appears in the log, found by jumping from one to the next in the index."""
    found: list[str] = []
    while len(found) < 200:
        rows = AuditEntry.objects.order_by("actor_label")
        if found:
            rows = rows.filter(actor_label__gt=found[-1])
        label = rows.values_list("actor_label", flat=True).first()
        if label is None:
            break
        found.append(label)
    return found


def saved_filters(ref: str) -> QuerySet[SavedFilter]:
    """The filters that somebody sees: their own, and what others share."""
    return SavedFilter.objects.filter(Q(owner=ref) | Q(shared=True)).order_by("name", "id")


def organization_id_outside() -> str:
    return Organization.objects.values_list("public_id", flat=True).get(pk=current_organization_id())


def _day(text: str, name: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = date.max
    if day == date.max:
        raise Invalid("A day reads 2026-11-20.", field=name)
    return day


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=UTC)
