"""Structured logs. Context (request, organization, job) is bound once and follows the work."""

import logging
from typing import Literal

import structlog
from django.http import HttpRequest
from structlog.typing import EventDict, Processor, WrappedLogger

SECRET_WORDS = ("token", "secret", "password", "authorization", "cookie", "api_key", "code_verifier")


def redact(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Blank values whose name says that they are secret. Types that hold secrets mask themselves."""
    request = event.get("request")
    if isinstance(request, HttpRequest):  # its repr holds the query, where sign-in carries codes
        event = {**event, "request": f"{request.method} {request.path}"}
    return {
        key: "[redacted]" if any(word in key.lower() for word in SECRET_WORDS) and value else value
        for key, value in event.items()
    }


def formatter(style: Literal["console", "json"]) -> logging.Formatter:
    """One formatter for our own records and those of libraries."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        redact,
    ]
    # A plain traceback: the pretty one prints local variables, and so secrets.
    renderer: Processor = (
        structlog.processors.JSONRenderer()
        if style == "json"
        else structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    )
    tail: list[Processor] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta]
    if style == "json":
        tail.append(structlog.processors.format_exc_info)
    return structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=[*tail, renderer])
