"""Keeping and reading secrets. Callers are operations of other rooms; what they keep is audited there.

A secret is always a ``SecretStr``: it masks itself in reprs, logs and errors.
"""

import os

from django.db import transaction
from pydantic import SecretBytes, SecretStr

from apps.core.fields import new_public_id
from apps.core.tenancy import current_organization_id
from apps.keys.envelope import open_sealed, seal
from apps.keys.keyring import keyring
from apps.keys.models import Secret, TenantKey
from apps.keys.providers.provider import Bound


def keep(value: SecretStr, *, purpose: str) -> Secret:
    """Seal and store a secret of the open scope's organization."""
    key = tenant_key()
    public_id = new_public_id("sec")
    plain = value.get_secret_value()
    sealed = seal(data_key(key), SecretBytes(plain.encode()), bound_of(public_id, purpose))
    return Secret.objects.create(public_id=public_id, purpose=purpose, key=key, sealed=sealed, hint=plain[-4:])


def reveal(secret: Secret) -> SecretStr:
    """The secret's value. Raises :class:`CannotOpen`, and :class:`TransientError` when the key provider is away."""
    bound = bound_of(secret.public_id, secret.purpose)
    return SecretStr(open_sealed(data_key(secret.key), bytes(secret.sealed), bound).get_secret_value().decode())


def forget(secret: Secret) -> None:
    secret.delete()


def prepare() -> None:
    """Have the data key of the open scope's organization at hand: to be called before an operation that keeps secrets,
    because a key provider may be on the other side of a network.
    """
    data_key(tenant_key())


def tenant_key() -> TenantKey:
    """The organization's data key, made on first use."""
    return TenantKey.objects.filter(retired_at=None).first() or new_tenant_key()


def new_tenant_key() -> TenantKey:
    """A data key that nothing is sealed with yet; the one that somebody else has made meanwhile, if so."""
    public_id = new_public_id("dek")
    master_id, wrapped = keyring().wrap(SecretBytes(os.urandom(32)), _key_bound(public_id))
    with transaction.atomic():
        made, _ = TenantKey.objects.get_or_create(
            organization_id=current_organization_id(),
            retired_at=None,
            defaults={"public_id": public_id, "master_key_id": master_id, "wrapped": wrapped},
        )
    return made


def data_key(key: TenantKey) -> SecretBytes:
    """The opened data key. Raises :class:`CannotOpen` and :class:`TransientError`."""
    return keyring().open(key.master_key_id, bytes(key.wrapped), _key_bound(key.public_id))


def wrapped_anew(key: TenantKey) -> tuple[str, bytes]:
    """The same data key, wrapped by the current master key: its id, and the bytes."""
    return keyring().wrap(data_key(key), _key_bound(key.public_id))


def bound_of(public_id: str, purpose: str) -> str:
    """What a secret is bound to."""
    return f"notionhub/secret/{current_organization_id()}/{public_id}/{purpose}"


def _key_bound(public_id: str) -> Bound:
    return Bound(current_organization_id(), public_id)
