"""Credentials as pages tell them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from apps.access.roles import Permission
from apps.organizations.credentials.selectors import workspaces_by_key
from apps.organizations.models import Credential, ServiceAccount

SOON = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Row:
    """A credential with what its state is called: ``word`` of the closed vocabulary, empty while all is well, and
    ``text`` as it is shown. ``workspaces``: None for all."""

    credential: Credential
    word: str
    text: str
    permissions: list[str] | None
    workspaces: list[str] | None
    previous_works: bool


def rows(credentials: Iterable[Credential], now: datetime) -> Iterator[Row]:
    known = workspaces_by_key()
    for credential in credentials:
        yield Row(
            credential,
            *_state(credential, now),
            None if credential.permissions is None else labels(credential.held),
            workspaces_of(credential, known),
            credential.previous_works(now),
        )


def labels(held: Iterable[Permission]) -> list[str]:
    """In the order of the table of permissions."""
    named = frozenset(held)
    return [permission.label for permission in Permission if permission in named]


def workspaces_of(row: Credential | ServiceAccount, known: Mapping[int, Any]) -> list[str] | None:
    if row.workspace_ids is None:
        return None
    return [known[key].name for key in row.workspace_ids if key in known]


def _state(credential: Credential, now: datetime) -> tuple[str, str]:
    if credential.revoked_at is not None:
        return "Retired", "Revoked"
    if credential.has_expired(now):
        return "Retired", "Expired"
    if not credential.is_on:
        return "Paused", "Off"
    if credential.service_account is not None and not credential.service_account.is_on:
        return "Paused", "Account off"
    if credential.expires_at is not None and credential.expires_at - now < SOON:
        return "Expiring", "Expiring"
    return "", "On"
