"""Notion's error answers (reference: *Errors*)."""

from typing import Any, Final

from apps.sandbox.world.json import Json

Additional = dict[str, str | list[str]]


class ApiError(Exception):
    """Answered with Notion's error body; raised by endpoints and by everything they call."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        additional: Additional | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.additional = additional
        self.headers = headers or {}

    def body(self) -> Json:
        body: Json = {"object": "error", "status": self.status, "code": self.code, "message": self.message}
        if self.additional:
            body["additional_data"] = self.additional
        return body


def invalid(message: str) -> ApiError:
    return ApiError(400, "validation_error", message)


def invalid_body(message: str) -> ApiError:
    return invalid(f"body failed validation: {message}")


def shown(value: Any) -> str:
    """A value as Notion quotes it after ``instead was``."""
    if value is None:
        return "`null`"
    if isinstance(value, str):
        return f'`"{value}"`'
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, int | float):
        return f"`{value}`"
    return "`[]`" if isinstance(value, list) and not value else ("`[...]`" if isinstance(value, list) else "`{...}`")


def should_be(path: str, expected: str, value: Any) -> ApiError:
    return invalid_body(f"{path} should be {expected}, instead was {shown(value)}.")


def undefined(path: str) -> ApiError:
    return invalid_body(f"{path} should be defined, instead was `undefined`.")


def not_present(path: str, value: Any) -> ApiError:
    return invalid_body(f"{path} should be not present, instead was {shown(value)}.")


def too_long(path: str, limit: int, length: int) -> ApiError:
    return invalid_body(f"{path}.length should be ≤ `{limit}`, instead was `{length}`.")


def bad_uuid(where: str, name: str, value: Any) -> ApiError:
    return invalid(f"{where} failed validation: {where}.{name} should be a valid uuid, instead was {shown(value)}.")


def bad_cursor(cursor: str) -> ApiError:
    return invalid(f"The start_cursor provided is invalid: {cursor}")


def unauthorized() -> ApiError:
    return ApiError(401, "unauthorized", "API token is invalid.")


def invalid_request_url() -> ApiError:
    return ApiError(400, "invalid_request_url", "Invalid request URL.")


def restricted(message: str = "Insufficient permissions for this endpoint.") -> ApiError:
    return ApiError(403, "restricted_resource", message)


def conflict() -> ApiError:
    return ApiError(409, "conflict_error", "Conflict occurred while saving. Please try again.")


def no_sources(database_id: str) -> ApiError:
    return invalid(f"Database with ID {database_id} does not contain any data sources accessible by this API bot.")


def several_sources(database_id: str, source_ids: list[str]) -> ApiError:
    """A request means one data source and names a database that has several (makenotion/notion-sdk-js, its tests)."""
    return ApiError(
        400,
        "validation_error",
        "Databases with multiple data sources are not supported in this API version.",
        additional={
            "error_type": "multiple_data_sources_for_database",
            "database_id": database_id,
            "child_data_source_ids": source_ids,
            "minimum_api_version": "2025-09-03",
        },
    )


NOUNS: Final = {"page": "page", "block": "block", "database": "database", "data_source": "database"}


def not_found(kind: str, identifier: str, connection_id: str, connection_name: str) -> ApiError:
    """Missing, not shared or of another kind: Notion does not say which."""
    if kind == "user":
        tail = (
            "Make sure your integration has capabilities to read user information. With those capabilities, only "
            "members and guests in the integration's workspace are visible."
        )
    elif kind in NOUNS:
        tail = f'Make sure the relevant pages and databases are shared with your integration "{connection_name}".'
    else:
        tail = f'Make sure the relevant resources are shared with your integration "{connection_name}".'
    return ApiError(
        404,
        "object_not_found",
        f"Could not find {NOUNS.get(kind, kind)} with ID: {identifier}. {tail}",
        additional={"integration_id": connection_id},
    )
