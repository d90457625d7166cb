"""People come and go. These run before any organization is known, so they are no operations:
the sign-in itself is recorded in each organization of the person by ``organizations.services``."""

from django.db import transaction
from django.utils import timezone

from apps.accounts.models import Identity, User
from apps.accounts.oauth import Claims
from apps.core.errors import Invalid


class NotAdmitted(Invalid):
    """Somebody known may not sign in."""

    def __init__(self, user: User, message: str) -> None:
        super().__init__(message)
        self.user = user


@transaction.atomic
def user_of(claims: Claims) -> User:
    """The person behind an identity; made on first sight.

    A known (issuer, subject) is that person, whatever e-mail it shows now. A new one is linked to the
    person with the same e-mail only if the provider has verified it. Raises :class:`Invalid` when
    there is no verified e-mail to go by, :class:`NotAdmitted` when the person is switched off.
    """
    identity = Identity.objects.select_related("user").filter(issuer=claims.issuer, subject=claims.subject).first()
    if identity is None:
        if not claims.email:
            raise Invalid("Your provider has not verified your e-mail address, so we cannot know you. Verify it there.")
        email = claims.email.strip().lower()
        user = User.objects.filter(email=email).first() or User.objects.create_user(email, claims.name)
        identity = Identity(user=user, issuer=claims.issuer, subject=claims.subject)
    if not identity.user.is_active:
        raise NotAdmitted(identity.user, "This account is switched off. Ask an owner of your organization.")
    identity.email = claims.email
    identity.last_used_at = timezone.now()
    identity.save()
    return identity.user
