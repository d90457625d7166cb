"""From the three parts of an HTTP answer (status, headers, body) to a JSON object or a `NotionError`."""

import re
import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from math import isfinite
from typing import Any

import orjson

from apps.notion.errors import MalformedResponse, NotionError, redact, rule_for

_TITLE = re.compile(rb"<title[^>]*>(.*?)</title>", re.IGNORECASE | re.DOTALL)


def read_answer(status: int, headers: Mapping[str, str], body: bytes, *secrets: str) -> dict[str, Any]:
    """The JSON object of a successful answer, untouched.

    `headers` is looked up by lower-case name. `secrets` are cut out of error messages.
    Raises the class that `errors.TABLE` names, or `MalformedResponse`.
    """
    if 200 <= status < 300:
        answer = _successful(status, headers, body)
        if answer.get("object") != "error":
            return answer
        status = int(answer.get("status") or 500)
    raise _failure(status, headers, body, secrets)


def _successful(status: int, headers: Mapping[str, str], body: bytes) -> dict[str, Any]:
    content_type = headers.get("content-type", "")
    if content_type and "json" not in content_type:
        kind = content_type.partition(";")[0]
        raise _malformed(status, headers, f"JSON was expected, {redact(kind)} came{_page_title(body)}.")
    try:
        answer = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise _malformed(status, headers, f"The JSON is broken or cut after {len(body)} bytes.") from error
    if not isinstance(answer, dict):
        raise _malformed(status, headers, f"An object was expected, {type(answer).__name__} came.")
    return answer


def _malformed(status: int, headers: Mapping[str, str], message: str) -> MalformedResponse:
    return MalformedResponse(
        message,
        status=status,
        request_id=headers.get("x-notion-request-id"),
        edge_ray=headers.get("cf-ray"),
    )


def _failure(status: int, headers: Mapping[str, str], body: bytes, secrets: tuple[str, ...]) -> NotionError:
    report = _error_report(body)
    additional_data = report.get("additional_data")
    if not isinstance(additional_data, dict):
        additional_data = {}
    code = str(report.get("code") or report.get("error") or "")  # OAuth endpoints may speak RFC 6749 5.2
    message = str(report.get("message") or report.get("error_description") or "")
    request_id = report.get("request_id") or headers.get("x-notion-request-id")
    error = rule_for(status, code, message, additional_data)
    if not message and not report:
        message = f"The answer was not Notion's usual error report{_page_title(body)}."
    return error(
        redact(message, *secrets),
        status=status,
        code=code,
        request_id=str(request_id) if request_id else None,
        additional_data=additional_data,
        retry_after=wait_asked_for(headers, additional_data),
        edge_ray=None if request_id else headers.get("cf-ray"),
    )


def _error_report(body: bytes) -> dict[str, Any]:
    try:
        report = orjson.loads(body)
    except orjson.JSONDecodeError:
        return {}  # a web page of Notion's network, or a cut body: the status alone has to do
    return report if isinstance(report, dict) else {}


def _page_title(body: bytes) -> str:
    found = _TITLE.search(body[:4096])
    title = " ".join(found.group(1).decode("utf-8", "replace").split())[:80] if found else ""
    return f" (a web page titled “{redact(title)}”)" if title else ""


def wait_asked_for(headers: Mapping[str, str], additional_data: Mapping[str, Any]) -> float | None:
    """Seconds to wait as asked: `Retry-After` (number or date, RFC 9110 10.2.3), else what the body says."""
    for value in (headers.get("retry-after"), additional_data.get("retry_after")):
        if value is None:
            continue
        try:
            seconds = float(value)
        except (TypeError, ValueError):
            pass
        else:
            if isfinite(seconds):
                return max(0.0, seconds)
            continue
        try:
            until = parsedate_to_datetime(str(value)).timestamp()
        except ValueError:
            continue
        return max(0.0, until - _answered_at(headers))
    return None


def _answered_at(headers: Mapping[str, str]) -> float:
    """The server's own clock where it tells it, so that a wrong clock here does not stretch the wait."""
    try:
        return parsedate_to_datetime(headers["date"]).timestamp()
    except (KeyError, ValueError):
        return time.time()
