"""People come and go. These run before any organization is known, so they are no operations:
the sign-in itself is recorded in each organization of the person by ``organizations.services``."""

from django.db import transaction
from django.utils import timezone

from apps.accounts.models import Identity, Passkey, RecoveryCode, SignIn, User
from apps.accounts.oauth import Claims
from apps.accounts.tenants import tenants
from apps.core.errors import Invalid

NOT_OURS = (
    "{label} says that you are {email}. That address belongs to nobody in {realm}. Ask an owner or admin of {realm} to"
    " invite it."
)


class NotAdmitted(Invalid):
    """Somebody known may not sign in."""

    def __init__(self, user: User, message: str) -> None:
        super().__init__(message)
        self.user = user


@transaction.atomic
def user_of(claims: Claims) -> User:
    """The person behind an identity; made on first sight.

    A known (realm, issuer, subject) is that person, whatever e-mail it shows now. A new one is linked to the person
    with the same e-mail only if the provider has verified it, and an organization's provider may only speak of that
    organization's people. Raises :class:`Invalid` when there is no such e-mail to go by, :class:`NotAdmitted` when
    the person is switched off.
    """
    realm, email = claims.provider.realm, claims.email.strip().lower()
    known = Identity.objects.select_related("user").filter(realm=realm, issuer=claims.issuer, subject=claims.subject)
    identity = known.first()
    if identity is None:
        user = _person(claims, email)
        identity = Identity(user=user, realm=realm, issuer=claims.issuer, subject=claims.subject)
    if not identity.user.is_active:
        raise NotAdmitted(identity.user, "This account is switched off. Ask an owner of your organization.")
    identity.email = email
    identity.last_used_at = timezone.now()
    identity.save()
    return identity.user


@transaction.atomic
def forget_realm(realm: str) -> None:
    """Forget what the providers of an organization have said, when it is no more: the people stay."""
    for table in (Identity, SignIn, Passkey, RecoveryCode):
        table._default_manager.filter(realm=realm).delete()


def _person(claims: Claims, email: str) -> User:
    provider = claims.provider
    if not email:
        raise Invalid("Your provider has not verified your e-mail address, so we cannot know you. Verify it there.")
    if provider.realm and not tenants().vouches_for(provider, email):
        raise Invalid(NOT_OURS.format(label=provider.label, email=email[:100], realm=provider.realm_name))
    return User.objects.filter(email=email).first() or User.objects.create_user(email, claims.name)
