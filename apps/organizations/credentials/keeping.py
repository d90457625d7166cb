"""What can be done with a credential, whoever owns it: the bodies of the operations, which ask for the right first."""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from apps.accounts.models import User
from apps.core.actor import Actor
from apps.core.errors import Conflicting, Invalid
from apps.core.fields import new_public_id
from apps.organizations.credentials.limits import Limits, lifetime
from apps.organizations.credentials.secrets import digest_of, findable
from apps.organizations.credentials.selectors import credential_of
from apps.organizations.models import Credential, CredentialKind, ServiceAccount

ROTATED = ("digest", "prefix", "previous_digest", "previous_expires_at", "expires_at", "rotated_at")
PUBLIC_IDS = {CredentialKind.TOKEN: "tok", CredentialKind.CLIENT: "cli"}


def make(
    kind: CredentialKind,
    name: str,
    secret: str,
    limits: Limits,
    *,
    user: User | None = None,
    account: ServiceAccount | None = None,
) -> Credential:
    return Credential.objects.create(
        public_id=new_public_id(PUBLIC_IDS[kind]),
        kind=kind,
        name=named(name),
        user=user,
        service_account=account,
        prefix=findable(secret),
        digest=digest_of(secret),
        **limits.stored(),
    )


def rotate(
    credential: Credential, secret: str, grace: timedelta | None, expires_at: datetime | None, actor: Actor
) -> None:
    """A new secret and a new lifetime; the old secret works for the grace, but not beyond its own end.

    The secret before the old one, if its grace has not ended, ends now. A credential that rotates itself keeps its
    end, so that a stolen one cannot live on. Raises :class:`Conflicting` and :class:`Invalid`.
    """
    alive(credential)
    now = timezone.now()
    grace = settings.TOKEN_GRACE if grace is None else grace
    if not timedelta() <= grace <= settings.TOKEN_MAX_GRACE:
        most = settings.TOKEN_MAX_GRACE // timedelta(hours=1)
        raise Invalid(f"The old secret can go on for {most} hours at most.", field="grace")
    ends = now + grace
    credential.previous_digest = bytes(credential.digest)
    credential.previous_expires_at = min(ends, credential.expires_at) if credential.expires_at else ends
    credential.prefix, credential.digest = findable(secret), digest_of(secret)
    credential.expires_at = lifetime(Limits(expires_at=expires_at), credential_of(actor)).expires_at
    credential.rotated_at = now
    credential.save(update_fields=[*ROTATED])


def end_previous(credential: Credential) -> None:
    """The secret before the last rotation ends now instead of at its time. Raises :class:`Conflicting`."""
    now = timezone.now()
    if not credential.previous_works(now):
        raise Conflicting("There is no earlier secret that still works.")
    credential.previous_expires_at = now
    credential.save(update_fields=["previous_expires_at"])


def revoke(credential: Credential) -> None:
    if credential.revoked_at is not None:
        raise Conflicting(f"{credential.get_kind_display()} “{credential}” is revoked already.")
    credential.revoked_at = timezone.now()
    credential.save(update_fields=["revoked_at"])


def switch(credential: Credential, on: bool) -> None:
    alive(credential, expired=True)
    credential.is_on = on
    credential.save(update_fields=["is_on"])


def alive(credential: Credential, *, expired: bool = False) -> None:
    """Raises :class:`Conflicting` when it has ended for good."""
    if credential.revoked_at is not None:
        raise Conflicting(f"“{credential}” is revoked. That cannot be undone; make a new one.")
    if not expired and credential.has_expired(timezone.now()):
        raise Conflicting(f"“{credential}” has expired. Make a new one.")


def named(name: str) -> str:
    name = name.strip()
    if not name:
        raise Invalid("Give it a name that says what uses it.", field="name")
    return name[:120]
