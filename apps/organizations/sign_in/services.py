"""Operations on how members sign in. Whoever can change this can become anybody here, so all of it takes a fresh
sign-in."""

from django.conf import settings
from django.db import models
from pydantic import SecretStr

from apps.access.roles import Permission
from apps.accounts import passkeys
from apps.accounts.models import Ended, SignIn
from apps.accounts.services import end
from apps.core.actor import Actor
from apps.core.errors import Conflicting, Invalid
from apps.core.operations import operation
from apps.keys.services import forget, keep
from apps.organizations.models import Organization, OrganizationProvider
from apps.organizations.services.owners import in_turn

PURPOSE = "sign-in provider"
MOST = 10
UNPROVED = (
    "Nobody can be made to use a provider by which no owner has ever come in: it might lock everybody out. Nothing was"
    " changed. Sign in through it once as an owner, then require it."
)
NEEDED = (
    "Members of this organization come in by its own provider alone, and this is the last one that works. Nothing was"
    " changed. Lift that rule first."
)


@operation("sign_in.provider_added", requires=Permission.SIGN_IN_MANAGE, fresh=True)
def add_provider(
    label: str, issuer: str, client_id: str, client_secret: SecretStr, *, actor: Actor
) -> OrganizationProvider:
    """Let members sign in through a provider of the organization's own; ``issuer`` is what ``examine`` gave.

    Raises :class:`Invalid`, :class:`Conflicting`.
    """
    in_turn()
    if OrganizationProvider.objects.count() >= MOST:
        raise Conflicting(f"There are {MOST} providers already. Nothing was added. Remove one first.")
    if OrganizationProvider.objects.filter(issuer=issuer).exists():
        raise Conflicting("This issuer is one of your providers already. Nothing was added; change that one.")
    return OrganizationProvider.objects.create(
        label=_text(label, "label"),
        issuer=issuer,
        client_id=_text(client_id, "client_id"),
        secret=keep(_secret(client_secret), purpose=PURPOSE),
    )


@operation("sign_in.provider_updated", requires=Permission.SIGN_IN_MANAGE, fresh=True)
def update_provider(
    provider: OrganizationProvider,
    *,
    label: str | None = None,
    client_id: str | None = None,
    client_secret: SecretStr | None = None,
    is_on: bool | None = None,
    actor: Actor,
) -> OrganizationProvider:
    """Change what is given. Its issuer stays: people are known by it. Switching it off ends the sign-ins through it.

    Raises :class:`Invalid`, :class:`Conflicting`.
    """
    in_turn()
    provider.refresh_from_db()
    if label is not None:
        provider.label = _text(label, "label")
    if client_id is not None:
        provider.client_id = _text(client_id, "client_id")
    old = provider.secret
    if client_secret is not None:
        provider.secret = keep(_secret(client_secret), purpose=PURPOSE)
    if is_on is False and provider.is_on:
        _ensure_not_needed(provider)
        _end_sign_ins(provider)
    provider.is_on = provider.is_on if is_on is None else is_on
    provider.save()
    if old != provider.secret:
        forget(old)
    return provider


@operation("sign_in.provider_removed", requires=Permission.SIGN_IN_MANAGE, fresh=True)
def remove_provider(provider: OrganizationProvider, *, actor: Actor) -> OrganizationProvider:
    """Forget a provider; the sign-ins through it end at once. Raises :class:`Conflicting` for one that is needed."""
    in_turn()
    _ensure_not_needed(provider)
    _end_sign_ins(provider)
    secret = provider.secret
    provider.delete()
    forget(secret)
    return provider


@operation("sign_in.rules_updated", requires=Permission.SIGN_IN_MANAGE, fresh=True)
def set_rules(
    organization: Organization,
    *,
    own_provider_only: bool | None = None,
    second_factor_required: bool | None = None,
    actor: Actor,
) -> Organization:
    """Say what members have to show before they enter. It holds from their next request.

    Raises :class:`Conflicting` when nobody could enter any more.
    """
    in_turn()
    organization.refresh_from_db()
    if own_provider_only and not organization.own_provider_only and not _working().exists():
        raise Conflicting(UNPROVED)
    if second_factor_required and not passkeys.are_possible():
        raise Conflicting(
            f"This site is opened by an IP address, {settings.BASE_URL}, and passkeys are bound to a host name."
            " Nothing was changed."
        )
    if own_provider_only is not None:
        organization.own_provider_only = own_provider_only
    if second_factor_required is not None:
        organization.second_factor_required = second_factor_required
    organization.save(update_fields=["own_provider_only", "second_factor_required"])
    return organization


def _working() -> models.QuerySet[OrganizationProvider]:
    return OrganizationProvider.objects.filter(is_on=True, proved_at__isnull=False)


def _ensure_not_needed(provider: OrganizationProvider) -> None:
    if provider.organization.own_provider_only and not _working().exclude(pk=provider.pk).exists():
        raise Conflicting(NEEDED)


def _end_sign_ins(provider: OrganizationProvider) -> None:
    end(SignIn.objects.filter(provider=provider.public_id), Ended.BY_ORGANIZATION)


def _text(given: str, field: str) -> str:
    text = given.strip()
    if not text:
        raise Invalid("Give it a value. Nothing was saved.", field=field)
    return text


def _secret(given: SecretStr) -> SecretStr:
    if not given.get_secret_value().strip():
        raise Invalid("Give the client secret. Nothing was saved.", field="client_secret")
    return given
