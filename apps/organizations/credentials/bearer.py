"""The API's side of the door: what came behind ``Authorization: Bearer``, and who that is.

A token is found by the index of its digest, an access token by its signature; both are checked against their
credential's state, networks and owner at each request, so neither outlives what its owner may do.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeVar, cast

from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from apps.access.roles import Permission
from apps.core.actor import Actor, ActorKind
from apps.core.occurrences import observed, record_event
from apps.core.scopes import scope
from apps.organizations.addresses import client_ip
from apps.organizations.credentials import networks
from apps.organizations.credentials.access_tokens import NotAccepted, read
from apps.organizations.credentials.secrets import digest_of, is_well_formed
from apps.organizations.models import Credential, CredentialKind, Membership, RevokedAccessToken, ServiceAccount
from apps.organizations.standing import limited_by, standing_of, standing_of_account

M = TypeVar("M", bound=Model)
GRAIN = timedelta(minutes=1)
"""How finely the use of a credential is noted, and how often its refusals are put on record."""
REFUSED = observed("credential.refused")
OWNED = Credential.unscoped.select_related("organization", "user", "service_account")


class TurnedAway(Exception):
    """The credential does not let in. ``credential`` is the one that was recognized, if one was."""

    def __init__(self, message: str, *, status: int = 401, credential: Credential | None = None) -> None:
        super().__init__(message)
        self.message, self.status, self.credential = message, status, credential


@dataclass(frozen=True, slots=True)
class Bearer:
    """A credential that may be used now, and what of its rights came along: None for all of them."""

    credential: Credential
    scopes: frozenset[Permission] | None = None


def bearer(request: HttpRequest) -> Bearer:
    """What the request came with. Raises :class:`TurnedAway`."""
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    secret = secret.strip()
    if scheme.lower() != "bearer" or not secret:
        raise TurnedAway("Send an API token: `Authorization: Bearer nh_…`.")
    return _by_access_token(request, secret) if secret.count(".") == 2 else _by_token(request, secret)


def _by_token(request: HttpRequest, secret: str) -> Bearer:
    if not is_well_formed(secret, CredentialKind.TOKEN):
        raise TurnedAway("This is no API token: its end does not fit its beginning. Copy all of it, from `nh_` on.")
    digest = digest_of(secret)
    found = only(OWNED.filter(Q(digest=digest) | Q(previous_digest=digest), kind=CredentialKind.TOKEN))
    if found is None:
        raise TurnedAway("This API token is unknown. It may have been replaced more than once, or belong elsewhere.")
    if bytes(found.digest) != digest and not found.previous_works(timezone.now()):
        raise TurnedAway(replaced(found), credential=found)
    return Bearer(usable(found, request))


def _by_access_token(request: HttpRequest, secret: str) -> Bearer:
    try:
        claims = read(secret)
    except NotAccepted as error:
        raise TurnedAway(str(error)) from None
    found = only(OWNED.filter(public_id=claims.client_id, kind=CredentialKind.CLIENT))
    if found is None or found.organization.public_id != claims.organization:
        raise TurnedAway("The OAuth client that this access token was issued to is gone.")
    if is_withdrawn(claims.jti, found):
        raise TurnedAway("This access token was revoked. Ask for a new one.", credential=found)
    return Bearer(usable(found, request), claims.scopes)


def only(rows: QuerySet[M]) -> M | None:
    """The one row that a unique column gives. Unlike ``first()`` it does not sort, which would cost a third more."""
    return next(iter(rows), None)


def is_withdrawn(jti: str, client: Credential) -> bool:
    with scope(client.organization_id):
        return RevokedAccessToken.objects.filter(jti=jti).exists()


def usable(credential: Credential, request: HttpRequest) -> Credential:
    """The credential, when its state and the caller's address allow its use. Raises :class:`TurnedAway`."""
    if problem := state_problem(credential, timezone.now()):
        raise TurnedAway(problem, credential=credential)
    address = client_ip(request)
    if not networks.allows(credential.networks, address):
        problem = f"“{credential}” may not be used from {address or 'an unknown address'}."
        raise TurnedAway(problem, status=403, credential=credential)
    return credential


def state_problem(credential: Credential, now: datetime) -> str:
    """Why it cannot be used by anybody; empty when it can."""
    account = credential.service_account
    if credential.revoked_at is not None:
        return f"“{credential}” was revoked on {_day(credential.revoked_at)}."
    if credential.has_expired(now):
        return f"“{credential}” expired on {_day(credential.expires_at)}. Make a new one."
    if not credential.is_on:
        return f"“{credential}” is switched off. Whoever manages it can switch it on again."
    if account is not None and not account.is_on:
        return f"The service account “{account}” is switched off."
    return ""


def note_use(credential: Credential, request: HttpRequest) -> None:
    """When and from where it was last used, to the minute."""
    now = timezone.now()
    if credential.last_used_at is None or now - credential.last_used_at > GRAIN:
        Credential.unscoped.filter(pk=credential.pk).update(last_used_at=now, last_used_ip=client_ip(request))


def put_on_record(turned_away: TurnedAway, request: HttpRequest) -> None:
    """One entry per credential and minute: whoever tries on and on fills no log."""
    credential, now = turned_away.credential, timezone.now()
    if credential is None:
        return
    lately = Q(refused_at=None) | Q(refused_at__lt=now - GRAIN)
    if not Credential.unscoped.filter(lately, pk=credential.pk).update(refused_at=now):
        return
    with scope(credential.organization_id):
        actor = actor_of_credential(credential, request)
        record_event(REFUSED, actor, subject=credential, reason=turned_away.message)


def membership_behind(credential: Credential) -> Membership | None:
    """Of the person whose token it is, while they are a member and may sign in; None for a service account's."""
    user = credential.user
    if user is None or not user.is_active:
        return None
    found = only(Membership.unscoped.filter(user=user, organization_id=credential.organization_id))
    if found is not None:
        found.user, found.organization = user, credential.organization
    return found


def actor_of_bearer(came: Bearer, request: HttpRequest, membership: Membership | None) -> Actor:
    """Its owner, limited by the credential and by what the access token carries. ``membership`` is the owner's when it
    is a person."""
    credential = came.credential
    with scope(credential.organization_id):
        if membership is not None:
            owner = standing_of(membership)
        else:
            owner = standing_of_account(cast(ServiceAccount, credential.service_account))
    standing = limited_by(credential, owner)
    if came.scopes is not None:
        standing = standing.limited(came.scopes)
    known = actor_of_credential(credential, request)
    return replace(
        known,
        permissions=standing.permissions,
        grants=standing.grants,
        sees=standing.sees,
        teams=standing.teams,
        role=membership.role if membership else known.role,
    )


def actor_of_credential(credential: Credential, request: HttpRequest) -> Actor:
    """Who comes with it, without any right yet."""
    account, user = credential.service_account, credential.user
    return Actor(
        kind=ActorKind.SERVICE if account else ActorKind.TOKEN,
        id=account.pk if account else credential.pk,
        label=f"{account} (service account)" if account else f"{credential} (token of {user})",
        organization_id=credential.organization_id,
        permissions=frozenset(),
        role=(account.role or "service account") if account else "",
        ref=account.public_id if account else user.public_id if user else "",
        credential=credential.public_id,
        ip=client_ip(request),
        user_agent=request.headers.get("User-Agent", "")[:300],
        request_id=getattr(request, "request_id", ""),
    )


def replaced(credential: Credential) -> str:
    ended = credential.previous_expires_at
    return f"This secret of “{credential}” was replaced, and stopped working on {_day(ended)}. Use the new one."


def _day(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d at %H:%M} UTC" if moment else "an unknown day"
