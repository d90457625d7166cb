"""Sending e-mail: a job of the lane ``mail``, so that it is tried again, and seen when it fails.

What a letter says is in the job's parameters, and on its page: a letter with a secret in it gets a kind of its own,
whose job makes the secret when it sends.
"""

import asyncio
from collections.abc import Mapping
from typing import Any

from apps.core.actor import Actor
from apps.core.mail import send, write
from apps.jobs.models import Job
from apps.jobs.registry import Look, job
from apps.jobs.run import JobRun
from apps.jobs.services import enqueue

LANE = "mail"
LOOK = Look(noun="e-mail", unit="message")


def post(template: str, to: str, context: Mapping[str, Any], *, what: str, actor: Actor) -> Job:
    """Put a letter on its way, inside the caller's operation: it leaves only if that commits.

    ``template`` and ``context`` (values that JSON knows) as in :func:`apps.core.mail.write`; ``what`` ends the job's
    title, “E-mail to ada@acme.example: …”.
    """
    params = {"template": template, "to": to, "context": dict(context), "what": what}
    return enqueue("mail.send", params=params, lane=LANE, actor=actor)


@job("mail.send", cluster="io", title="E-mail to {to}: {what}", max_attempts=8, look=LOOK, opens=False)
async def send_mail(run: JobRun) -> None:
    """Send what :func:`post` was given. A worker that is killed between sending and its note sends it twice."""
    letter = write(run.params["template"], run.params["to"], run.params["context"])
    await asyncio.to_thread(send, letter)
