"""What the audit log may show of a value: decided by its type first, then by how it looks, then by its name.

The result is plain JSON that every database gives back as it was put in, so that its digest stays the same: no NUL, no
lone surrogate, no number that a database would write differently.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

from django.db import models
from pydantic import SecretBytes, SecretStr

HIDDEN = "[secret]"
DEEPEST = 12
LONGEST = 10_000
"""Characters of one text that the log keeps."""
_TOLD = (datetime, date, time, timedelta, Decimal, UUID)
_WORD = r"(?<![A-Za-z0-9_-])"
_LOOKS_SECRET = re.compile(
    "|".join(
        (
            _WORD + r"nh[a-z]{0,3}_[A-Za-z0-9_-]{16,}",  # ours
            _WORD + r"(?:ntn|secret|nrt|nat)_[A-Za-z0-9]{20,}",  # Notion's: connections, and their refresh tokens
            _WORD + r"eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*",  # a JWT (RFC 7519)
            r"(?<=://)[^/\s:@]*:[^/\s@]+(?=@)",  # user and password of an address
            r"(?i:(?<=bearer )|(?<=basic ))[A-Za-z0-9._~+/=-]{8,}",
            r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)",
        )
    ),
    re.DOTALL,
)
_SECRET_NAMES = re.compile(
    r"(?:^|_)(?:password|passphrase|secret|private_key|api_key|authorization|cookie|access_token|refresh_token"
    r"|id_token|code_verifier|client_secret)$",
    re.IGNORECASE,
)


def plain(value: Any, depth: int = 0) -> Any:
    """The value as JSON without what is secret. What has an unknown type shows its type only."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, Enum):
        return plain(value.value, depth)
    if isinstance(value, str):
        return scrubbed(value)
    if isinstance(value, int | float):
        return _number(value)
    if depth >= DEEPEST:
        return "[nested too deeply]"
    if isinstance(value, Mapping):
        return {scrubbed(str(key)): _named(str(key), item, depth) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item, depth + 1) for item in value]
    if isinstance(value, set | frozenset):
        return sorted((plain(item, depth + 1) for item in value), key=str)
    return _typed(value)


def scrubbed(text: str) -> str:
    """The text without anything that looks like a token of ours, of Notion's, a password in an address or a key."""
    text = _LOOKS_SECRET.sub(HIDDEN, text[:LONGEST])
    if text.isascii():
        return text.replace("\0", "�")
    return text.replace("\0", "�").encode("utf-8", "replace").decode()


def _named(name: str, value: Any, depth: int) -> Any:
    if value and isinstance(value, str) and _SECRET_NAMES.search(name):
        return HIDDEN
    return plain(value, depth + 1)


def _number(value: int | float) -> Any:
    if isinstance(value, int):
        return value if -(2**63) <= value < 2**63 else str(value)
    written = repr(value)
    return value + 0.0 if "e" not in written and "n" not in written else written  # also makes -0.0 a plain 0.0


def _typed(value: Any) -> Any:
    if isinstance(value, SecretStr | SecretBytes):
        return HIDDEN if value.get_secret_value() else ""
    if isinstance(value, bytes | bytearray | memoryview):
        return f"[{len(value)} bytes]"
    if isinstance(value, models.Model):
        return str(getattr(value, "public_id", None) or value.pk)
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return str(value) if isinstance(value, _TOLD) else f"[{type(value).__name__}]"
