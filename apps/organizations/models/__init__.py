"""Tenants, who belongs to them, and with which key."""

from apps.organizations.models.members import Membership
from apps.organizations.models.organizations import Organization
from apps.organizations.models.teams import Grant, Team, TeamMember
from apps.organizations.models.tokens import ApiToken

__all__ = ["ApiToken", "Grant", "Membership", "Organization", "Team", "TeamMember"]
