"""An organization whose waiting period is over, step by step; the ticker comes by every few seconds.

What still runs is cancelled, then a job erases files and rows (:mod:`apps.organizations.erasing`), and when that is
done, what is left of it goes together with the organization itself. Each step looks at what there is, so it does not
matter which ticker takes it, or how often one was killed.
"""

import logging
from datetime import datetime, timedelta

from django.db import transaction

from apps.core.errors import Conflicting
from apps.core.tenancy import scope
from apps.jobs.models import ACTIVE, Job, Status
from apps.jobs.services import cancel_job, enqueue, retry_job
from apps.organizations.models import Organization
from apps.organizations.services import system_actor

logger = logging.getLogger(__name__)
ERASE = "organizations.erase"
AT_ONCE = 20
"""Organizations, or jobs of one, that one look deals with."""
AGAIN = timedelta(hours=1)
"""After which an erasing that failed is started again."""


def come_to_due(now: datetime) -> None:
    """Take the next step of each organization that is to be deleted by now."""
    due = Organization.objects.filter(deletes_at__lte=now).order_by("deletes_at")
    for organization in due[:AT_ONCE]:
        with scope(organization.pk):
            _go_on(organization, now)


def _go_on(organization: Organization, now: datetime) -> None:
    if _cancel_all(organization):
        return
    job = Job.objects.filter(kind=ERASE).order_by("-id").first()
    if job is None:
        _start(organization)
    elif job.status == Status.SUCCEEDED:
        _close(organization)
    elif job.finished_at is not None and now - job.finished_at > AGAIN:
        retry_job(job, actor=system_actor(organization, "Deletion"))


def _cancel_all(organization: Organization) -> bool:
    """Whether something still runs; it ends at its next checkpoint."""
    active = Job.objects.filter(status__in=ACTIVE).exclude(kind=ERASE)
    for job in active.filter(cancel_requested=False).order_by("id")[:AT_ONCE]:
        try:
            cancel_job(job, actor=system_actor(organization, "Deletion"))
        except Conflicting:
            continue  # it has ended meanwhile
    return active.exists()


def _start(organization: Organization) -> None:
    enqueue(ERASE, unique_key=ERASE, actor=system_actor(organization, "Deletion"))


def _close(organization: Organization) -> None:
    """By now there is nothing but the job that erased the rest."""
    with transaction.atomic():
        if Organization.objects.select_for_update().filter(pk=organization.pk).exists():
            Job.objects.filter(kind=ERASE).delete()
            organization.delete()
            logger.warning("organization deleted", extra={"organization": organization.public_id})
