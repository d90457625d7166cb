"""What the description of the API (OpenAPI 3.1) says of every call: how it can be refused, and its headers."""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from apps.core.problem_types import PROBLEM_TYPES
from apps.core.problems import CONTENT_TYPE
from apps.core.rest import examples

Operation = dict[str, Any]
TEXT: dict[str, Any] = {"type": "string"}
HEADERS: dict[str, tuple[str, dict[str, Any]]] = {
    "ETag": ("The version of the object: send it as `If-Match` to change it, as `If-None-Match` to read anew.", TEXT),
    "Location": ("Where to look for the end of what was put on.", TEXT),
    "RateLimit": ('`"credential";r=…;t=…`: how many requests are left, and in how many seconds all are.', TEXT),
    "RateLimit-Policy": ('`"credential";q=…;w=…`: how many at once, and in how many seconds as many more.', TEXT),
    "Retry-After": ("Seconds to wait.", {"type": "integer"}),
    "Idempotency-Replayed": ("`true`: this is the answer of the first call with this key.", TEXT),
}
ERROR = {
    "type": "object",
    "description": "What is wrong, and where: in the body, in the query or in a header.",
    "required": ["detail"],
    "properties": {
        "detail": TEXT,
        "pointer": {"type": "string", "description": "RFC 6901, as a fragment: `#/options/depth`."},
        "parameter": TEXT,
        "header": TEXT,
    },
}
PROBLEM = {
    "type": "object",
    "description": "RFC 9457.",
    "required": ["type", "title", "status", "detail", "instance", "request_id"],
    "properties": {
        "type": {"type": "string", "format": "uri", "description": "Leads to an explanation."},
        "title": TEXT,
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What happened, what did not, and what to do."},
        "instance": TEXT,
        "request_id": {"type": "string", "description": "Name it when you ask for help."},
        "errors": {"type": "array", "items": {"$ref": "#/components/schemas/FieldError"}},
    },
}


def complete(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """The last step in making the description."""
    components = result["components"]
    components["schemas"] |= {"FieldError": ERROR, "Problem": PROBLEM}
    components["headers"] = {name: {"description": said, "schema": schema} for name, (said, schema) in HEADERS.items()}
    for path, method, operation in _operations(result):
        for status in sorted(set(_refusals(path, method, operation)), key=int):
            _refuse(operation["responses"], status)
        if any(parameter["name"] == "If-None-Match" for parameter in operation.get("parameters", ())):
            operation["responses"].setdefault("304", {"description": "It still is as `If-None-Match` says."})
        for status, response in operation["responses"].items():
            response["headers"] = {name: _header(name) for name in _headers(method, status, operation)}
        examples.add(operation, components)
    return result


def _operations(result: dict[str, Any]) -> Iterator[tuple[str, str, Operation]]:
    for path, methods in result["paths"].items():
        for method, operation in methods.items():
            yield path, method.upper(), operation


def _refusals(path: str, method: str, operation: Operation) -> Iterator[str]:
    yield from ("400", "401", "403", "404", "406", "422", "429", "503")
    names = {parameter["name"]: parameter for parameter in operation.get("parameters", ())}
    if method != "GET":
        yield "409"
    if "requestBody" in operation:
        yield from ("413", "415")
    if "If-Match" in names:
        yield "412"
    if names.get("If-Match", {}).get("required"):
        yield "428"


def _refuse(responses: dict[str, Any], status: str) -> None:
    titles = [one.title for one in PROBLEM_TYPES.values() if str(one.status) == status]
    said = responses.setdefault(status, {"description": "; ".join(titles) + "."})
    said.setdefault("content", {CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}})


def _headers(method: str, status: str, operation: Operation) -> Iterator[str]:
    yield from ("RateLimit", "RateLimit-Policy")
    names = {parameter["name"] for parameter in operation.get("parameters", ())}
    versioned = "If-None-Match" in names or (method in ("PATCH", "PUT") and "If-Match" in names)
    if status in ("200", "304") and versioned:
        yield "ETag"
    if status in ("202", "302"):
        yield "Location"
    if status in ("409", "429", "503"):
        yield "Retry-After"
    if "Idempotency-Key" in names and int(status) < HTTPStatus.BAD_REQUEST:
        yield "Idempotency-Replayed"


def _header(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/headers/{name}"}
