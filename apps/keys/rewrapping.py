"""A new master key takes over: each organization's data key is wrapped anew, while everybody goes on reading.

A data key is small and its secrets stay as they are, so there is nothing to stop for: the row is replaced in one
conditional update, and whoever read the old one a moment ago still opens it, because the old master key is listed
until it wraps nothing. Killed at any point it has done some, and goes on with the rest.

A new data key is more: all secrets of the organization are sealed anew, some at a time.
"""

from collections import Counter
from collections.abc import Iterator

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone
from pydantic import SecretBytes

from apps.access.roles import Permission
from apps.core.actor import Actor, ActorKind
from apps.core.operations import operation
from apps.core.tenancy import current_organization_id
from apps.keys.envelope import open_sealed, seal
from apps.keys.keyring import keyring
from apps.keys.models import Secret, TenantKey
from apps.keys.services import bound_of, data_key, new_tenant_key, tenant_key, wrapped_anew

AT_ONCE = 100
"""Secrets that one transaction seals anew."""


def rewrapper() -> Actor:
    """The installation itself, which has another master key now."""
    permissions = frozenset({Permission.KEY_ROTATE})
    return Actor(ActorKind.SYSTEM, None, "Master key rotation", current_organization_id(), permissions, role="system")


def in_use() -> dict[str, int]:
    """How many data keys each master key wraps, over all organizations; also those that are not configured."""
    rows = TenantKey.unscoped.values_list("master_key_id").annotate(count=Count("pk")).order_by()
    found = Counter(dict(rows))
    return {master: found.get(master, 0) for master in dict.fromkeys((*keyring().ids, *found))}


def behind(limit: int) -> Iterator[tuple[int, int]]:
    """Organizations with a data key that the current master key does not wrap, or one that is being retired."""
    old = TenantKey.unscoped.filter(~Q(master_key_id=keyring().current) | Q(retired_at__isnull=False))
    yield from old.order_by("pk").values_list("organization", "pk")[:limit]


def rewrap() -> int:
    """Wrap the data keys of the open scope's organization by the current master key; how many there were.

    Raises :class:`CannotOpen` where the old one is not listed any more, :class:`TransientError`.
    """
    old = list(TenantKey.objects.exclude(master_key_id=keyring().current))
    for key in old:
        master_id, wrapped = wrapped_anew(key)  # may ask a service: before the operation
        replace_wrap(key, master_id, wrapped, actor=rewrapper())
    return len(old)


@operation("data_key.rewrapped", requires=Permission.KEY_ROTATE)
def replace_wrap(key: TenantKey, master_id: str, wrapped: bytes, *, actor: Actor) -> TenantKey:
    """Write down that a data key is wrapped by another master key. Somebody who was faster is left as they are."""
    mine = TenantKey.objects.filter(pk=key.pk, master_key_id=key.master_key_id)
    mine.update(master_key_id=master_id, wrapped=wrapped)
    key.refresh_from_db()
    return key


@operation("data_key.renewed", requires=Permission.KEY_ROTATE, fresh=True)
def renew_data_key(key: TenantKey, *, actor: Actor) -> TenantKey:
    """Seal new secrets with a new data key from now on; :func:`reseal` moves those that there are."""
    TenantKey.objects.filter(pk=key.pk, retired_at=None).update(retired_at=timezone.now())
    key.refresh_from_db()
    return new_tenant_key()


def reseal() -> int:
    """Seal up to ``AT_ONCE`` secrets of a retired data key with the current one; how many. Wipes keys without any."""
    current = tenant_key()
    fresh = data_key(current)
    some = list(Secret.objects.filter(key__retired_at__isnull=False).select_related("key").order_by("pk")[:AT_ONCE])
    opened = [(secret, data_key(secret.key)) for secret in some]
    with transaction.atomic():
        for secret, old in opened:
            _reseal(secret, old, current, fresh)
        if not some:
            TenantKey.objects.filter(retired_at__isnull=False).delete()
    return len(some)


def _reseal(secret: Secret, old: SecretBytes, current: TenantKey, fresh: SecretBytes) -> None:
    bound = bound_of(secret.public_id, secret.purpose)
    sealed = seal(fresh, open_sealed(old, bytes(secret.sealed), bound), bound)
    # Both columns at once: whoever reads the row has a key and a value that belong together.
    Secret.objects.filter(pk=secret.pk, key=secret.key_id).update(key=current, sealed=sealed)
