"""Keeping and reading secrets. Callers are operations of other rooms; what they keep is audited there.

A secret is always a ``SecretStr``: it masks itself in reprs, logs and errors.
"""

import os

from django.db import transaction
from pydantic import SecretBytes, SecretStr

from apps.core.fields import new_public_id
from apps.core.tenancy import current_organization_id
from apps.keys.envelope import CannotOpen, master_keys, open_sealed, seal
from apps.keys.models import Secret, TenantKey


def keep(value: SecretStr, *, purpose: str) -> Secret:
    """Seal and store a secret of the open scope's organization."""
    key = _tenant_key()
    public_id = new_public_id("sec")
    plain = value.get_secret_value()
    sealed = seal(_data_key(key), SecretBytes(plain.encode()), _bound(public_id, purpose))
    return Secret.objects.create(public_id=public_id, purpose=purpose, key=key, sealed=sealed, hint=plain[-4:])


def reveal(secret: Secret) -> SecretStr:
    """The secret's value. Raises :class:`CannotOpen`."""
    bound = _bound(secret.public_id, secret.purpose)
    return SecretStr(open_sealed(_data_key(secret.key), bytes(secret.sealed), bound).get_secret_value().decode())


def forget(secret: Secret) -> None:
    secret.delete()


def _bound(public_id: str, purpose: str) -> str:
    return f"notionhub/secret/{current_organization_id()}/{public_id}/{purpose}"


def _tenant_key() -> TenantKey:
    """The organization's data key, made on first use."""
    found = TenantKey.objects.first()
    if found is not None:
        return found
    public_id = new_public_id("dek")
    master_id, master = next(iter(master_keys().items()))
    wrapped = seal(master, SecretBytes(os.urandom(32)), _key_bound(public_id))
    with transaction.atomic():
        made, _ = TenantKey.objects.get_or_create(
            organization_id=current_organization_id(),
            defaults={"public_id": public_id, "master_key_id": master_id, "wrapped": wrapped},
        )
    return made


def _data_key(key: TenantKey) -> SecretBytes:
    master = master_keys().get(key.master_key_id)
    if master is None:
        raise CannotOpen(f"The master key “{key.master_key_id}” is not configured any more.")
    return open_sealed(master, bytes(key.wrapped), _key_bound(key.public_id))


def _key_bound(public_id: str) -> str:
    return f"notionhub/key/{current_organization_id()}/{public_id}"
