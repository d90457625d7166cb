"""Operations on the versions of a workspace's key. Notion is asked before or after, by jobs; these only write."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone
from pydantic import SecretStr

from apps.access.roles import Permission
from apps.core.actor import Actor
from apps.core.errors import Conflicting, Invalid
from apps.core.operations import operation
from apps.jobs.models import Job
from apps.jobs.services import enqueue
from apps.keys.services import forget, keep, reveal
from apps.workspaces.keys.proof import Proof, Verdict
from apps.workspaces.keys.versions import ACCESS, REFRESH, end, hint_of, new_version, next_refresh, put_to_use, wipe
from apps.workspaces.models import ConnectionKind, KeyState, Workspace, WorkspaceKey, WorkspaceStatus
from apps.workspaces.probe import Probe

TRY_KEY, REVOKE_KEY, REFRESH_KEY = "keys.try", "keys.revoke_at_notion", "keys.refresh"
PROOF_HOLDS = timedelta(hours=24)
MOST_GRACE = 90


@dataclass(frozen=True, slots=True)
class Promotion:
    """What is to happen once a key is proven. ``despite`` accepts losses, for the reason given."""

    at_once: bool = False
    despite: bool = False
    because: str = ""
    grace_days: int | None = None

    def checked(self) -> "Promotion":
        """Raises :class:`Invalid`."""
        if self.grace_days is not None and not 0 <= self.grace_days <= MOST_GRACE:
            raise Invalid(f"The grace period is 0 to {MOST_GRACE} days.", field="grace_days")
        if self.despite and not self.because.strip():
            raise Invalid("Say why the losses are right: the reason goes to the audit log.", field="because")
        return self

    @property
    def grace(self) -> timedelta:
        return timedelta(days=settings.KEY_GRACE_DAYS if self.grace_days is None else self.grace_days)

    def params(self) -> dict[str, object]:
        grace = self.grace_days
        return {"promote": self.at_once, "despite": self.despite, "because": self.because, "grace_days": grace}


CHECK_ONLY = Promotion()


def lane_of(workspace: Workspace) -> str:
    """What concerns the keys of a workspace happens one after the other, beside the jobs of its own lane."""
    return f"keys:{workspace.public_id}"


@operation("key.added", requires=Permission.KEY_ROTATE)
def add_key(
    workspace: Workspace,
    found: Probe,
    *,
    token: SecretStr,
    refresh: SecretStr | None = None,
    connection: ConnectionKind = ConnectionKind.TOKEN,
    expires_at: datetime | None = None,
    then: Promotion | None = CHECK_ONLY,
    actor: Actor,
) -> WorkspaceKey:
    """Keep a key that was probed as the next version, and have it compared with the one in use.

    ``then`` may have it promoted at once if it loses nothing; None leaves the comparison to the caller. Raises
    :class:`Conflicting` for a key of another workspace, for the one in use, and while another key waits.
    """
    then = then.checked() if then is not None else None
    locked = Workspace.objects.select_for_update(of=("self",)).get(pk=workspace.pk)
    if locked.status == WorkspaceStatus.DISCONNECTED:
        raise Conflicting(f"{locked.name} is disconnected. Nothing was stored. Connect it again instead.")
    if found.notion_id != locked.notion_id:
        raise Conflicting(f"This key opens another workspace, {found.name}. Nothing was stored.")
    _refuse_known(locked, token)
    _refuse_past(expires_at)
    bot = (found.bot_id, found.bot_name)
    key = new_version(
        locked, token, refresh, connection=connection, bot=bot, expires_at=expires_at, added_by=actor.label
    )
    if then is not None:
        _try(key, then, actor)
    return key


def _refuse_known(workspace: Workspace, token: SecretStr) -> None:
    waiting = workspace.keys.filter(promoted_at=None, revoked_at=None).first()
    if waiting is not None:
        raise Conflicting(
            f"Key {waiting.number} waits to be promoted already. Nothing was stored. Promote or discard it first."
        )
    for key in workspace.keys.filter(access_token__isnull=False).select_related("access_token__key"):
        if key.access_token and _same(reveal(key.access_token), token):
            raise Conflicting(f"This is key {key.number}, which is kept here already. Nothing was stored.")


def _same(one: SecretStr, other: SecretStr) -> bool:
    return secrets.compare_digest(one.get_secret_value().encode(), other.get_secret_value().encode())


def _refuse_past(expires_at: datetime | None) -> None:
    if expires_at is not None and expires_at <= timezone.now():
        raise Invalid("The end of the key lies in the past.", field="expires_at")


def _try(key: WorkspaceKey, then: Promotion, actor: Actor) -> Job:
    workspace = key.workspace
    verb = "Rotate the key of" if then.at_once else f"Check key {key.number} of"
    return enqueue(
        TRY_KEY,
        title=f"{verb} {workspace.name}",
        params={"key": key.public_id, "number": key.number, "workspace": workspace.name, **then.params()},
        lane=lane_of(workspace),
        subject=workspace,
        unique_key=key.public_id,
        actor=actor,
    )


@operation("key.check_started", requires=Permission.KEY_ROTATE)
def check_key(key: WorkspaceKey, *, then: Promotion = CHECK_ONLY, actor: Actor) -> Job:
    """Compare a waiting key with the one in use once more. Raises :class:`Conflicting` for any other key."""
    if key.state != KeyState.PENDING:
        raise Conflicting(f"Key {key.number} does not wait to be promoted. Nothing was checked.")
    return _try(key, then.checked(), actor)


@operation("key.discarded", requires=Permission.KEY_ROTATE)
def discard_key(key: WorkspaceKey, *, actor: Actor) -> WorkspaceKey:
    """Wipe a key that was added and is not wanted. Raises :class:`Conflicting` for any other."""
    locked = _locked(key)
    if locked.state != KeyState.PENDING:
        raise Conflicting(f"Key {key.number} is no longer waiting. Nothing was changed.")
    return _over(locked, actor)


@operation("key.promoted", requires=Permission.KEY_ROTATE)
def promote_key(
    key: WorkspaceKey, *, despite: bool = False, because: str = "", grace_days: int | None = None, actor: Actor
) -> WorkspaceKey:
    """Make a proven key the one in use, in one step; the old one stays for the grace period, to go back to.

    Raises :class:`Conflicting` when it was not proven against the key in use within a day, or would lose something
    and nobody has accepted that with a reason.
    """
    plan = Promotion(True, despite, because, grace_days).checked()
    locked = _locked(key)
    workspace = locked.workspace
    proof = proven(locked)
    if not proof.holds and not despite:
        raise Conflicting(f"{proof.sentence} Nothing was changed. Mend it in Notion and check again, or accept it.")
    _retire_later(workspace.key, plan.grace)
    put_to_use(workspace, locked, actor.label, despite=because if not proof.holds else "")
    workspace.bot_id, workspace.bot_name = locked.bot_id or workspace.bot_id, locked.bot_name or workspace.bot_name
    if workspace.status == WorkspaceStatus.ACCESS_LOST:
        workspace.stands()
    workspace.verified_at = proof.made_at
    workspace.save(update_fields=["key", "bot_id", "bot_name", "status", "status_reason", "verified_at"])
    return _refreshed(key)


def proven(key: WorkspaceKey) -> Proof:
    """The proof by which a key may be promoted. Raises :class:`Conflicting` when it has none that holds now."""
    proof = Proof.read(key.proof)
    if key.state != KeyState.PENDING:
        raise Conflicting(f"Key {key.number} is no longer waiting. Nothing was changed.")
    if proof is None:
        raise Conflicting(f"Key {key.number} has not been checked yet. Nothing was changed. Check it first.")
    if proof.verdict in (Verdict.OTHER, Verdict.REFUSED):
        raise Conflicting(f"{proof.sentence} It cannot be promoted. Nothing was changed.")
    current = key.workspace.key
    outdated = current is not None and proof.old is not None and proof.old != current.number
    if outdated or timezone.now() - proof.made_at > PROOF_HOLDS:
        raise Conflicting(f"The check of key {key.number} is outdated. Nothing was changed. Check it again.")
    return proof


@operation("key.restored", requires=Permission.KEY_ROTATE)
def restore_key(key: WorkspaceKey, *, actor: Actor) -> WorkspaceKey:
    """Go back to the old key while its grace lasts. Raises :class:`Conflicting` when it is over."""
    locked = _locked(key)
    workspace = locked.workspace
    if locked.state != KeyState.RETIRING or locked.access_token_id is None:
        raise Conflicting(f"Key {key.number} is not there to go back to. Nothing was changed.")
    _retire_later(workspace.key, timedelta(days=settings.KEY_GRACE_DAYS))
    put_to_use(workspace, locked, actor.label)
    workspace.bot_id, workspace.bot_name = locked.bot_id or workspace.bot_id, locked.bot_name or workspace.bot_name
    workspace.save(update_fields=["key", "bot_id", "bot_name"])
    return _refreshed(key)


@operation("key.retired", requires=Permission.KEY_ROTATE)
def retire_key(key: WorkspaceKey, *, actor: Actor) -> WorkspaceKey:
    """End the grace of an old key. Raises :class:`Conflicting` for any other key."""
    locked = _locked(key)
    if locked.state != KeyState.RETIRING:
        raise Conflicting(f"Key {key.number} is not in its grace period. Nothing was changed.")
    return _over(locked, actor)


@operation("key.revoked", requires=Permission.KEY_REVOKE, fresh=True)
def revoke_key(key: WorkspaceKey, *, because: str, actor: Actor) -> WorkspaceKey:
    """End a key at once, whatever it is used for: running jobs fail with a sentence that says so.

    Raises :class:`Invalid` without a reason, :class:`Conflicting` when it has ended already.
    """
    if not because.strip():
        raise Invalid("Say why: the reason goes to the audit log.", field="because")
    locked = _locked(key)
    if locked.state == KeyState.REVOKED:
        raise Conflicting(f"Key {key.number} has ended already. Nothing was changed.")
    workspace = locked.workspace
    if workspace.key_id == locked.pk:
        workspace.key = None
        workspace.status = WorkspaceStatus.ACCESS_LOST
        told = f"Key {locked.number} was revoked by {actor.label}: {because.strip()}"
        workspace.status_reason = f"{told[:330]} Add a key or connect the workspace again."
        workspace.save(update_fields=["key", "status", "status_reason"])
    return _over(locked, actor)


@operation("key.updated", requires=Permission.KEY_ROTATE)
def set_expiry(key: WorkspaceKey, expires_at: datetime | None, *, actor: Actor) -> WorkspaceKey:
    """Say until when a key is good, as Notion shows it where it was made; None for a key without an end."""
    _refuse_past(expires_at)
    if key.revoked_at is not None:
        raise Conflicting(f"Key {key.number} has ended already. Nothing was changed.")
    key.expires_at, key.reminded_at = expires_at, None
    key.save(update_fields=["expires_at", "reminded_at"])
    return key


@operation("key.refresh_started", requires=Permission.KEY_ROTATE)
def start_refresh(key: WorkspaceKey, *, actor: Actor) -> Job:
    """Have Notion replace both tokens of a key that came by OAuth. Raises :class:`Conflicting` for any other."""
    if key.refresh_token_id is None or key.revoked_at is not None:
        raise Conflicting(f"Key {key.number} did not come by Notion's sign-in, so there is nothing to refresh.")
    workspace = key.workspace
    return enqueue(
        REFRESH_KEY,
        params={"key": key.public_id, "number": key.number, "workspace": workspace.name},
        lane=lane_of(workspace),
        subject=workspace,
        unique_key=key.public_id,
        actor=actor,
    )


@operation("key.refreshed", requires=Permission.KEY_ROTATE)
def store_pair(key: WorkspaceKey, access: SecretStr, refresh: SecretStr, *, actor: Actor) -> WorkspaceKey:
    """Replace both tokens of a key by those that Notion gave for them."""
    old = [secret for secret in (key.access_token, key.refresh_token) if secret is not None]
    key.access_token = keep(access, purpose=ACCESS)
    key.refresh_token = keep(refresh, purpose=REFRESH) if refresh.get_secret_value() else None
    key.hint, key.refreshed_at, key.refreshing_since = hint_of(access), timezone.now(), None
    key.refresh_at = next_refresh() if key.refresh_token is not None else None
    key.save()
    for secret in old:
        forget(secret)
    return key


def _locked(key: WorkspaceKey) -> WorkspaceKey:
    """The key as it is now, its workspace held: all changes of one workspace's keys happen one after the other."""
    Workspace.objects.select_for_update(of=("self",)).get(pk=key.workspace_id)
    related = ("workspace__key", "access_token", "refresh_token")
    return WorkspaceKey.objects.select_related(*related).get(pk=key.pk)


def _refreshed(key: WorkspaceKey) -> WorkspaceKey:
    """The caller's instance tells the same, for the entry in the audit log."""
    key.refresh_from_db()
    return key


def _retire_later(key: WorkspaceKey | None, grace: timedelta) -> None:
    if key is not None:
        key.retires_at = timezone.now() + grace
        key.save(update_fields=["retires_at"])


def _over(key: WorkspaceKey, actor: Actor) -> WorkspaceKey:
    """End it. What came by OAuth is revoked at Notion as well, by a job that wipes it then."""
    end(key, actor.label)
    if not key.is_oauth or key.access_token_id is None:
        wipe(key)
        key.at_notion = "Delete it in Notion as well: only people can do that there." if not key.is_oauth else ""
        key.save(update_fields=["at_notion"])
        return key
    workspace = key.workspace
    enqueue(
        REVOKE_KEY,
        params={"key": key.public_id, "number": key.number, "workspace": workspace.name},
        lane=lane_of(workspace),
        subject=workspace,
        unique_key=key.public_id,
        actor=actor,
    )
    return key
