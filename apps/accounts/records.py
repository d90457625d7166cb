"""What the organizations of a person are told. They lie above this room, so settings name the functions."""

from django.conf import settings
from django.http import HttpRequest
from django.utils.module_loading import import_string

from apps.accounts.models import User
from apps.core.occurrences import observed

REFUSED = observed("session.refused")
RENEWED, REVOKED = observed("session.renewed"), observed("session.revoked")
PASSKEY_ADDED, PASSKEY_REMOVED = observed("passkey.added"), observed("passkey.removed")
CODES_MADE, CODE_USED = observed("recovery_codes.made"), observed("recovery_code.used")


def signed_in(user: User, request: HttpRequest, provider: str) -> None:
    import_string(settings.SIGN_IN_RECORDER)(user, request, provider)


def signed_out(user: User, request: HttpRequest) -> None:
    import_string(settings.SIGN_OUT_RECORDER)(user, request)


def refused(user: User, request: HttpRequest, reason: str, realm: str = "") -> None:
    """Somebody known was kept out. ``realm`` is whose provider had vouched for them."""
    import_string(settings.SIGN_IN_REFUSAL_RECORDER)(user, request, reason, realm)


def noted(event: str, user: User, request: HttpRequest, **details: object) -> None:
    """What a person does with their own account: one of the events above."""
    import_string(settings.ACCOUNT_RECORDER)(event, user, request, details)
