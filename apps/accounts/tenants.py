"""What organizations say about signing in. They lie above this room, so settings name the module that answers."""

from importlib import import_module
from typing import Protocol, cast

from django.conf import settings

from apps.accounts.models import User
from notionhub.settings.providers import Provider


class Tenants(Protocol):
    """Providers that organizations bring; such a :class:`Provider` has a ``realm``."""

    def named(self, key: str) -> Provider | None:
        """The provider with this key, if it is switched on."""

    def for_domain(self, domain: str) -> list[Provider]:
        """Those of the organization that has proved that the domain of e-mail addresses is its own."""

    def vouches_for(self, provider: Provider, email: str) -> bool:
        """Whether it may say that somebody is the person of this (lower-case) address, within its organization."""

    def proved(self, provider: Provider, user: User) -> None:
        """Somebody has come in through it."""


def tenants() -> Tenants:
    return cast(Tenants, import_module(settings.TENANT_PROVIDERS))
