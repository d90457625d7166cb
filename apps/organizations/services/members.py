"""Who belongs to an organization, and as what."""

from django.utils import timezone

from apps.access.roles import Permission, Role
from apps.accounts.models import User
from apps.accounts.services import end_in_realm
from apps.core.actor import Actor
from apps.core.errors import Conflicting, Forbidden
from apps.core.operations import operation
from apps.organizations.models import Credential, Membership
from apps.organizations.services.owners import ensure_another_owner, ensure_may_give, in_turn


@operation("member.added", requires=Permission.MEMBER_ADD)
def add_member(email: str, *, name: str = "", role: Role, actor: Actor) -> Membership:
    """Make the person with this e-mail a member; they sign in with any provider that verifies it."""
    ensure_may_give(actor, role)
    email = email.strip().lower()
    user = User.objects.filter(email=email).first() or User.objects.create_user(email, name)
    if Membership.objects.filter(user=user).exists():
        raise Conflicting(f"{email} is a member already.")
    return Membership.objects.create(user=user, role=role)


@operation("member.role_changed", requires=Permission.MEMBER_UPDATE)
def change_role(membership: Membership, role: Role, *, actor: Actor) -> Membership:
    """Give a member another role. Only owners make or unmake owners.

    Raises :class:`Conflicting` when it would leave no owner, :class:`Forbidden`, :class:`SignInAgain`.
    """
    in_turn()
    membership.refresh_from_db()
    if membership.role == role:
        return membership
    ensure_may_give(actor, role, *([Role.OWNER] if membership.role == Role.OWNER else []))
    if role != Role.OWNER:
        ensure_another_owner(membership)
    membership.role = role
    membership.save(update_fields=["role"])
    return membership


@operation("member.removed", requires=Permission.MEMBER_REMOVE)
def remove_member(membership: Membership, *, actor: Actor) -> None:
    """End a membership at once, and with it the member's places in teams and their API tokens.

    Raises :class:`Conflicting` when it would leave no owner, :class:`Forbidden`, :class:`SignInAgain`.
    """
    in_turn()
    membership.refresh_from_db()
    if membership.role == Role.OWNER:
        ensure_may_give(actor, Role.OWNER)
    _end(membership)


@operation("member.left", requires=None)
def leave(membership: Membership, *, actor: Actor) -> None:
    """End one's own membership. Raises :class:`Conflicting` for the last owner, :class:`Forbidden` for another's."""
    if membership.user.public_id != actor.ref:
        raise Forbidden("You can end your own membership only. Nothing was changed.")
    in_turn()
    membership.refresh_from_db()
    _end(membership)


@operation("organization.transferred", requires=Permission.ORGANIZATION_TRANSFER, fresh=True)
def transfer_ownership(heir: Membership, own: Membership, *, actor: Actor) -> Membership:
    """Make another member the owner in one's own place; one stays as an admin.

    ``own`` is the actor's membership. Raises :class:`Conflicting`.
    """
    in_turn()
    heir.refresh_from_db()
    own.refresh_from_db()
    if own.role != Role.OWNER:
        raise Conflicting("You own nothing here that could be handed over. Nothing was changed.")
    if heir.role == Role.OWNER:
        raise Conflicting(f"{heir.user} is an owner already. Nothing was changed.")
    if not heir.user.is_active:
        raise Conflicting(f"The account of {heir.user} is switched off. Nothing was changed.")
    heir.role, own.role = Role.OWNER, Role.ADMIN
    heir.save(update_fields=["role"])
    own.save(update_fields=["role"])
    return heir


def _end(membership: Membership) -> None:
    ensure_another_owner(membership)
    Credential.objects.filter(user=membership.user_id, revoked_at=None).update(revoked_at=timezone.now())
    end_in_realm(membership.user, membership.organization.public_id)
    membership.delete()
