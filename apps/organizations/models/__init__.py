"""Tenants, who belongs to them, and with which key."""

from apps.organizations.models.credentials import Credential, CredentialKind, ServiceAccount
from apps.organizations.models.invitations import Invitation, InvitationState, InvitationTeam
from apps.organizations.models.members import Membership
from apps.organizations.models.organizations import FormerAddress, Organization
from apps.organizations.models.sign_in import EmailDomain, OrganizationProvider
from apps.organizations.models.signing import RevokedAccessToken, SigningKey, SigningState
from apps.organizations.models.teams import Grant, Team, TeamMember

__all__ = [
    "Credential",
    "CredentialKind",
    "EmailDomain",
    "FormerAddress",
    "Grant",
    "Invitation",
    "InvitationState",
    "InvitationTeam",
    "Membership",
    "Organization",
    "OrganizationProvider",
    "RevokedAccessToken",
    "ServiceAccount",
    "SigningKey",
    "SigningState",
    "Team",
    "TeamMember",
]
