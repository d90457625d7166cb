"""The operation that starts a rotation of many workspaces."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import SecretStr

from apps.access.roles import Permission
from apps.core.actor import Actor
from apps.core.errors import Invalid
from apps.core.operations import operation
from apps.jobs.services import enqueue
from apps.keys.services import keep
from apps.workspaces.keys.services import Promotion
from apps.workspaces.keys.versions import hint_of
from apps.workspaces.models import Rotation, RotationItem, RotationMode, Workspace

ROTATE_MANY = "keys.rotate_many"
MOST = 500
PASTED = "notion.pasted_key"


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key that was pasted for whichever workspace it opens."""

    token: SecretStr
    expires_at: datetime | None = None


@operation("rotation.started", requires=Permission.KEY_ROTATE)
def start_rotation(
    keys: Sequence[NewKey] = (),
    refresh: Sequence[Workspace] = (),
    *,
    grace_days: int | None = None,
    actor: Actor,
) -> Rotation:
    """Rotate many workspaces: each pasted key becomes the key of the workspace that it opens, or the tokens of the
    workspaces in ``refresh`` are replaced by Notion. Raises :class:`Invalid`.
    """
    Promotion(grace_days=grace_days).checked()
    count = len(keys) + len(refresh)
    if bool(keys) == bool(refresh):
        raise Invalid("Give either new keys or workspaces whose tokens Notion is to replace.", field="keys")
    if count > MOST:
        raise Invalid(f"At most {MOST} at once. Nothing was started.", field="keys" if keys else "refresh")
    mode = RotationMode.KEYS if keys else RotationMode.REFRESH
    rotation = Rotation.objects.create(mode=mode, grace_days=grace_days, created_by=actor.label[:200])
    for number, key in enumerate(_once(keys), start=1):
        secret = keep(key.token, purpose=PASTED)
        RotationItem.objects.create(
            rotation=rotation, number=number, hint=hint_of(key.token), secret=secret, expires_at=key.expires_at
        )
    for number, workspace in enumerate(refresh, start=1):
        RotationItem.objects.create(rotation=rotation, number=number, workspace=workspace, key=workspace.key)
    job = enqueue(
        ROTATE_MANY,
        params={"rotation": rotation.public_id, "count": rotation.items.count()},
        lane=f"rotation:{rotation.public_id}",
        unique_key=rotation.public_id,
        actor=actor,
    )
    rotation.job = job.public_id
    rotation.save(update_fields=["job"])
    return rotation


def _once(keys: Sequence[NewKey]) -> list[NewKey]:
    """Without those that were pasted twice."""
    return list({key.token.get_secret_value(): key for key in keys}.values())
