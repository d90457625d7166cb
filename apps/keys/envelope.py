"""Envelope encryption: master key → tenant data key → secret.

AES-256-GCM (NIST SP 800-38D) with a random 96-bit nonce in front of the ciphertext. The associated
data names the organization, the row and the purpose, so that a sealed value copied to another row or
tenant does not open.
"""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic import SecretBytes

from apps.core.errors import NotionHubError

NONCE = 12


class CannotOpen(NotionHubError):
    """The sealed value was changed, moved, or belongs to a key that is not configured any more."""


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
