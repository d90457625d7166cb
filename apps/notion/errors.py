"""Every way in which a call to Notion can fail, in one table.

Source: https://developers.notion.com/reference/status-codes and the retry policy of Notion's official SDK.
"""

import re
from dataclasses import dataclass
from enum import Enum
from typing import Any, ClassVar

__all__ = [
    "TABLE",
    "CircuitOpen",
    "Conflict",
    "ConnectionLost",
    "InvalidCursor",
    "InvalidGrant",
    "MalformedResponse",
    "NotInVersion",
    "NotionError",
    "ObjectNotFound",
    "Overloaded",
    "RateLimited",
    "Repeat",
    "RequestBlocked",
    "RestrictedResource",
    "Row",
    "ServerFault",
    "Unauthorized",
    "UnknownVersion",
    "Unreachable",
    "ValidationFailed",
    "redact",
    "rule_for",
]

SHORTEST_SECRET = 6  # characters; cutting out shorter ones would only mangle the text
_SECRETS = re.compile(r"\b(?:ntn|secret|nrt)_[A-Za-z0-9_\-]{4,}|\b(?:Bearer|Basic)\s+[A-Za-z0-9._~+/=\-]{8,}")


def redact(text: str, *secrets: str) -> str:
    """`text` without anything that looks like a Notion credential, and without the given secrets."""
    for secret in secrets:
        if len(secret) >= SHORTEST_SECRET:
            text = text.replace(secret, "[redacted]")
    return _SECRETS.sub("[redacted]", text)


class Repeat(Enum):
    """May the same call be made again after this failure without anybody looking?"""

    NEVER = "never"
    IF_REPEATABLE = "if repeatable"  # only when making the call twice does no more than making it once
    ALWAYS = "always"  # Notion did not act on the call


class NotionError(Exception):
    """A call to Notion that failed. `str()` of it is written for the customer and never holds a credential.

    `message` is Notion's own text where there is one. `retry_after` is in seconds. `edge_ray` is the
    reference of Notion's network (`cf-ray`), present when the answer did not come from Notion itself.
    """

    repeat: ClassVar[Repeat] = Repeat.NEVER
    retryable: ClassVar[bool] = False  # can the same call, made some time later, succeed?
    explanation: ClassVar[str] = "Notion refused the request."

    def __init__(
        self,
        message: str = "",
        *,
        status: int | None = None,
        code: str = "",
        request_id: str | None = None,
        additional_data: dict[str, Any] | None = None,
        retry_after: float | None = None,
        edge_ray: str | None = None,
    ) -> None:
        self.message = redact(message)
        self.status = status
        self.code = code
        self.request_id = request_id
        self.additional_data = {
            key: redact(value) if isinstance(value, str) else value for key, value in (additional_data or {}).items()
        }
        self.retry_after = retry_after
        self.edge_ray = edge_ray
        super().__init__(self.message)

    def __str__(self) -> str:
        parts = [self.explanation]
        if self.message:
            parts.append(self.message)
        if reference := self.reference():
            parts.append(f"({reference})")
        return " ".join(parts)

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {self.reference() or self.message}>"

    def reference(self) -> str:
        """What support needs to find the exchange: `HTTP 404 object_not_found, request 5a1c…`."""
        status = f"HTTP {self.status} {self.code}".rstrip() if self.status else ""
        request = f"request {self.request_id}" if self.request_id else ""
        ray = f"cf-ray {self.edge_ray}" if self.edge_ray else ""
        return ", ".join(part for part in (status, request, ray) if part)


class Unauthorized(NotionError):
    explanation = "Notion no longer accepts the token of this connection: it was revoked, has expired or was mistyped."


class RestrictedResource(NotionError):
    explanation = "The connection lacks a capability or permission that this request needs."


class ObjectNotFound(NotionError):
    explanation = "The object does not exist in Notion, or it is not shared with this connection."


class ValidationFailed(NotionError):
    explanation = "Notion did not understand the request."


class InvalidCursor(ValidationFailed):
    """The listing that the cursor belonged to is gone; it has to be started again from its beginning."""

    retryable = True
    explanation = "Notion forgot how far the listing had come; it has to be read again from the start."


class UnknownVersion(ValidationFailed):
    explanation = "Notion does not accept the API version that was asked for."


class NotInVersion(ValidationFailed):
    """Not to be had under this version of the API; refused by Notion, or not sent because it has no words for it."""

    explanation = "The API version that this workspace is read with cannot say this; a newer one can."


class InvalidGrant(ValidationFailed):
    explanation = "Notion no longer accepts this authorisation; the workspace has to be connected again."


class RateLimited(NotionError):
    repeat = Repeat.ALWAYS
    retryable = True
    explanation = "Notion asked for a pause: the request limit of this connection or workspace is used up."


class RequestBlocked(NotionError):
    explanation = "Notion has blocked requests of this kind from this connection; repeating them does not help."


class Overloaded(NotionError):
    repeat = Repeat.ALWAYS
    retryable = True
    explanation = "Notion is overloaded and asked for a pause."


class Conflict(NotionError):
    """Something else was saved just then. A write is left to the caller, who reads before repeating it."""

    repeat = Repeat.IF_REPEATABLE
    retryable = True
    explanation = "Notion could not save because something else changed the same object at that moment."


class ServerFault(NotionError):
    """5xx. A write may have been applied all the same: see `additional_data["committed_resource_id"]`."""

    repeat = Repeat.IF_REPEATABLE
    retryable = True
    explanation = "Notion had an internal problem."


class MalformedResponse(NotionError):
    """Not what Notion's API sends: a web page, a cut body, broken JSON, an endless listing."""

    repeat = Repeat.IF_REPEATABLE
    retryable = True
    explanation = "Notion's answer could not be read."


class ConnectionLost(NotionError):
    """No complete answer came back; whether Notion acted on the call is not known."""

    repeat = Repeat.IF_REPEATABLE
    retryable = True
    explanation = "The connection to Notion was lost."


class Unreachable(ConnectionLost):
    """No connection came about (name not resolved, refused, TLS failed), so Notion never saw the call."""

    repeat = Repeat.ALWAYS
    explanation = "Notion could not be reached."


class CircuitOpen(NotionError):
    """Not sent: too many calls in a row failed. `retry_after` says when the next one may try."""

    retryable = True
    explanation = "Notion has not been answering properly, so requests are held back for a moment."


@dataclass(frozen=True, slots=True)
class Row:
    """`code` None matches every code; `says` must occur in the message; `reason` ends `rate_limit_reason`;

    `tells` is a key of the additional data.
    """

    status: int
    code: str | None
    error: type[NotionError]
    says: str = ""
    reason: str = ""
    tells: str = ""

    def matches(self, status: int, code: str, message: str, additional_data: dict[str, Any]) -> bool:
        return (
            self.status == status
            and self.code in (None, code)
            and self.says in message
            and str(additional_data.get("rate_limit_reason", "")).endswith(self.reason)
            and (not self.tells or self.tells in additional_data)
        )


# The first row that matches decides. Codes are stable, messages are not: `says` is used only where Notion
# gives different situations the same code.
TABLE: tuple[Row, ...] = (
    Row(400, "validation_error", InvalidCursor, says="start_cursor"),
    Row(400, "validation_error", NotInVersion, tells="minimum_api_version"),
    Row(400, None, UnknownVersion, says="Notion-Version header"),
    Row(400, "missing_version", UnknownVersion),
    Row(400, "invalid_grant", InvalidGrant),
    Row(400, None, ValidationFailed),
    Row(401, None, Unauthorized),
    Row(403, "", RequestBlocked),  # a web page of Notion's network: the request never reached Notion
    Row(403, None, RestrictedResource),
    Row(404, None, ObjectNotFound),
    Row(408, None, ConnectionLost),
    Row(409, "row_limit_exceeded", ValidationFailed),
    Row(409, None, Conflict),
    Row(413, None, ValidationFailed),
    Row(429, None, RequestBlocked, reason="_blocked"),
    Row(429, None, RateLimited),
    Row(500, None, ServerFault),
    Row(502, None, ServerFault),
    Row(503, None, ServerFault),
    Row(504, None, ServerFault),
    Row(529, None, Overloaded),
)


def rule_for(status: int, code: str, message: str, additional_data: dict[str, Any]) -> type[NotionError]:
    """The class of an HTTP answer that is not a success; unlisted statuses fall back to their family."""
    for row in TABLE:
        if row.matches(status, code, message, additional_data):
            return row.error
    if 300 <= status < 400:
        return MalformedResponse  # the API never redirects; a proxy or a wrong base address does
    return ServerFault if status >= 500 else NotionError
