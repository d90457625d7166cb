"""Passkeys and recovery codes of a person."""

import secrets

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from apps.accounts.models import Passkey, RecoveryCode, User
from apps.accounts.passkeys import NewPasskey
from apps.core.errors import Conflicting, Invalid
from apps.core.fields import ALPHABET

CODES, CODE_LENGTH = 10, 10
MOST_PASSKEYS = 20
_MISREAD = str.maketrans({"o": "0", "i": "1", "l": "1", "-": "", " ": ""})  # Crockford's base 32


@transaction.atomic
def add_passkey(user: User, new: NewPasskey, *, name: str, realm: str) -> Passkey:
    """Raises :class:`Conflicting` for one that is known, and when there are too many."""
    User.objects.select_for_update().get(pk=user.pk)
    if Passkey.objects.filter(credential_id=new.credential_id).exists():
        raise Conflicting("This passkey is known already. Nothing was added.")
    if Passkey.objects.filter(user=user).count() >= MOST_PASSKEYS:
        raise Conflicting(f"You have {MOST_PASSKEYS} passkeys already. Nothing was added. Remove one first.")
    return Passkey.objects.create(
        user=user,
        realm=realm,
        name=name.strip()[:60] or "Passkey",
        credential_id=new.credential_id,
        public_key=new.public_key,
        count=new.count,
        transports=new.transports,
        is_synced=new.is_synced,
    )


def rename_passkey(passkey: Passkey, name: str) -> None:
    """Raises :class:`Invalid` for an empty name."""
    if not name.strip():
        raise Invalid("Give the passkey a name by which you know it again.", field="name")
    passkey.name = name.strip()[:60]
    passkey.save(update_fields=["name"])


@transaction.atomic
def remove_passkey(passkey: Passkey) -> None:
    """With the last one of its realm the recovery codes go, which would stand for nothing."""
    User.objects.select_for_update().get(pk=passkey.user_id)
    passkey.delete()
    others = Passkey.objects.filter(user=passkey.user_id, realm=passkey.realm)
    if not others.exists():
        RecoveryCode.objects.filter(user=passkey.user_id, realm=passkey.realm).delete()


def note_use(passkey: Passkey) -> None:
    """Keep the count that :func:`apps.accounts.passkeys.proved` has found."""
    passkey.last_used_at = timezone.now()
    passkey.save(update_fields=["count", "last_used_at"])


@transaction.atomic
def make_codes(user: User, realm: str) -> list[str]:
    """Ten recovery codes in place of those that there were. This is the only time that they can be read."""
    User.objects.select_for_update().get(pk=user.pk)
    RecoveryCode.objects.filter(user=user, realm=realm).delete()
    codes = ["".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH)) for _ in range(CODES)]
    RecoveryCode.objects.bulk_create(RecoveryCode(user=user, realm=realm, digest=_digest(user, code)) for code in codes)
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def use_code(user: User, code: str, realm: str) -> None:
    """Use a recovery code up. Raises :class:`Invalid` when it is none, or was used."""
    known = [_digest(user, code, key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
    found = RecoveryCode.objects.filter(user=user, realm__in={"", realm}, digest__in=known, used_at=None)
    if not found.update(used_at=timezone.now()):
        raise Invalid("This is no recovery code of yours, or it was used already. Each one works once.", field="code")


def _digest(user: User, code: str, key: str | bytes | None = None) -> bytes:
    """Under a key that is not in the database: 50 random bits could be guessed from a plain digest in a day."""
    plain = code.strip().lower().translate(_MISREAD)
    return salted_hmac("recovery code", f"{user.public_id}:{plain}", key, algorithm="sha256").digest()
