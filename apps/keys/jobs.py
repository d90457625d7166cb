"""The background part of a rotation: one job per organization, put on by the ticker."""

import logging
from datetime import datetime, timedelta

from django.utils import timezone

from apps.core.errors import ConfigError, Conflicting
from apps.core.tenancy import scope
from apps.jobs.models import Job
from apps.jobs.registry import Look, job
from apps.jobs.run import ComputeRun
from apps.jobs.services import enqueue
from apps.keys.envelope import CannotOpen
from apps.keys.rewrapping import behind, reseal, rewrap, rewrapper

logger = logging.getLogger(__name__)
REWRAP = "keys.rewrap"
AT_ONCE = 100
AGAIN = timedelta(hours=1)
"""After which an organization whose job failed is tried again."""


@job(REWRAP, cluster="cpu", title="Protect the stored keys anew", look=Look(noun="rotation", unit="secret"))
def rewrap_keys(run: ComputeRun) -> None:
    """Wrap the data key by the current master key, and seal with the current data key what an old one seals."""
    try:
        rewrap()
        while sealed := reseal():
            run.checkpoint(done=run.job.done + sealed)
            if run.stopping:
                return
    except CannotOpen as error:
        raise ConfigError(f"{error.message} List it in NOTIONHUB_MASTER_KEYS until it wraps nothing.") from error


def rewrap_due(now: datetime) -> None:
    """A chore of the ticker: put on the job of each organization that is behind."""
    for organization_id, _ in behind(AT_ONCE):
        with scope(organization_id):
            if Job.objects.filter(kind=REWRAP, finished_at__gt=timezone.now() - AGAIN).exclude(error="").exists():
                continue
            try:
                enqueue(REWRAP, unique_key=REWRAP, actor=rewrapper())
            except Conflicting as error:
                logger.info("keys not protected anew", extra={"reason": error.message})
