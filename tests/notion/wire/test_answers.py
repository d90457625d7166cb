"""What an HTTP answer means: the error table against the situations that Notion documents or was seen to make."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import orjson
import pytest

from apps.notion import errors
from apps.notion.answers import read_answer
from apps.notion.errors import (
    TABLE,
    Conflict,
    ConnectionLost,
    InvalidCursor,
    InvalidGrant,
    MalformedResponse,
    NotInVersion,
    NotionError,
    ObjectNotFound,
    Overloaded,
    RateLimited,
    RequestBlocked,
    RestrictedResource,
    ServerFault,
    Unauthorized,
    UnknownVersion,
    ValidationFailed,
)

JSON = {"content-type": "application/json; charset=utf-8"}

SITUATIONS: list[tuple[int, str, str, type[NotionError]]] = [
    (400, "invalid_json", "Error parsing JSON body.", ValidationFailed),
    (400, "invalid_request_url", "Invalid request URL.", ValidationFailed),
    (400, "invalid_request", "", ValidationFailed),
    (400, "invalid_grant", "", InvalidGrant),
    (400, "validation_error", "body.children.length should be ≤ `100`, instead was `191`.", ValidationFailed),
    (400, "validation_error", "The start_cursor provided is invalid: s:1:2", InvalidCursor),
    (400, "missing_version", "Notion-Version header should be defined", UnknownVersion),
    (400, "validation_error", "Notion-Version header failed validation: …", UnknownVersion),
    (400, "invalid_beta", "", ValidationFailed),
    (401, "unauthorized", "API token is invalid.", Unauthorized),
    (403, "restricted_resource", "", RestrictedResource),
    (404, "object_not_found", "Could not find page with ID: 1", ObjectNotFound),
    (408, "", "", ConnectionLost),
    (409, "conflict_error", "Conflict occurred while saving. Please try again.", Conflict),
    (409, "row_limit_exceeded", "", ValidationFailed),
    (413, "", "", ValidationFailed),
    (418, "teapot", "", NotionError),
    (429, "rate_limited", "You have been rate limited.", RateLimited),
    (500, "internal_server_error", "", ServerFault),
    (502, "bad_gateway", "", ServerFault),
    (503, "service_unavailable", "", ServerFault),
    (503, "database_connection_unavailable", "", ServerFault),
    (504, "gateway_timeout", "", ServerFault),
    (520, "", "", ServerFault),
    (529, "service_overload", "", Overloaded),
]


def refusal(status: int, headers: dict[str, str], body: bytes, *secrets: str) -> NotionError:
    with pytest.raises(NotionError) as caught:
        read_answer(status, headers, body, *secrets)
    return caught.value


def report(status: int, code: str, message: str = "", **more: Any) -> NotionError:
    body = {"object": "error", "status": status, "code": code, "message": message, "request_id": "r-9", **more}
    return refusal(status, JSON, orjson.dumps(body))


@pytest.mark.parametrize(("status", "code", "message", "expected"), SITUATIONS)
def test_each_situation_has_its_class(status: int, code: str, message: str, expected: type[NotionError]) -> None:
    error = report(status, code, message)
    assert type(error) is expected
    assert (error.status, error.code, error.message, error.request_id) == (status, code, message, "r-9")


def several_sources() -> NotionError:
    """As Notion refuses a database that an older version has no words for."""
    known = {"error_type": "multiple_data_sources_for_database", "minimum_api_version": "2025-09-03"}
    return report(400, "validation_error", "Databases with multiple data sources …", additional_data=known)


def test_what_a_version_cannot_say_is_told_from_other_mistakes() -> None:
    assert type(several_sources()) is NotInVersion
    assert "API version" in str(several_sources())


def test_every_row_of_the_table_is_reached_by_a_situation() -> None:
    reached = {(status, type(report(status, code, message))) for status, code, message, _ in SITUATIONS}
    reached.add((429, type(report(429, "rate_limited", additional_data={"rate_limit_reason": "x_blocked"}))))
    reached.add((400, type(several_sources())))
    reached.add((403, type(refusal(403, {"content-type": "text/html"}, b"<html>"))))
    assert {(row.status, row.error) for row in TABLE} <= reached


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        ("public_api_request_rate_limit", RateLimited),
        ("public_api_space_request_rate_limit", RateLimited),
        ("something_new", RateLimited),
        ("public_api_request_blocked", RequestBlocked),
    ],
)
def test_a_blocked_connection_is_told_from_a_busy_one(reason: str, expected: type[NotionError]) -> None:
    error = report(429, "rate_limited", additional_data={"rate_limit_reason": reason})
    assert type(error) is expected
    assert error.additional_data == {"rate_limit_reason": reason}


FINAL = {
    NotionError,
    InvalidGrant,
    ObjectNotFound,
    NotInVersion,
    RequestBlocked,
    RestrictedResource,
    Unauthorized,
    UnknownVersion,
    ValidationFailed,
}


def test_only_what_passes_by_itself_is_retryable() -> None:
    classes = {value for value in vars(errors).values() if isinstance(value, type) and issubclass(value, NotionError)}
    assert {error for error in classes if not error.retryable} == FINAL


@pytest.mark.parametrize(
    ("status", "headers", "body", "expected"),
    [
        (502, {"content-type": "text/html"}, b"<html><title>502 Bad\n Gateway</title>", ServerFault),
        (403, {"content-type": "text/html"}, b"<html><title>Attention required</title>", RequestBlocked),
        (200, {"content-type": "text/html"}, b"<html><title>Sign in</title>", MalformedResponse),
        (503, {}, b"", ServerFault),
        (302, {"location": "https://elsewhere.test"}, b"", MalformedResponse),
    ],
)
def test_web_pages_are_named_and_carry_the_reference_of_the_edge(
    status: int, headers: dict[str, str], body: bytes, expected: type[NotionError]
) -> None:
    error = refusal(status, headers | {"cf-ray": "8f3a-FRA"}, body)
    assert type(error) is expected
    assert error.edge_ray == "8f3a-FRA"
    assert "cf-ray 8f3a-FRA" in str(error)
    if b"Gateway" in body:
        assert "502 Bad Gateway" in str(error)


@pytest.mark.parametrize("body", [b"", b'{"object": "list", "results": [{"id"', b"[]", b"null", b'"text"', b"\xff\xfe"])
def test_a_success_that_is_no_json_object_is_malformed(body: bytes) -> None:
    error = refusal(200, JSON, body)
    assert type(error) is MalformedResponse
    assert error.status == 200


def test_json_without_a_content_type_is_read() -> None:
    assert read_answer(200, {}, b'{"object": "page"}') == {"object": "page"}


def test_a_success_that_holds_an_error_report_is_that_error() -> None:
    body = orjson.dumps({"object": "error", "status": 404, "code": "object_not_found", "message": "gone"})
    assert type(refusal(200, JSON, body)) is ObjectNotFound


def test_a_cut_error_report_is_still_the_error_of_its_status() -> None:
    assert type(refusal(429, JSON, b'{"object":"error","sta')) is RateLimited


def test_errors_of_oauth_in_their_own_shape_are_understood() -> None:
    body = orjson.dumps({"error": "invalid_grant", "error_description": "The code was used."})
    error = refusal(400, JSON, body)
    assert type(error) is InvalidGrant
    assert error.message == "The code was used."


HOUR_AGO = datetime.now(UTC) - timedelta(hours=1)


@pytest.mark.parametrize(
    ("headers", "additional_data", "seconds"),
    [
        ({}, {}, None),
        ({"retry-after": "23"}, {}, 23.0),
        ({"retry-after": "0.5"}, {"retry_after": "40"}, 0.5),
        ({}, {"retry_after": "40"}, 40.0),
        ({"retry-after": "soon"}, {"retry_after": "7"}, 7.0),
        ({"retry-after": "inf"}, {"retry_after": "nan"}, None),
        ({"retry-after": "-3"}, {}, 0.0),
        (  # a server whose clock is an hour behind means a minute all the same
            {
                "retry-after": format_datetime(HOUR_AGO + timedelta(seconds=60), usegmt=True),
                "date": format_datetime(HOUR_AGO, usegmt=True),
            },
            {},
            60.0,
        ),
        ({"retry-after": format_datetime(HOUR_AGO, usegmt=True)}, {}, 0.0),
    ],
)
def test_the_wait_that_notion_asks_for(
    headers: dict[str, str], additional_data: dict[str, str], seconds: float | None
) -> None:
    body = orjson.dumps({"code": "rate_limited", "additional_data": additional_data})
    assert refusal(429, JSON | headers, body).retry_after == seconds


def test_the_message_tells_the_customer_what_happened_and_support_where_to_look() -> None:
    error = report(404, "object_not_found", "Could not find page with ID: 1.")
    assert str(error) == (
        "The object does not exist in Notion, or it is not shared with this connection. "
        "Could not find page with ID: 1. (HTTP 404 object_not_found, request r-9)"
    )
    assert repr(error) == "<ObjectNotFound: HTTP 404 object_not_found, request r-9>"


@pytest.mark.parametrize("secret", ["ntn_123456789abcdef", "secret_AbCdEf123", "nrt_refresh99", "Bearer abcdef.123456"])
def test_credentials_that_notion_echoes_are_cut_out(secret: str) -> None:
    error = report(401, "unauthorized", f"Token {secret} is invalid.", additional_data={"token": secret})
    assert secret not in f"{error} {error!r} {error.args} {error.additional_data}"
    assert "[redacted]" in str(error)


def test_credentials_of_an_unknown_form_are_cut_out_when_they_were_sent() -> None:
    body = orjson.dumps({"code": "unauthorized", "message": "opaque-token-1 is invalid"})
    assert refusal(401, JSON, body, "opaque-token-1").message == "[redacted] is invalid"
