"""The job that rotates many workspaces, one line of the report after the other."""

from collections import Counter
from functools import partial

from django.conf import settings
from pydantic import SecretStr

from apps.core.actor import Actor
from apps.core.errors import ConfigError, NotionHubError, TransientError
from apps.jobs.registry import Look, job
from apps.jobs.run import JobRun
from apps.keys.services import forget, reveal
from apps.notion.errors import NotionError, Unauthorized
from apps.workspaces.keys.jobs import asked_by, write_proof
from apps.workspaces.keys.refreshing import Refresh
from apps.workspaces.keys.services import add_key, promote_key
from apps.workspaces.keys.trying import Trial
from apps.workspaces.models import ItemState, RotationItem, RotationMode, Workspace, WorkspaceKey
from apps.workspaces.models.rotations import OPEN
from apps.workspaces.probe import Probe, ask
from apps.workspaces.rotations.services import ROTATE_MANY

LOOK = Look(
    noun="rotation", unit="key", stages=("Rotate",), result=("rotation", "Open report", "workspaces:rotation_detail")
)
Told = tuple[ItemState, str]


@job(ROTATE_MANY, cluster="io", title="Rotate {count} keys", max_attempts=6, look=LOOK, opens=False)
async def rotate_many(run: JobRun) -> None:
    """Come to every line that is open. One that cannot be done now is tried again with the job."""
    run.result["rotation"] = run.params["rotation"]
    last = run.job.attempt >= run.job.max_attempts
    for item in await run.db(_open_items, run.params["rotation"]):
        if run.stopping:
            return
        state, told = await _Line(run, item).come_to()
        if state is ItemState.RETRYING and last:
            state = ItemState.FAILED
        await run.checkpoint(partial(_settle, item.pk, state, told), stage="Rotate")
        await run.checkpoint(counts=await run.db(_counts, run.params["rotation"]))
        await run.event("info" if state is ItemState.SUCCEEDED else "warning", f"{item.hint or item.number}: {told}")
    if left := await run.db(_left, run.params["rotation"]):
        raise TransientError(f"{left} of the workspaces could not be asked about.")


class _Line:
    """One line of the report."""

    def __init__(self, run: JobRun, item: RotationItem) -> None:
        self._run = run
        self._item = item
        self._actor: Actor = asked_by(run.job)

    async def come_to(self) -> Told:
        """Its new state and the sentence for the report."""
        try:
            if self._item.rotation.mode == RotationMode.REFRESH:
                return await self._refresh()
            return await self._rotate()
        except TransientError as error:
            return ItemState.RETRYING, error.message
        except NotionHubError as error:
            return ItemState.FAILED, error.message

    async def _refresh(self) -> Told:
        if self._item.key_id is None:
            return ItemState.FAILED, "It has no key to refresh."
        await Refresh(self._run.db, self._item.key_id, self._run.job.created_by_label).go()
        return ItemState.SUCCEEDED, "Both tokens are replaced."

    async def _rotate(self) -> Told:
        key = self._item.key or await self._added()
        proof = await Trial(self._run.db, key.pk).run()
        await self._run.checkpoint(partial(write_proof, key.pk, proof))
        if not proof.holds:
            return ItemState.NEEDS_APPROVAL, f"{proof.sentence} The old key stays in use."
        await self._run.checkpoint(partial(_promote, key.pk, self._item.rotation.grace_days, self._actor))
        return ItemState.SUCCEEDED, f"Key {key.number} is in use. {proof.sentence}"

    async def _added(self) -> WorkspaceKey:
        """The pasted key as the next version of the workspace that it opens."""
        token = await self._run.db(_token, self._item.pk)
        try:
            found = await ask(token, settings.NOTION_BASE_URL, settings.NOTION_API_VERSION, None)
        except Unauthorized as error:
            raise ConfigError("Notion does not accept this key.") from error
        except (NotionError, TimeoutError) as error:
            raise TransientError(f"Notion cannot be asked: {error}") from error
        key: WorkspaceKey = await self._run.db(_add, self._item.pk, found, self._actor)
        return key


def _open_items(rotation: str) -> list[RotationItem]:
    rows = RotationItem.objects.filter(rotation__public_id=rotation, state__in=OPEN).order_by("number")
    return list(rows.select_related("rotation", "key__workspace__key"))


def _left(rotation: str) -> int:
    return RotationItem.objects.filter(rotation__public_id=rotation, state__in=OPEN).count()


def _counts(rotation: str) -> dict[str, dict[str, int]]:
    found = Counter(RotationItem.objects.filter(rotation__public_id=rotation).values_list("state", flat=True))
    failed = found[ItemState.FAILED] + found[ItemState.NEEDS_APPROVAL]
    counts = {"seen": found.total(), "done": found[ItemState.SUCCEEDED], "skipped": 0, "capped": 0, "failed": failed}
    return {"key": counts}


def _token(item_id: int) -> SecretStr:
    item = RotationItem.objects.select_related("secret__key").get(pk=item_id)
    if item.secret is None:
        raise ConfigError("This key is no longer kept. Paste it again.")
    return reveal(item.secret)


def _add(item_id: int, found: Probe, actor: Actor) -> WorkspaceKey:
    """May be called twice: the line remembers its key."""
    item = RotationItem.objects.select_related("key__workspace__key", "secret__key").get(pk=item_id)
    if item.key is not None:
        return item.key
    rows = Workspace.objects.filter(base_url=settings.NOTION_BASE_URL, notion_id=found.notion_id)
    workspace = rows.select_related("key").first()
    if workspace is None:
        raise ConfigError(f"This key opens {found.name}, which is not connected here.")
    RotationItem.objects.filter(pk=item.pk).update(workspace=workspace)
    token = _token(item_id)
    key = add_key(workspace, found, token=token, expires_at=item.expires_at, then=None, actor=actor)
    RotationItem.objects.filter(pk=item.pk).update(key=key)
    return key


def _promote(key_id: int, grace_days: int | None, actor: Actor) -> None:
    """May be called twice: a key that is in use already stays so."""
    key = WorkspaceKey.objects.select_related("workspace__key").get(pk=key_id)
    if key.workspace.key_id != key.pk:
        promote_key(key, grace_days=grace_days, actor=actor)


def _settle(item_id: int, state: ItemState, told: str) -> None:
    """Write the line; what was pasted is wiped with its end."""
    item = RotationItem.objects.select_related("secret").get(pk=item_id)
    secret = item.secret if state not in OPEN else None
    item.state, item.told = state, told[:400]
    if secret is not None:
        item.secret = None
    item.save(update_fields=["state", "told", "secret"])
    if secret is not None:
        forget(secret)
