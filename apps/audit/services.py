"""Operations on the log: checking it, giving it out, keeping filters. Entries themselves are written by nobody here."""

from django.utils import timezone

from apps.access.roles import Permission
from apps.audit.models import Chain, LogFile, LogForm, SavedFilter
from apps.audit.sealing import seal
from apps.audit.selectors import EntryFilter, entries
from apps.audit.verification import Verdict
from apps.core.actor import Actor
from apps.core.errors import Conflicting, Forbidden, Invalid, NotFound
from apps.core.operations import operation
from apps.core.storage.links import Link, Offer, link_to
from apps.jobs.models import Job
from apps.jobs.services import enqueue

VERIFY, WRITE = "audit.verify", "audit.write"
AT_ONCE = 50_000
"""Entries up to which a request checks or gives them out itself; what is more is a job's."""
LINKS = "audit"
TYPES = {LogForm.JSONL: "application/x-ndjson", LogForm.CSV: "text/csv; charset=utf-8"}


@operation("audit.verified", requires=Permission.AUDIT_VIEW)
def record_verdict(chain: Chain, verdict: Verdict, *, actor: Actor) -> Chain:
    """Keep what a check has found, for the page and the API."""
    broken = verdict.broken
    chain.checked_at = timezone.now()
    chain.checked_count, chain.checked_seq = verdict.count, verdict.seq
    chain.broken_seq = broken.seq if broken else None
    chain.broken_entry, chain.broken_reason = (broken.entry, broken.reason) if broken else ("", "")
    chain.save(update_fields=["checked_at", "checked_count", "checked_seq", *_BROKEN])
    return chain


_BROKEN = ("broken_seq", "broken_entry", "broken_reason")


@operation("audit.verification_started", requires=Permission.AUDIT_VIEW)
def start_verification(chain: Chain, *, actor: Actor) -> Job:
    """Let a job check the chain; there is one at a time."""
    return enqueue(VERIFY, unique_key="chain", actor=actor)


def export_log(form: str, wanted: EntryFilter, *, at_once: int = AT_ONCE, actor: Actor) -> LogFile:
    """Put on record that a part of the log leaves the house; one of more than ``at_once`` entries is written by a job.

    Raises :class:`Invalid` for a form that there is not.
    """
    if form not in LogForm.values:
        raise Invalid(f"The log is exported as {' or '.join(LogForm.values)}.", field="format")
    return _export(form, wanted, seal(), at_once, actor=actor)


@operation("audit.exported", requires=Permission.AUDIT_EXPORT)
def _export(form: str, wanted: EntryFilter, chain: Chain, at_once: int, *, actor: Actor) -> LogFile:
    count = entries(wanted).filter(seq__lte=chain.seq).count()
    file = LogFile.objects.create(
        form=form, wanted=wanted.stored(), up_to=chain.seq, head=chain.head, count=count, created_by=actor.label[:200]
    )
    if count > at_once:
        file.job = enqueue(WRITE, params={"file": file.public_id}, subject=file, actor=actor)
        file.save(update_fields=["job"])
    return file


@operation("audit.downloaded", requires=Permission.AUDIT_EXPORT)
def _downloaded(file: LogFile, *, actor: Actor) -> LogFile:
    return file


def name_of(file: LogFile) -> str:
    """``audit-log-48210-a90f71c2.jsonl``: up to which entry, and the beginning of its hash."""
    return f"audit-log-{file.up_to}-{file.head[:8]}.{file.form}"


def download(file: LogFile, *, actor: Actor) -> Link:
    """A link to a file that a job has written. Raises :class:`Conflicting` while it is not there."""
    if not file.storage_name:
        raise Conflicting(
            "This file is still being written, or a week old and gone. Wait for its job, or export again."
        )
    organization, content_type = file.organization.public_id, TYPES[LogForm(file.form)]
    link = link_to(Offer(LINKS, organization, [file.public_id], file.storage_name, name_of(file), content_type))
    _downloaded(file, actor=actor)
    return link


@operation("audit_filter.saved", requires=Permission.AUDIT_VIEW)
def save_filter(name: str, wanted: EntryFilter, *, shared: bool = False, actor: Actor) -> SavedFilter:
    """Keep a filter under a name; one of the same name is replaced. Raises :class:`Invalid`."""
    name = name.strip()[:80]
    if not name:
        raise Invalid("Give the filter a name that says what it finds.", field="name")
    if not actor.ref:
        raise Invalid("Only a person or a service account keeps filters.", field="name")
    facts = {"wanted": wanted.stored(), "shared": shared, "owner_label": actor.label[:200]}
    return SavedFilter.objects.update_or_create(owner=actor.ref, name=name, defaults=facts)[0]


@operation("audit_filter.deleted", requires=Permission.AUDIT_VIEW)
def delete_filter(kept: SavedFilter, *, actor: Actor) -> SavedFilter:
    """Forget a filter of one's own; whoever manages the log may also forget what others share."""
    if kept.owner != actor.ref:
        if not kept.shared:
            raise NotFound("There is no such filter.")
        if not actor.can(Permission.AUDIT_MANAGE):
            raise Forbidden("Only whoever shares a filter, or manages the audit log, can delete it. It was kept.")
    kept.delete()
    return kept
