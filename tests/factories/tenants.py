"""Organizations, people and actors, made through the same services as in the product."""

from dataclasses import dataclass, replace

from django.test import Client

from apps.access.roles import ROLES, Role
from apps.accounts.models import User
from apps.core.actor import Actor, ActorKind
from apps.core.tenancy import scope
from apps.organizations.credentials.services import create_token
from apps.organizations.models import Membership, Organization
from apps.organizations.services import add_member, create_organization, system_actor
from tests.factories.browsers import browser_of


@dataclass(frozen=True)
class Tenant:
    """An organization and the ways into it."""

    organization: Organization

    @property
    def slug(self) -> str:
        return self.organization.slug

    @property
    def system(self) -> Actor:
        return system_actor(self.organization)

    def member(self, role: Role, name: str = "") -> User:
        """The member of that role, made on first use. An owner exists from the start."""
        email = f"{name or role}@{self.slug}.example"
        with scope(self.organization.pk):
            found = Membership.objects.select_related("user").filter(user__email=email).first()
            return (found or add_member(email, role=role, actor=self.system)).user

    def actor(self, role: Role) -> Actor:
        user = self.member(role)
        return Actor(
            ActorKind.USER, user.pk, user.name, self.organization.pk, frozenset(ROLES[role]), role, ip="192.0.2.7"
        )

    def browser(self, role: Role) -> Client:
        """A browser in which the member of that role has signed in."""
        return browser_of(self.member(role))

    def api(self, role: Role) -> Client:
        """A program with a token of the member of that role."""
        owner = replace(self.system, label="suite")
        user = self.member(role)
        with scope(self.organization.pk):
            _, secret = create_token(f"{role} token", user, actor=owner)
        return Client(headers={"authorization": f"Bearer {secret}"})


def make_tenant(slug: str = "acme") -> Tenant:
    return Tenant(create_organization(slug.capitalize(), f"owner@{slug}.example", slug=slug))
