"""Coming and going of members, on record."""

from apps.core.actor import Actor
from apps.core.operations import operation
from apps.organizations.models import Membership


@operation("session.started", requires=None)
def start_session(membership: Membership, *, actor: Actor) -> Membership:
    """Put on record that a member has signed in."""
    return membership


@operation("session.ended", requires=None)
def end_session(membership: Membership, *, actor: Actor) -> Membership:
    """Put on record that a member has signed out."""
    return membership
