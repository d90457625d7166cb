"""How a secret looks: a prefix that scanners find, 256 random bits, and a checksum that catches a slip of the hand.

``nh_`` starts a token, ``nhc_`` the secret of an OAuth client; 43 characters of base 62 and six more of their CRC-32
follow. What does not fit is refused without asking the database.
"""

import re
import secrets
import string
import zlib
from hashlib import sha256

from apps.organizations.models import CredentialKind

ALPHABET = string.digits + string.ascii_uppercase + string.ascii_lowercase
RANDOM = 43  # 62 ** 43 > 2 ** 256
CHECK = 6  # 62 ** 6 > 2 ** 32
PREFIXES: dict[str, str] = {CredentialKind.TOKEN: "nh_", CredentialKind.CLIENT: "nhc_"}
SHOWN = 7
SHAPE = re.compile(rf"(nhc?_[0-9A-Za-z]{{{RANDOM}}})([0-9A-Za-z]{{{CHECK}}})")


def new_secret(kind: str) -> str:
    body = PREFIXES[kind] + "".join(secrets.choice(ALPHABET) for _ in range(RANDOM))
    return body + _checksum(body)


def is_well_formed(secret: str, kind: str) -> bool:
    """Whether it can be a secret of that kind at all: a slip of the hand or a cut end is found out here."""
    shape = SHAPE.fullmatch(secret)
    return shape is not None and secret.startswith(PREFIXES[kind]) and shape[2] == _checksum(shape[1])


def digest_of(secret: str) -> bytes:
    """What is stored. A plain hash is enough: nobody guesses 256 random bits."""
    return sha256(secret.encode()).digest()


def findable(secret: str) -> str:
    """The beginning, by which its owner finds it again in a list or a log."""
    return secret[: secret.index("_") + 1 + SHOWN]


def _checksum(body: str) -> str:
    rest, digits = zlib.crc32(body.encode()), ""
    for _ in range(CHECK):
        rest, digit = divmod(rest, len(ALPHABET))
        digits = ALPHABET[digit] + digits
    return digits
