"""The few errors that cross rooms. Their messages are written for the customer.

A message says what happened, what did not happen, and what to do. The edges turn the class into a
status: ``Invalid`` 422, ``Forbidden`` 403, ``NotFound`` 404, ``Conflicting`` 409, ``Changed`` 412.
The job runner reads the class too: ``TransientError`` is tried again, ``ConfigError`` fails at once.
"""

from collections.abc import Mapping
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


class InvalidQuery(Invalid):
    """What the query of a call asks for cannot be given. ``wrong``: parameter → what is wrong with it."""

    def __init__(self, wrong: Mapping[str, str]) -> None:
        super().__init__(" ".join(f"`{name}`: {sentence}" for name, sentence in wrong.items()))
        self.wrong = wrong


class InvalidHeader(Invalid):
    """What one header says cannot be accepted."""

    def __init__(self, message: str, *, header: str) -> None:
        super().__init__(message)
        self.header = header


class KeyReused(InvalidHeader):
    """An ``Idempotency-Key`` came again with another call than the one that it was made up for."""


class Forbidden(NotionHubError):
    """The actor may look, but not do this. ``occurrence`` is what the audit log was told of it, if it was."""

    occurrence: "Occurrence | None" = None


class SignInAgain(Forbidden):
    """The actor may do this, but their sign-in lies too far back for it."""


class NotFound(NotionHubError):
    """There is no such object, or none that this actor may know of."""


class Conflicting(NotionHubError):
    """The object is not in a state that allows this now."""


class InProgress(Conflicting):
    """The same call is being done already."""


class Changed(NotionHubError):
    """The object is not any more as the caller knows it, so what they want of it was not done."""


class Unconditional(NotionHubError):
    """This takes the version of the object that the caller knows."""


class TransientError(NotionHubError):
    """A later attempt can help. ``retry_after`` is in seconds, if the other side named it."""

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class ConfigError(NotionHubError):
    """Only the customer can mend this: no attempt is repeated."""
