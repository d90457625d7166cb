"""Jobs about keys. They run beside the jobs that use the keys, in a lane of their own per workspace."""

from functools import partial
from typing import Any

from apps.access.roles import Permission
from apps.core.actor import Actor, ActorKind
from apps.core.errors import ConfigError, NotionHubError, TransientError
from apps.jobs.models import Job
from apps.jobs.registry import Look, job
from apps.jobs.run import JobRun
from apps.keys.services import reveal
from apps.notion.errors import NotionError
from apps.workspaces.keys.proof import Proof
from apps.workspaces.keys.refreshing import Refresh
from apps.workspaces.keys.services import REFRESH_KEY, REVOKE_KEY, TRY_KEY, promote_key
from apps.workspaces.keys.trying import Trial
from apps.workspaces.keys.versions import wipe
from apps.workspaces.models import KeyState, WorkspaceKey
from apps.workspaces.oauth import client_for

LOOK = Look(noun="check", unit="key", subject_url="workspaces:detail")
ATTEMPTS = 8


def asked_by(job: Job) -> Actor:
    """Whoever put the job on, for what they were allowed to ask for then."""
    permissions = frozenset({Permission.KEY_ROTATE})
    return Actor(ActorKind.SYSTEM, None, job.created_by_label, job.organization_id, permissions, role="job")


@job(TRY_KEY, cluster="io", title="Check key {number} of {workspace}", max_attempts=ATTEMPTS, look=LOOK, opens=False)
async def try_key(run: JobRun) -> None:
    """Compare a waiting key with the one in use; promote it, if that was asked for and nothing would be lost."""
    key: WorkspaceKey = await run.db(_key, run.params["key"])
    if key.state == KeyState.ACTIVE:
        return
    proof = await Trial(run.db, key.pk).run()
    await run.checkpoint(partial(write_proof, key.pk, proof))
    await run.event("info" if proof.holds else "warning", proof.sentence)
    if run.params["promote"]:
        run.result["key"] = key.public_id
        if not proof.holds and not run.params["despite"]:
            raise ConfigError(f"{proof.sentence} So it was not promoted, and the old key stays in use.")
        await run.checkpoint(partial(_promote, key.pk, run.params, asked_by(run.job)))
        await run.event("info", f"Key {key.number} is in use")


@job(
    REFRESH_KEY,
    cluster="io",
    title="Refresh key {number} of {workspace}",
    max_attempts=ATTEMPTS,
    look=LOOK,
    opens=False,
)
async def refresh_key(run: JobRun) -> None:
    """Have Notion replace both tokens; see :class:`Refresh`."""
    key: WorkspaceKey = await run.db(_key, run.params["key"])
    await Refresh(run.db, key.pk, run.job.created_by_label).go()


@job(
    REVOKE_KEY,
    cluster="io",
    title="Revoke key {number} of {workspace} at Notion",
    max_attempts=ATTEMPTS,
    look=LOOK,
    opens=False,
    closing=True,
)
async def revoke_at_notion(run: JobRun) -> None:
    """Void the tokens at Notion, then wipe them here; here they go even when Notion cannot be asked."""
    key: WorkspaceKey = await run.db(_key, run.params["key"])
    if key.access_token is None:
        return
    token = await run.db(reveal, key.access_token)
    try:
        await client_for(key.workspace.base_url).revoke(token.get_secret_value())
        told = "Revoked at Notion."
    except NotionError as error:
        if error.retryable and run.job.attempt < run.job.max_attempts:
            raise TransientError(f"Notion cannot be asked: {error}", retry_after=error.retry_after) from error
        told = f"Notion did not revoke it ({error.code or type(error).__name__}): remove the connection in Notion."
        await run.event("warning", told)
    await run.checkpoint(partial(_wipe, key.pk, told))


def _key(public_id: str) -> WorkspaceKey:
    related = ("workspace__key", "access_token__key")
    found = WorkspaceKey.objects.select_related(*related).filter(public_id=public_id).first()
    if found is None:
        raise ConfigError("The key of this job is no longer there.")
    return found


def write_proof(key_id: int, proof: Proof) -> None:
    """Bookkeeping: what trying the key gave."""
    WorkspaceKey.objects.filter(pk=key_id).update(proof=proof.stored())


def _promote(key_id: int, params: dict[str, Any], actor: Actor) -> None:
    """May be called twice: a key that is in use already stays so."""
    key = WorkspaceKey.objects.select_related("workspace__key").get(pk=key_id)
    if key.state == KeyState.ACTIVE:
        return
    asked = {name: params[name] for name in ("despite", "because", "grace_days")}
    try:
        promote_key(key, **asked, actor=actor)
    except NotionHubError as error:
        raise ConfigError(error.message) from error


def _wipe(key_id: int, told: str) -> None:
    key = WorkspaceKey.objects.select_related("access_token", "refresh_token").get(pk=key_id)
    key.at_notion = told[:300]
    key.save(update_fields=["at_notion"])
    wipe(key)
