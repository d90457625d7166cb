"""What takes long: checking a long chain, writing a large part of the log into a file."""

from datetime import timedelta
from functools import partial
from hashlib import sha256
from tempfile import TemporaryFile

from django.core.files import File
from django.core.files.storage import default_storage
from django.utils import timezone

from apps.access.roles import SYSTEM
from apps.audit.models import Chain, LogFile
from apps.audit.services import VERIFY, WRITE, record_verdict
from apps.audit.verification import verify
from apps.audit.writing import lines
from apps.core.actor import Actor, ActorKind
from apps.core.storage_errors import explained
from apps.jobs.models import Level
from apps.jobs.registry import Look, job
from apps.jobs.run import ComputeRun

KEPT = timedelta(days=7)
"""How long a file of the log stays in the store; another export makes it again."""


@job(VERIFY, cluster="cpu", title="Check the audit log’s chain", look=Look(noun="check", unit="entry"))
def verify_log(run: ComputeRun) -> None:
    """Check all of the chain. Started again, it begins at the beginning."""
    total = run.db(Chain.objects.get).seq
    run.checkpoint(done=0, total=total)
    verdict = verify(progress=lambda count: run.checkpoint(done=min(count, total)))
    system = Actor(ActorKind.SYSTEM, None, run.job.created_by_label, run.job.organization_id, SYSTEM, role="system")
    run.db(lambda: record_verdict(Chain.objects.get(), verdict, actor=system))
    run.checkpoint(done=verdict.count, total=verdict.count)
    if verdict.broken is not None:
        run.event(Level.ERROR, f"Entry {verdict.broken.seq:,}: {verdict.broken.reason}"[:600])
        run.incomplete(f"the chain is broken at entry {verdict.broken.seq:,}")


@job(WRITE, cluster="cpu", title="Export of the audit log", look=Look(noun="export", unit="entry"))
def write_log(run: ComputeRun) -> None:
    """Write the file and keep it. Started again, it writes it anew: what is sealed does not change."""
    file = run.db(LogFile.objects.get, public_id=run.params["file"])
    run.checkpoint(done=0, total=file.count)
    name = f"{file.organization.public_id}/audit/{file.public_id}.{file.form}"
    digest = sha256()
    try:
        with TemporaryFile() as written:
            for piece in lines(file, lambda count: _told(run, count)):
                run.raise_if_cancelled()
                digest.update(piece)
                written.write(piece)
            size = written.tell()
            written.seek(0)
            default_storage.delete(name)
            name = default_storage.save(name, File(written))
    except OSError as error:
        raise explained(error) from error
    file.storage_name, file.size, file.sha256 = name, size, digest.hexdigest()
    run.checkpoint(lambda: file.save(update_fields=["storage_name", "size", "sha256"]), done=file.count)
    for old in run.db(_outdated):
        default_storage.delete(old.storage_name)
        old.storage_name = ""
        run.checkpoint(partial(old.save, update_fields=["storage_name"]))


def _outdated() -> list[LogFile]:
    return list(LogFile.objects.exclude(storage_name="").filter(created_at__lt=timezone.now() - KEPT))


def _told(run: ComputeRun, count: int) -> None:
    if count % 10_000 == 0:
        run.checkpoint(done=count)
