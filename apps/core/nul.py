"""The NUL character: PostgreSQL takes no text with it, so nothing that comes in may have one."""

from collections.abc import Iterable
from typing import Any

NUL = "\0"
SENTENCE = "This contains a NUL character, which no text can have."


def fields_with_nul(said: Iterable[tuple[str, Any]]) -> list[str]:
    """Names of the fields with a NUL in them or anywhere in their value. In a name it is shown as ``\\x00``."""
    return [name.replace(NUL, r"\x00") for name, value in said if NUL in name or _has_nul(value)]


def _has_nul(value: Any) -> bool:
    if isinstance(value, str):
        return NUL in value
    if isinstance(value, dict):
        return any(_has_nul(key) or _has_nul(item) for key, item in value.items())
    return isinstance(value, list) and any(map(_has_nul, value))
