"""The few errors that cross rooms. Their messages are written for the customer.

A message says what happened, what did not happen, and what to do. The edges turn the class into a
status: ``Invalid`` 422 (400 in the API), ``Forbidden`` 403, ``NotFound`` 404, ``Conflicting`` 409.
The job runner reads the class too: ``TransientError`` is tried again, ``ConfigError`` fails at once.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from apps.core.occurrences import Occurrence  # only the name: it imports this module


class NotionHubError(Exception):
    """Base of all errors with a message for the customer."""

    @property
    def message(self) -> str:
        return str(self)


class Invalid(NotionHubError):
    """The input cannot be accepted as it is. ``field`` names the part of it, if there is one."""

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


class Forbidden(NotionHubError):
    """The actor may look, but not do this. ``occurrence`` is what the audit log was told of it, if it was."""

    occurrence: "Occurrence | None" = None


class SignInAgain(Forbidden):
    """The actor may do this, but their sign-in lies too far back for it."""


class NotFound(NotionHubError):
    """There is no such object, or none that this actor may know of."""


class Conflicting(NotionHubError):
    """The object is not in a state that allows this now."""


class TransientError(NotionHubError):
    """A later attempt can help. ``retry_after`` is in seconds, if the other side named it."""

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class ConfigError(NotionHubError):
    """Only the customer can mend this: no attempt is repeated."""
