"""Operations on credentials: those of people (``TOKENS``) and those of service accounts (``CREDENTIALS``)."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import cast

from apps.access.roles import Permission
from apps.accounts.models import User
from apps.core.actor import Actor, ActorKind
from apps.core.errors import Forbidden, Invalid
from apps.core.operations import operation
from apps.organizations.credentials import keeping
from apps.organizations.credentials.limits import Limits, admitted, ensure_no_wider
from apps.organizations.credentials.secrets import new_secret
from apps.organizations.credentials.selectors import credential_of
from apps.organizations.models import Credential, CredentialKind, Membership, ServiceAccount
from apps.organizations.standing import Standing, limited_by, standing_of, standing_of_account


def create_token(name: str, user: User, *, limits: Limits | None = None, actor: Actor) -> tuple[Credential, str]:
    """A new token of a member, and its secret, which is known only now."""
    secret = new_secret(CredentialKind.TOKEN)
    return _create_token(name, user, secret, limits or Limits(), actor=actor), secret


@operation("token.created", requires=Permission.TOKEN_CREATE)
def _create_token(name: str, user: User, secret: str, limits: Limits, *, actor: Actor) -> Credential:
    if actor.kind is not ActorKind.SYSTEM and person_of(actor) != user.pk:
        raise Forbidden("Tokens are made by the person that they belong to, for nobody else.")
    membership = Membership.objects.filter(user=user).first()
    if membership is None:
        raise Invalid("Only a member of this organization can own a token.", field="user")
    limits = admitted(limits, standing_of(membership).somewhere, credential_of(actor))
    return keeping.make(CredentialKind.TOKEN, name, secret, limits, user=user)


def add_credential(
    kind: CredentialKind, name: str, account: ServiceAccount, *, limits: Limits | None = None, actor: Actor
) -> tuple[Credential, str]:
    """A new token or OAuth client of a service account, and its secret, which is known only now."""
    secret = new_secret(kind)
    return _add_credential(name, kind, account, secret, limits or Limits(), actor=actor), secret


@operation("credential.created", requires=Permission.SERVICE_ACCOUNT_MANAGE)
def _add_credential(
    name: str, kind: CredentialKind, account: ServiceAccount, secret: str, limits: Limits, *, actor: Actor
) -> Credential:
    held = standing_of_account(account)
    limits = admitted(limits, held.somewhere, credential_of(actor))
    made = keeping.make(kind, name, secret, limits, account=account)
    ensure_covers(actor, limited_by(made, held))
    return made


@dataclass(frozen=True, slots=True)
class Family:
    """The operations on credentials of one kind of owner. They raise :class:`Forbidden`, :class:`Conflicting` and
    :class:`Invalid`."""

    noun: str
    update: Callable[..., Credential]
    switch: Callable[..., Credential]
    end_previous: Callable[..., Credential]
    revoke: Callable[..., Credential]
    _rotate: Callable[..., Credential]

    def rotate(
        self,
        credential: Credential,
        *,
        grace: timedelta | None = None,
        expires_at: datetime | None = None,
        actor: Actor,
    ) -> tuple[Credential, str]:
        """A new secret, known only now; the old one works until the ``previous_expires_at`` of what is returned."""
        secret = new_secret(credential.kind)
        return self._rotate(credential, secret, grace, expires_at, actor=actor), secret


def _family(
    noun: str, may_make: Permission, may_end: Permission, ensure: Callable[[Credential, Actor], Standing]
) -> Family:
    """``ensure`` refuses who must not have a hand in the credential, and tells what its owner may do."""

    def of_ours(credential: Credential) -> None:
        """The permission that was asked for is that of this family: another's credential is a mistake of the caller."""
        if family_of(credential).noun != noun:
            raise TypeError(f"{credential.public_id} is no {noun}.")

    @operation(f"{noun}.updated", requires=may_make)
    def update(credential: Credential, name: str, limits: Limits, is_on: bool, *, actor: Actor) -> Credential:
        """Another name, other limits, on or off; its end is only changed by a rotation."""
        of_ours(credential)
        keeping.alive(credential)
        owner = ensure(credential, actor)
        limits = admitted(replace(limits, expires_at=None), owner.somewhere, credential_of(actor))
        credential.name, credential.is_on = keeping.named(name), is_on
        limited = replace(limits, expires_at=credential.expires_at).stored()
        for field, value in limited.items():
            setattr(credential, field, value)
        ensure(credential, actor)
        credential.save(update_fields=["name", "is_on", *limited])
        return credential

    @operation(f"{noun}.rotated", requires=may_make)
    def rotate(
        credential: Credential, secret: str, grace: timedelta | None, expires_at: datetime | None, *, actor: Actor
    ) -> Credential:
        of_ours(credential)
        ensure(credential, actor)
        keeping.rotate(credential, secret, grace, expires_at, actor)
        return credential

    @operation(f"{noun}.switched", requires=may_end)
    def switch(credential: Credential, on: bool, *, actor: Actor) -> Credential:
        """Off is refused at once, and can be switched on again."""
        of_ours(credential)
        keeping.switch(credential, on)
        return credential

    @operation(f"{noun}.grace_ended", requires=may_end)
    def end_previous(credential: Credential, *, actor: Actor) -> Credential:
        of_ours(credential)
        keeping.end_previous(credential)
        return credential

    @operation(f"{noun}.revoked", requires=may_end)
    def revoke(credential: Credential, *, actor: Actor) -> Credential:
        """Ends at once; a revoked one never works again."""
        of_ours(credential)
        keeping.revoke(credential)
        return credential

    return Family(noun, update, switch, end_previous, revoke, rotate)


def _own(credential: Credential, actor: Actor) -> Standing:
    """Whoever holds the secret acts as its owner, so nobody else changes a token or gets a new secret of it."""
    if actor.kind is not ActorKind.SYSTEM and person_of(actor) != credential.user_id:
        raise Forbidden("Only the person that a token belongs to can change or rotate it. You can revoke it.")
    ensure_no_wider(credential, credential_of(actor))
    return standing_of(Membership.objects.get(user=credential.user))


def _covered(credential: Credential, actor: Actor) -> Standing:
    ensure_no_wider(credential, credential_of(actor))
    held = standing_of_account(cast(ServiceAccount, credential.service_account))
    ensure_covers(actor, limited_by(credential, held))
    return held


def person_of(actor: Actor) -> int | None:
    """The person who acts, in a browser or with a token."""
    if actor.kind is ActorKind.TOKEN:
        asking = credential_of(actor)
        return asking.user_id if asking else None
    return actor.user_id


def ensure_covers(actor: Actor, other: Standing) -> None:
    """Nobody hands on more than they have. Raises :class:`Forbidden`."""
    own = Standing(actor.permissions, actor.grants)  # type: ignore[arg-type]
    if not own.covers(other):
        raise Forbidden(
            "This service account may do something here that you may not, so you cannot make or change what acts for"
            " it. An owner can."
        )


TOKENS = _family("token", Permission.TOKEN_CREATE, Permission.TOKEN_REVOKE, _own)
CREDENTIALS = _family("credential", Permission.SERVICE_ACCOUNT_MANAGE, Permission.SERVICE_ACCOUNT_MANAGE, _covered)


def family_of(credential: Credential) -> Family:
    return CREDENTIALS if credential.service_account_id else TOKENS


revoke_token = TOKENS.revoke
