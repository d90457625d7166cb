"""Envelope encryption: master key → tenant data key → secret.

AES-256-GCM (NIST SP 800-38D) with a random 96-bit nonce in front of the ciphertext. The associated
data names the organization, the row and the purpose, so that a sealed value copied to another row or
tenant does not open.
"""

import base64
import binascii
import functools
import os
from collections.abc import Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from pydantic import SecretBytes, SecretStr

NONCE = 12


class CannotOpen(Exception):
    """The sealed value was changed, moved, or belongs to a key that is not configured any more."""


def master_keys() -> Mapping[str, SecretBytes]:
    """The configured master keys by id, the one for new wraps first."""
    return _parse(settings.MASTER_KEYS)


@functools.lru_cache(maxsize=4)
def _parse(configured: SecretStr) -> Mapping[str, SecretBytes]:
    keys: dict[str, SecretBytes] = {}
    for number, item in enumerate(configured.get_secret_value().split(","), start=1):
        key_id, _, encoded = item.strip().partition(":")
        try:
            key = base64.b64decode(encoded, validate=True)
        except binascii.Error as error:
            raise ImproperlyConfigured(f"Master key {number} is not valid base64.") from error
        if not key_id or len(key) != 32:
            raise ImproperlyConfigured(f"Master key {number} must read `id:base64 of 32 bytes`.")
        keys[key_id] = SecretBytes(key)
    return keys


def seal(key: SecretBytes, plain: SecretBytes, bound_to: str) -> bytes:
    nonce = os.urandom(NONCE)
    return nonce + AESGCM(key.get_secret_value()).encrypt(nonce, plain.get_secret_value(), bound_to.encode())


def open_sealed(key: SecretBytes, sealed: bytes, bound_to: str) -> SecretBytes:
    """Raises :class:`CannotOpen`; the error never holds the key or the value."""
    try:
        plain = AESGCM(key.get_secret_value()).decrypt(sealed[:NONCE], sealed[NONCE:], bound_to.encode())
    except (InvalidTag, ValueError):
        raise CannotOpen("A stored secret cannot be opened: it was changed, or its key is gone.") from None
    return SecretBytes(plain)
