"""Errors of the engine itself. What a job may raise to decide its fate is in :mod:`apps.core.errors`."""

from apps.core.errors import NotionHubError


class LeaseLost(Exception):
    """Somebody else has this lane or job now, or may have: stop, and write nothing more."""


class CancelledByUser(Exception):
    """Somebody asked for an end; raised by ``run.raise_if_cancelled()``."""


class UnknownKind(LookupError):
    """No job function is registered under this name."""


class DeadlyJob(NotionHubError):
    """Its worker died again and again while it made no progress; going on would kill the next one."""
