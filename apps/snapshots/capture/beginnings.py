"""How a capture begins: for the first time, after an interruption, or for a retry of what is missing."""

from django.utils import timezone

from apps.core.errors import ConfigError
from apps.jobs.models import Job
from apps.snapshots.capture import retries
from apps.snapshots.capture.batch import add_seeds, carry_refusals
from apps.snapshots.models import Snapshot

OTHER_VERSION = (
    "Snapshot {number} was begun with API version {begun}, and the workspace is read with {now} now. Nothing was "
    "changed. Capture again."
)


def refuse_another_version(snapshot: Snapshot, now: str) -> None:
    """A snapshot is read with one version of the API, because ids may differ. Raises ``ConfigError``."""
    begun = snapshot.api_version
    if begun not in ("", now):
        raise ConfigError(OTHER_VERSION.format(number=snapshot.number, begun=begun, now=now))


def organization_of(snapshot: Snapshot) -> str:
    """The public id under which the file store knows the tenant."""
    return str(snapshot.organization.public_id)


def start(snapshot: Snapshot) -> None:
    """The first time, or after an interruption: what is there already stays as it is."""
    now = timezone.now()
    Snapshot.objects.filter(pk=snapshot.pk, started_at__isnull=True).update(started_at=now)
    Snapshot.objects.filter(pk=snapshot.pk, full_at__isnull=True).update(full_at=now)
    add_seeds(snapshot)
    carry_refusals(snapshot)


def start_again(snapshot: Snapshot, job: Job) -> None:
    """What a person wanted to be read again holds for this once."""
    only = str(job.params.get(retries.ONLY, ""))
    retries.reopen(snapshot, only)
    if only:
        kept = {name: value for name, value in job.params.items() if name != retries.ONLY}
        Job.objects.filter(pk=job.pk).update(params=kept)
    start(snapshot)


def refuse_if_outdated(snapshot: Snapshot) -> None:
    """Only the newest snapshot is changed any more. Raises ``ConfigError``."""
    newer = Snapshot.objects.filter(workspace=snapshot.workspace_id, number__gt=snapshot.number)
    if newer.exists():
        raise ConfigError("A newer snapshot of this workspace exists, so this one is not changed any more.")
