"""Examples for each call: real ones that the suite has recorded, for the others one made from the schema."""

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

RECORDED = Path(__file__).with_name("recorded.json")
"""operation id → ``{"request": …, "status": …, "answer": …}``. ``tests/contracts/recording.py`` writes it anew."""
JSON = "application/json"
DEEPEST = 6
BY_FORMAT = {
    "date-time": "2026-11-20T08:00:00Z",
    "date": "2026-11-20",
    "uuid": "39abc1ee-dcd4-81a4-9d2f-000b5c7e1a20",
    "uri": "https://hub.acme.example/api/v1/",
    "email": "ada@acme.example",
}
_PREFIX = re.compile(r"`([a-z]{2,5})_…`")
_ID = "3f9k2m7q8x1c5v0a"


@cache
def recorded() -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads(RECORDED.read_text()) if RECORDED.exists() else {}
    return found


def add(operation: dict[str, Any], components: Mapping[str, Any]) -> None:
    """Give what the call takes and what it gives an example each, where it is JSON."""
    real = recorded().get(operation["operationId"], {})
    body = operation.get("requestBody", {}).get("content", {}).get(JSON)
    if body is not None:
        body["example"] = real.get("request") or made(body["schema"], components)
    for status, response in operation["responses"].items():
        for content in response.get("content", {}).values():
            if "schema" not in content or content["schema"].get("format") == "binary":
                continue
            known = str(real.get("status")) == status and "answer" in real
            content["example"] = real["answer"] if known else _fitting(content["schema"], components, status)


def _fitting(schema: Mapping[str, Any], components: Mapping[str, Any], status: str) -> Any:
    from apps.core.problem_types import type_of

    if schema.get("$ref", "").endswith("/Problem"):
        kind = type_of(int(status))
        said = {"type": kind.uri, "title": kind.title, "status": int(status), "detail": kind.meaning}
        return said | {"instance": "/api/v1/o/acme/…", "request_id": "9f86d081884c7d65"}
    return made(schema, components)


def made(schema: Mapping[str, Any], components: Mapping[str, Any], name: str = "", depth: int = 0) -> Any:
    """A value that fits the schema."""
    if "$ref" in schema:
        return made(components["schemas"][schema["$ref"].rpartition("/")[2]], components, name, depth)
    for known in ("example", "default", "const"):
        if schema.get(known) is not None:
            return schema[known]
    if "enum" in schema:
        return schema["enum"][0]
    for several in ("allOf", "oneOf", "anyOf"):
        if several in schema:
            first = next((one for one in schema[several] if one.get("type") != "null"), schema[several][0])
            return made({**first, "description": schema.get("description", "")}, components, name, depth)
    kinds = schema.get("type", "object")
    kind = next((one for one in kinds if one != "null"), "null") if isinstance(kinds, list) else kinds
    return _of_kind(kind, schema, components, name, depth)


def _of_kind(kind: str, schema: Mapping[str, Any], components: Mapping[str, Any], name: str, depth: int) -> Any:
    if kind == "object":
        return {
            member: made(inner, components, member, depth + 1)
            for member, inner in schema.get("properties", {}).items()
            if depth < DEEPEST or member in schema.get("required", ())
        }
    if kind == "array":
        few = depth >= DEEPEST and not schema.get("minItems")
        return [] if few else [made(schema.get("items", {"type": "string"}), components, name, depth + 1)]
    if kind in ("integer", "number"):
        return max(1, schema.get("minimum", 1))
    if kind == "boolean":
        return True
    return None if kind == "null" else _text(schema, name)


def _text(schema: Mapping[str, Any], name: str) -> str:
    if schema.get("format") in BY_FORMAT:
        return BY_FORMAT[schema["format"]]
    if prefix := _PREFIX.search(schema.get("description", "")):
        return f"{prefix[1]}_{_ID}"
    text = {"cron": "0 2 * * *", "time_zone": "Europe/Berlin", "cursor": "", "slug": "acme"}.get(name, "Acme")
    return text.ljust(schema.get("minLength", 0), "x")[: schema.get("maxLength", 80)]
