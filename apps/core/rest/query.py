"""What stands in the query of a call is checked against the description of the call before anything reads it."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import QueryDict

from apps.core.errors import InvalidQuery

WHOLE = re.compile(r"-?[0-9]{1,18}")
WORDS = {"true": True, "false": False}


def check(query: QueryDict, known: Mapping[str, Mapping[str, Any]]) -> None:
    """Raises :class:`InvalidQuery` for a name that is not known, one that stands there twice, and a value that does not
    fit."""
    wrong: dict[str, str] = {}
    for name, values in query.lists():
        if name not in known:
            wrong[name] = _unknown(known)
        elif len(values) > 1:
            wrong[name] = "This stands there more than once."
        elif fault := _fault(values[0], known[name]):
            wrong[name] = fault
    for name in known:
        if known[name]["required"] and name not in query:
            wrong[name] = "This is required."
    if wrong:
        raise InvalidQuery(wrong)


def _unknown(known: Mapping[str, object]) -> str:
    if not known:
        return "Nothing can be asked for here."
    return f"This is not known here. Known are {', '.join(f'`{name}`' for name in sorted(known))}."


def _fault(value: str, schema: Mapping[str, Any]) -> str:
    """What is wrong with the value, or nothing."""
    if "enum" in schema and value not in schema["enum"]:
        return f"One of {', '.join(f'`{one}`' for one in schema['enum'])}."
    kind = schema.get("type")
    if kind == "integer":
        return _number_fault(value, schema)
    if kind == "boolean":
        return "" if value in WORDS else "`true` or `false`."
    if "pattern" in schema and not re.fullmatch(schema["pattern"].removeprefix("^").removesuffix("$"), value):
        return f"This does not fit the pattern `{schema['pattern']}`."
    if len(value) > schema.get("maxLength", len(value)):
        return f"At most {schema['maxLength']} characters."
    return _format_fault(value, str(schema.get("format", "")))


def _number_fault(value: str, schema: Mapping[str, Any]) -> str:
    if not WHOLE.fullmatch(value):
        return "A whole number."
    least, most = schema.get("minimum"), schema.get("maximum")
    if (least is not None and int(value) < least) or (most is not None and int(value) > most):
        return f"From {least} to {most}." if most is not None else f"At least {least}."
    return ""


def _format_fault(value: str, form: str) -> str:
    reads: dict[str, tuple[Any, str]] = {
        "uuid": (UUID, "The id of an object, a UUID."),
        "date": (date.fromisoformat, "A date such as `2026-11-20`."),
        "date-time": (datetime.fromisoformat, "A time such as `2026-11-20T08:00:00Z`."),
    }
    if form not in reads:
        return ""
    read, sentence = reads[form]
    try:
        read(value)
    except ValueError:
        return sentence
    return ""
