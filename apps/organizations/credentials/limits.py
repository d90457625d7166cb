"""What a credential takes away from what its owner may do."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from apps.access.roles import Permission
from apps.core.errors import Forbidden, Invalid
from apps.organizations.credentials.networks import checked, lie_within
from apps.organizations.models import Credential
from apps.organizations.models.credentials import workspace_model


@dataclass(frozen=True, slots=True)
class Limits:
    """``permissions`` and ``workspace_ids`` (primary keys): None takes nothing away. ``networks`` in CIDR notation;
    without any, every address will do. ``expires_at``: None is the usual lifetime."""

    permissions: frozenset[Permission] | None = None
    workspace_ids: frozenset[int] | None = None
    networks: tuple[str, ...] = ()
    expires_at: datetime | None = None

    def stored(self) -> dict[str, object]:
        """As fields of :class:`Credential`."""
        return {
            "permissions": None if self.permissions is None else sorted(self.permissions),
            "workspace_ids": None if self.workspace_ids is None else sorted(self.workspace_ids),
            "networks": list(self.networks),
            "expires_at": self.expires_at,
        }


def limits_of(credential: Credential) -> Limits:
    return Limits(
        None if credential.permissions is None else credential.held,
        None if credential.workspace_ids is None else frozenset(credential.workspace_ids),
        tuple(credential.networks),
        credential.expires_at,
    )


def admitted(wanted: Limits, held: Collection[Permission], asking: Credential | None) -> Limits:
    """The limits of a credential whose owner holds these permissions somewhere, asked for with ``asking``, if not in
    the browser.

    Where nothing is said, it is limited as the one that asks. Raises :class:`Invalid` when it would reach further
    than its owner, than the one that asks, or than the lifetime that this installation allows.
    """
    if wanted.permissions is not None and not wanted.permissions:
        raise Invalid("Name at least one permission, or give all that its owner has.", field="permissions")
    missing = sorted(permission.label for permission in (wanted.permissions or frozenset()) - frozenset(held))
    if missing:
        raise Invalid(f"Its owner may not {missing[0]}, so no credential of theirs can.", field="permissions")
    check_workspaces(wanted.workspace_ids)
    wanted = replace(wanted, networks=tuple(checked(wanted.networks)))
    return lifetime(wanted if asking is None else _within(wanted, limits_of(asking)), asking)


def ensure_no_wider(credential: Credential, asking: Credential | None) -> None:
    """Whoever gets the secret of a credential can do what it can: one that asks must not be the narrower of the two.

    Raises :class:`Forbidden`.
    """
    if asking is None or asking == credential:
        return
    inner, outer = limits_of(credential), limits_of(asking)
    wider = (
        (
            outer.permissions is not None
            and not (inner.permissions is not None and inner.permissions <= outer.permissions)
        ),
        (outer.workspace_ids is not None and not _inside(inner.workspace_ids, outer.workspace_ids)),
        (bool(outer.networks) and not (inner.networks and lie_within(inner.networks, outer.networks))),
    )
    if any(wider):
        raise Forbidden(f"“{credential}” reaches further than “{asking}”, with which you ask. Use the browser.")


def lifetime(wanted: Limits, asking: Credential | None = None) -> Limits:
    """With an end: the one wanted, or the usual one, and never after that of the credential that asks.

    Raises :class:`Invalid`.
    """
    now = timezone.now()
    latest = now + timedelta(days=settings.TOKEN_MAX_DAYS) if settings.TOKEN_MAX_DAYS else None
    outer = asking.expires_at if asking else None
    usual = (now + timedelta(days=settings.TOKEN_DAYS), latest, outer)
    ends_at = wanted.expires_at or min(end for end in usual if end is not None)
    if outer is not None and ends_at > outer:
        raise Invalid(
            f"A token cannot outlive the one that makes it, which ends at {outer.isoformat()}.", field="expires_at"
        )
    if ends_at <= now:
        raise Invalid("The expiry lies in the past.", field="expires_at")
    if latest is not None and ends_at > latest:
        raise Invalid(
            f"Nothing is made here for longer than {settings.TOKEN_MAX_DAYS} days, which is until"
            f" {latest.isoformat(timespec='seconds')}.",
            field="expires_at",
        )
    return replace(wanted, expires_at=ends_at)


def _within(wanted: Limits, outer: Limits) -> Limits:
    """Raises :class:`Invalid` when something is wanted that goes beyond ``outer``."""
    if outer.permissions is not None:
        wanted = replace(wanted, permissions=outer.permissions if wanted.permissions is None else wanted.permissions)
        if not (wanted.permissions or frozenset()) <= outer.permissions:
            raise Invalid("A credential cannot give more permissions than it has itself.", field="permissions")
    if outer.workspace_ids is not None:
        ids = outer.workspace_ids if wanted.workspace_ids is None else wanted.workspace_ids
        wanted = replace(wanted, workspace_ids=ids)
        if not ids <= outer.workspace_ids:
            raise Invalid("A credential cannot give workspaces that it does not reach itself.", field="workspaces")
    if outer.networks:
        wanted = replace(wanted, networks=wanted.networks or outer.networks)
        if not lie_within(wanted.networks, outer.networks):
            raise Invalid("A credential cannot be used from more networks than the one that made it.", field="networks")
    return wanted


def _inside(inner: frozenset[int] | None, outer: frozenset[int]) -> bool:
    return inner is not None and inner <= outer


def check_workspaces(ids: frozenset[int] | None) -> None:
    """All of them exist here and are seen by whoever asks. Raises :class:`Invalid`."""
    if ids is None:
        return
    if not ids:
        raise Invalid("Name at least one workspace, or give all of them.", field="workspaces")
    if workspace_model().objects.filter(pk__in=ids).count() != len(ids):
        raise Invalid("One of the workspaces is not there, or you do not see it.", field="workspaces")
