"""Sending invitations; erasing an organization."""

import asyncio
import secrets
from functools import partial
from hashlib import sha256

from django.conf import settings
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils import timezone

from apps.accounts.services import forget_realm
from apps.core.errors import NotionHubError
from apps.core.mail import send, write
from apps.jobs.mail import LOOK as MAIL
from apps.jobs.models import Job
from apps.jobs.registry import Look, job
from apps.jobs.run import ComputeRun, JobRun
from apps.organizations.deletion import ERASE
from apps.organizations.erasing import delete_some, files_below, rows_of, tables
from apps.organizations.models import Invitation, InvitationState
from apps.organizations.services.invitations import SEND

STAGES = ("Files", "Rows")
NOT_SENT = "The invitation was accepted or withdrawn before its e-mail left."


def _ended(job: Job) -> str:
    invitation = Invitation.objects.filter(public_id=job.params["invitation"]).first()
    if invitation is None or invitation.state(timezone.now()) is not InvitationState.INVITED:
        return "This invitation has ended. Invite the person again instead."
    return ""


@job(SEND, cluster="io", max_attempts=8, look=MAIL, opens=False, gone=_ended)
async def send_invitation(run: JobRun) -> None:
    """Make a link and send it. Each attempt makes a new one: what an earlier one may have sent stops working."""
    invitation = await run.db(_open_invitation, run.params["invitation"])
    if invitation is None:
        await run.event("info", NOT_SENT)
        return
    secret = secrets.token_urlsafe(32)
    await run.checkpoint(partial(_keep, invitation.pk, digest=sha256(secret.encode()).digest(), problem=""))
    link = settings.BASE_URL + reverse("organizations:invitation", args=[secret])
    context = {
        "organization": invitation.organization.name,
        "role": invitation.role,
        "invited_by": invitation.invited_by,
        "expires_at": invitation.expires_at,
        "email": invitation.email,
        "link": link,
    }
    try:
        await asyncio.to_thread(send, write("invitation", invitation.email, context))
    except NotionHubError as error:
        await run.checkpoint(partial(_keep, invitation.pk, problem=error.message[:300]))
        raise
    await run.checkpoint(partial(_keep, invitation.pk, sent_at=timezone.now()))


def _open_invitation(public_id: str) -> Invitation | None:
    found = Invitation.objects.select_related("organization").filter(public_id=public_id).first()
    return found if found and found.state(timezone.now()) is InvitationState.INVITED else None


def _keep(pk: int, **columns: object) -> None:
    Invitation.objects.filter(pk=pk, accepted_at=None, withdrawn_at=None).update(**columns)


@job(ERASE, cluster="cpu", title="Delete the organization", look=Look("deletion", "row", STAGES), closing=True)
def erase(run: ComputeRun) -> None:
    """Delete all stored files and then all rows, but those that this job stands on itself."""
    folder = run.job.organization.public_id
    for names in files_below(folder):
        for name in names:
            default_storage.delete(name)
        run.checkpoint(stage="Files", done=run.job.done + len(names))
        if run.stopping:
            return
    run.db(partial(forget_realm, folder))
    for table in tables():
        while run.db(rows_of(table, run.job).exists):
            run.checkpoint(partial(delete_some, table, run.job), stage="Rows", done=run.job.done)
            if run.stopping:
                return
