"""Making and ending keys to the API."""

import secrets
from datetime import datetime
from hashlib import sha256

from django.utils import timezone

from apps.access.roles import Permission
from apps.accounts.models import User
from apps.core.actor import Actor
from apps.core.errors import Conflicting, Invalid
from apps.core.operations import operation
from apps.organizations.models import ApiToken, Membership

TOKEN_PREFIX = "nh_"  # noqa: S105  (lets secret scanners find a leaked token)


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
