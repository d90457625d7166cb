"""Ceremonies of Web Authentication Level 3 (https://www.w3.org/TR/webauthn-3/), checked by py_webauthn.

A challenge lives in the session, for one answer and five minutes. Passkeys are bound to the host name of this site, so
a site that is opened by an IP address has none (section 5.1.2: an address is no valid domain).
"""

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest
from webauthn import (
    base64url_to_bytes,
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import (
    bytes_to_base64url,
    parse_authentication_credential_json,
    parse_registration_credential_json,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    CredentialDeviceType,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from apps.accounts.models import Passkey, User
from apps.core.errors import Invalid

CHALLENGE = "passkey_challenge"
PATIENCE = 300
LONGEST = 20_000
NOT_PROVED = "The passkey could not be checked. Nothing was changed. Try again; it has to be asked for on this page."
_BROKEN = (WebAuthnException, ValueError, KeyError, TypeError, AttributeError)
"""What the library raises over answers that no authenticator gives."""


@dataclass(frozen=True, slots=True)
class NewPasskey:
    """What an authenticator has made. ``is_synced``: it is kept by an account, not by one device."""

    credential_id: bytes
    public_key: bytes
    count: int
    transports: list[str]
    is_synced: bool


def site() -> str:
    """The host name that passkeys are bound to."""
    return urlsplit(settings.BASE_URL).hostname or ""


def are_possible() -> bool:
    try:
        ip_address(site())
    except ValueError:
        return True
    return False


def creation_options(request: HttpRequest, user: User, known: Sequence[Passkey]) -> str:
    """What ``navigator.credentials.create`` takes, as JSON."""
    options = generate_registration_options(
        rp_id=site(),
        rp_name="NotionHub",
        user_id=user.public_id.encode(),
        user_name=user.email,
        user_display_name=str(user),
        exclude_credentials=_described(known),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED, user_verification=UserVerificationRequirement.PREFERRED
        ),
    )
    _keep(request, "create", options.challenge)
    return options_to_json(options)


def request_options(request: HttpRequest, known: Sequence[Passkey]) -> str:
    """What ``navigator.credentials.get`` takes, as JSON."""
    options = generate_authentication_options(rp_id=site(), allow_credentials=_described(known))
    _keep(request, "get", options.challenge)
    return options_to_json(options)


def made(request: HttpRequest, answer: str) -> NewPasskey:
    """Check what the browser answers to :func:`creation_options` (section 7.1). Raises :class:`Invalid`."""
    challenge = _challenge(request, "create")
    try:
        credential = parse_registration_credential_json(_read(answer))
        checked = verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=site(),
            expected_origin=settings.BASE_URL,
        )
    except _BROKEN as error:
        raise Invalid(NOT_PROVED) from error
    return NewPasskey(
        checked.credential_id,
        checked.credential_public_key,
        checked.sign_count,
        [str(each.value) for each in credential.response.transports or []],
        checked.credential_device_type == CredentialDeviceType.MULTI_DEVICE,
    )


def proved(request: HttpRequest, answer: str, known: Sequence[Passkey]) -> Passkey:
    """Which passkey the browser has used, its count brought up to date and not saved (section 7.2).

    Raises :class:`Invalid`, also when the count says that somebody has a copy of it.
    """
    challenge = _challenge(request, "get")
    try:
        credential = parse_authentication_credential_json(_read(answer))
        used = next((each for each in known if bytes(each.credential_id) == credential.raw_id), None)
        if used is None:
            raise Invalid("This is no passkey of yours that counts here. Use one that you have added to your account.")
        checked = verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=site(),
            expected_origin=settings.BASE_URL,
            credential_public_key=bytes(used.public_key),
            credential_current_sign_count=used.count,
        )
    except _BROKEN as error:
        raise Invalid(NOT_PROVED) from error
    used.count = checked.new_sign_count
    return used


def _described(known: Sequence[Passkey]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(bytes(each.credential_id), transports=_transports(each)) for each in known]


def _transports(passkey: Passkey) -> list[AuthenticatorTransport]:
    names = {each.value for each in AuthenticatorTransport}
    return [AuthenticatorTransport(name) for name in passkey.transports if name in names]


def _keep(request: HttpRequest, what: str, challenge: bytes) -> None:
    request.session[CHALLENGE] = {"what": what, "value": bytes_to_base64url(challenge), "at": time.time()}


def _challenge(request: HttpRequest, what: str) -> bytes:
    kept = request.session.pop(CHALLENGE, None)
    if kept is None or kept["what"] != what or time.time() - kept["at"] > PATIENCE:
        raise Invalid("This page was open for too long. Nothing was changed. Try again.")
    return base64url_to_bytes(kept["value"])


def _read(answer: str) -> str:
    if len(answer) > LONGEST or not isinstance(json.loads(answer), dict):
        raise ValueError("No answer of an authenticator.")
    return answer
