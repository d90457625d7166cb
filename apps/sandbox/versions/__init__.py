"""Versions of the API: which the sandbox serves, and which one a request asks for."""

from typing import Final

from apps.sandbox.errors import ApiError
from apps.sandbox.versions.v2022_06_28 import V20220628
from apps.sandbox.versions.v2025_09_03 import V20250903
from apps.sandbox.versions.version import Version

CURRENT: Final = "2026-03-11"
SERVED: Final = {each.name: each for each in (V20220628, V20250903, Version(CURRENT))}
"""Oldest first. Notion itself also takes four versions from before 2022-06-28."""


def choose(header: str | None) -> Version:
    """The version a request asks for. Raises 400 when the header is missing or names a version not served."""
    if header is None:
        raise ApiError(
            400,
            "missing_version",
            "Notion-Version header failed validation: Notion-Version header should be defined, "
            "instead was `undefined`.",
        )
    version = SERVED.get(header)
    if version is None:
        raise ApiError(
            400,
            "validation_error",
            f"Notion-Version header failed validation: Notion-Version header should be {_accepted()}, "
            f'instead was `"{header}"`.',
        )
    return version


def _accepted() -> str:
    *others, newest = (f'`"{name}"`' for name in SERVED)
    return f"{', '.join(others)}, or {newest}"


__all__ = ["CURRENT", "SERVED", "Version", "choose"]
