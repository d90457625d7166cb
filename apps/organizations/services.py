"""Operations on an organization, its people and its API tokens."""

import secrets
from datetime import datetime
from hashlib import sha256

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from apps.access.roles import SYSTEM, Permission, Role
from apps.accounts.models import User
from apps.core.actor import Actor, ActorKind
from apps.core.errors import Conflicting, Invalid
from apps.core.operations import operation
from apps.core.tenancy import scope
from apps.organizations.models import ApiToken, Membership, Organization

TOKEN_PREFIX = "nh_"  # noqa: S105  (lets secret scanners find a leaked token)


def system_actor(organization: Organization, label: str = "NotionHub") -> Actor:
    """The installation itself: commands run by its operator, schedules, the demo."""
    return Actor(ActorKind.SYSTEM, None, label, organization.pk, frozenset(SYSTEM), role="system")


@transaction.atomic
def create_organization(name: str, owner_email: str, *, owner_name: str = "", slug: str = "") -> Organization:
    """A new tenant with its first owner; for the operator of the installation.

    Raises :class:`Invalid` when the slug is taken or the name gives none.
    """
    slug = slug or slugify(name)[:60]
    if not slug:
        raise Invalid("The name gives no address: use letters or digits.", field="name")
    if Organization.objects.filter(slug=slug).exists():
        raise Invalid(f"There is an organization at /o/{slug}/ already.", field="slug")
    organization = Organization.objects.create(name=name, slug=slug)
    with scope(organization.pk):
        actor = system_actor(organization)
        _organization_created(organization, actor=actor)
        add_member(owner_email, name=owner_name, role=Role.OWNER, actor=actor)
    return organization


@operation("organization.created", requires=None)
def _organization_created(organization: Organization, *, actor: Actor) -> Organization:
    return organization


@operation("member.added", requires=Permission.MEMBER_ADD)
def add_member(email: str, *, name: str = "", role: Role, actor: Actor) -> Membership:
    """Make the person with this e-mail a member; they sign in with any provider that verifies it."""
    email = email.strip().lower()
    user = User.objects.filter(email=email).first() or User.objects.create_user(email, name)
    if Membership.objects.filter(user=user).exists():
        raise Conflicting(f"{email} is a member already.")
    return Membership.objects.create(user=user, role=role)


@operation("session.started", requires=None)
def start_session(membership: Membership, *, actor: Actor) -> Membership:
    """Put on record that a member has signed in."""
    return membership


@operation("session.ended", requires=None)
def end_session(membership: Membership, *, actor: Actor) -> Membership:
    """Put on record that a member has signed out."""
    return membership


def create_token(name: str, user: User, *, expires_at: datetime | None = None, actor: Actor) -> tuple[ApiToken, str]:
    """A new token for a member and its secret, which is known only now."""
    secret = TOKEN_PREFIX + secrets.token_urlsafe(32)
    return _create_token(name, user.pk, secret, expires_at, actor=actor), secret


@operation("token.created", requires=Permission.TOKEN_CREATE)
def _create_token(name: str, user_id: int, secret: str, expires_at: datetime | None, *, actor: Actor) -> ApiToken:
    name = name.strip()
    if not name:
        raise Invalid("Give the token a name that says what uses it.", field="name")
    if expires_at is not None and expires_at <= timezone.now():
        raise Invalid("The expiry lies in the past.", field="expires_at")
    if not Membership.objects.filter(user_id=user_id).exists():
        raise Invalid("Only a member of this organization can own a token.", field="user")
    return ApiToken.objects.create(
        name=name[:120],
        user_id=user_id,
        prefix=secret[:10],
        digest=sha256(secret.encode()).digest(),
        expires_at=expires_at,
    )


@operation("token.revoked", requires=Permission.TOKEN_REVOKE)
def revoke_token(token: ApiToken, *, actor: Actor) -> ApiToken:
    """Ends at once; a revoked token never works again."""
    if token.revoked_at is not None:
        raise Conflicting("This token is revoked already.")
    token.revoked_at = timezone.now()
    token.save(update_fields=["revoked_at"])
    return token
