"""Who belongs to an organization, and as what."""

from apps.access.roles import Permission, Role
from apps.accounts.models import User
from apps.core.actor import Actor
from apps.core.errors import Conflicting
from apps.core.operations import operation
from apps.organizations.models import Membership


@operation("member.added", requires=Permission.MEMBER_ADD)
def add_member(email: str, *, name: str = "", role: Role, actor: Actor) -> Membership:
    """Make the person with this e-mail a member; they sign in with any provider that verifies it."""
    email = email.strip().lower()
    user = User.objects.filter(email=email).first() or User.objects.create_user(email, name)
    if Membership.objects.filter(user=user).exists():
        raise Conflicting(f"{email} is a member already.")
    return Membership.objects.create(user=user, role=role)
