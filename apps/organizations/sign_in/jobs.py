"""The letter with the code that proves a domain."""

import asyncio
import secrets
from functools import partial

from django.utils import timezone

from apps.core.fields import ALPHABET
from apps.core.mail import send, write
from apps.jobs.mail import LOOK
from apps.jobs.models import Job
from apps.jobs.registry import job
from apps.jobs.run import JobRun
from apps.organizations.models import EmailDomain
from apps.organizations.sign_in.domains import SEND, digest_of

CODE_LENGTH = 12


def _ended(job: Job) -> str:
    found = _waiting(job.params["domain"])
    return "" if found else "This domain was proved or removed. Nothing is left to send."


@job(SEND, cluster="io", max_attempts=8, look=LOOK, opens=False, gone=_ended)
async def send_code(run: JobRun) -> None:
    """Make a code and send it. Each attempt makes a new one: what an earlier one may have sent stops working."""
    domain = await run.db(_waiting, run.params["domain"])
    if domain is None:
        await run.event("info", "The domain was proved or removed before its letter left.")
        return
    code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
    await run.checkpoint(partial(_keep, domain.pk, digest=digest_of(code)))
    context = {
        "organization": domain.organization.name,
        "domain": domain.domain,
        "code": "-".join(code[start : start + 4] for start in range(0, CODE_LENGTH, 4)),
        "expires_at": domain.expires_at,
    }
    await asyncio.to_thread(send, write("email_domain", domain.address, context))
    await run.checkpoint(partial(_keep, domain.pk, sent_at=timezone.now()))


def _waiting(public_id: str) -> EmailDomain | None:
    rows = EmailDomain.objects.select_related("organization")
    return rows.filter(public_id=public_id, verified_at=None, expires_at__gt=timezone.now()).first()


def _keep(pk: int, **columns: object) -> None:
    EmailDomain.objects.filter(pk=pk, verified_at=None).update(**columns)
