"""From an error of the Notion client to what becomes of the object, or of the whole capture."""

from apps.core.errors import ConfigError, TransientError
from apps.notion.errors import (
    CircuitOpen,
    InvalidCursor,
    NotInVersion,
    NotionError,
    Overloaded,
    RateLimited,
    RequestBlocked,
    RestrictedResource,
    Unauthorized,
    UnknownVersion,
)
from apps.notion.pagination import ListingIncomplete
from apps.snapshots.capture.steps import Node, Step, ended


class AccessLost(ConfigError):
    """Notion no longer accepts the key."""


def refuse_to_go_on(error: NotionError) -> None:
    """Raise when an error concerns the connection and not one object.

    Raises :class:`AccessLost`, ``ConfigError`` (nobody but the customer can help) or ``TransientError`` (the job is
    tried again from its last checkpoint).
    """
    if isinstance(error, Unauthorized):
        raise AccessLost(
            "Notion no longer accepts the key of this workspace: it was revoked or has expired. What was read so far "
            "is kept. Connect the workspace again, then retry: the capture goes on where it stopped."
        ) from error
    if isinstance(error, RequestBlocked):
        raise ConfigError(
            "Notion blocks the requests of this connection. What was read so far is kept. Ask Notion's support why, "
            f"then retry: the capture goes on where it stopped. {error}"
        ) from error
    if isinstance(error, UnknownVersion):
        raise ConfigError(f"Notion no longer accepts the API version of this workspace. {error}") from error
    if isinstance(error, CircuitOpen | RateLimited | Overloaded):
        raise TransientError(f"{error}", retry_after=error.retry_after) from error


def failed(node: Node, error: NotionError) -> Step:
    """The step of an object that could not be read although the client insisted."""
    detail = error.reference() or error.message
    if isinstance(error, ListingIncomplete):
        return ended(node, "listing_cut", detail)
    if isinstance(error, NotInVersion):
        return ended(node, "newer_version", detail)
    if isinstance(error, RestrictedResource):
        return ended(node, "not_allowed", detail)
    if error.retryable or isinstance(error, InvalidCursor):
        return ended(node, "no_answer", f"{type(error).__name__}: {detail}")
    return ended(node, "refused", f"{error.message} ({detail})" if error.message else detail)
