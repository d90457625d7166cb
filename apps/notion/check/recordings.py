"""Goes through recorded exchanges and tries everything that the library can do on all that it knows in them."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import orjson

from apps.notion.blocks import BLOCKS, Block, parse_block
from apps.notion.check.loss import lost
from apps.notion.check.report import Failure, Report
from apps.notion.errors import UnknownVersion
from apps.notion.file_objects import FileObject
from apps.notion.icons import CustomEmoji, Icon
from apps.notion.model import Json, NotionModel, Tagged
from apps.notion.normalise import normalise
from apps.notion.objects import OBJECTS, parse_object
from apps.notion.parents import Parent
from apps.notion.properties import PROPERTIES, PropertySchema, PropertyValue, parse_property, parse_schema
from apps.notion.refusals import NeedsUpload, NotWritable, Unreadable
from apps.notion.rich_text import Run
from apps.notion.versions import Request, version_named

PARENTS = ("parent", "database_parent")
SETTABLE = {
    "page": ("icon", "cover"),
    "database": ("title", "description", "is_inline", "icon"),
    "data_source": ("title", "icon"),
    "view": ("data_source_id", "name", "type", "filter", "sorts", "quick_filters", "configuration"),
    "comment": ("rich_text",),
}
"""What authors set on an object, besides its properties, which are looked at one by one."""


def check_recordings(lines: Iterable[str | bytes]) -> Report:
    """Reads exchanges, one JSON object a line: `{method, path, version, request, status, response}`.

    A response is first translated from its version, as the client does it. Every object, block, property, run, user,
    parent, icon and file in it is parsed, compared with what `raw` gives back, and, where it can be written, with its
    payload. Empty lines are passed over.
    """
    report = Report()
    for number, line in enumerate(lines, start=1):
        if line.strip():
            _Exchange(report, number).check(line)
    return report


class _Exchange:
    """One line of a recording."""

    def __init__(self, report: Report, line: int) -> None:
        self._report = report
        self._line = line

    def check(self, line: str | bytes) -> None:
        try:
            exchange = orjson.loads(line)
        except orjson.JSONDecodeError as error:
            self._fail("", f"not JSON: {error}")
            return
        self._report.exchanges += 1
        response = exchange.get("response") if isinstance(exchange, dict) else None
        if not isinstance(response, dict):
            self._fail("", "no response that is an object")
            return
        try:
            version = version_named(str(exchange.get("version")))()
        except UnknownVersion as error:
            self._fail("", error.message)
            return
        path = str(exchange.get("path")).partition("?")[0]
        response = version.read(Request(str(exchange.get("method")), path), response)
        if "object" not in response:
            self._object(response, "response")
        self._visit(response, "response")
        self._normalised(response)

    def _visit(self, value: Any, place: str) -> None:
        if isinstance(value, list):
            for position, item in enumerate(value):
                self._visit(item, f"{place}[{position}]")
        if not isinstance(value, dict):
            return
        if isinstance(value.get("object"), str):
            self._object(value, place)
        if "annotations" in value:
            self._run(value, place)
        if _is_file(value):
            self._tagged("file", FileObject, value, place)
        for name, part in value.items():
            here = f"{place}.{name}"
            if name in PARENTS and isinstance(part, dict):
                self._tagged("parent", Parent, part, here)
            elif name == "icon" and isinstance(part, dict) and "type" in part:
                self._tagged("icon", Icon, part, here)
            elif name == "properties" and isinstance(part, dict):
                self._properties(value, part, here)
            self._visit(part, here)

    def _object(self, raw: Json, place: str) -> None:
        kind = raw.get("object")
        if kind == "block":
            self._block(raw, place)
            return
        # The properties are looked at one by one, so that a broken one is reported once.
        bare = raw | {"properties": {}} if isinstance(raw.get("properties"), dict) else raw
        name = kind if isinstance(kind, str) else "templates" if "templates" in raw else "(none)"
        parsed = self._read("object", name, parse_object, bare, place)
        if parsed and name not in OBJECTS and name != "templates":
            self._report.unknown["object", name] += 1
        if name == "list" and raw.get("type") == "custom_emoji":
            for position, emoji in enumerate(raw.get("results") or ()):
                self._read("object", "custom_emoji", CustomEmoji.parse, emoji, f"{place}.results[{position}]")
        settable = SETTABLE.get(name)
        if parsed and settable and (payload := self._payload("object", name, parsed, place)):
            self._lost({field: bare[field] for field in settable if field in bare}, payload, place)

    def _block(self, raw: Json, place: str) -> None:
        kind = str(raw.get("type", "(partial)"))
        block = self._read("block", kind, parse_block, raw, place)
        if not isinstance(block, Block):
            return
        if kind not in BLOCKS:
            self._report.unknown["block", kind] += 1
        elif payload := self._payload("block", kind, block, place):
            self._lost(raw[kind], payload.get(kind), place)

    def _properties(self, owner: Json, properties: Json, place: str) -> None:
        for name, raw in properties.items():
            if owner.get("object") == "page":
                self._property("property value", parse_property, raw, f"{place}.{name}")
            elif owner.get("object") in ("data_source", "database"):
                self._property("property schema", parse_schema, raw, f"{place}.{name}")

    def _property(self, section: str, parse: Callable[[Json], NotionModel], raw: Any, place: str) -> None:
        kind = str(raw.get("type", "(none)")) if isinstance(raw, dict) else "(none)"
        parsed = self._read(section, kind, parse, raw, place)
        if not isinstance(parsed, PropertyValue | PropertySchema):
            return
        if kind not in PROPERTIES:
            self._report.unknown[section, kind] += 1
            return
        if isinstance(parsed, PropertyValue):
            parsed.text()
        payload = self._payload(section, kind, parsed, place)
        if payload:
            self._lost({kind: raw[kind]}, payload, place)

    def _run(self, raw: Json, place: str) -> None:
        kind = str(raw.get("type"))
        mention = raw.get("mention")
        if kind == "mention" and isinstance(mention, dict):
            kind = f"mention of {mention.get('type')}"
        run = self._read("rich text", kind, Run.parse, raw, place)
        if not isinstance(run, Run):
            return
        if not run.known or (run.mention and not run.mention.known):
            self._report.unknown["rich text", kind] += 1
        elif payload := self._payload("rich text", kind, run, place):
            self._lost(raw, payload, place)

    def _tagged(self, section: str, model: type[Tagged], raw: Json, place: str) -> None:
        kind = str(raw.get("type"))
        parsed = self._read(section, kind, model.parse, raw, place)
        if isinstance(parsed, Tagged) and not parsed.known:
            self._report.unknown[section, kind] += 1

    def _read(
        self, section: str, kind: str, parse: Callable[[Any], NotionModel], raw: Any, place: str
    ) -> NotionModel | None:
        self._report.seen[section, kind] += 1
        try:
            parsed = parse(raw)
        except Unreadable as error:
            self._fail(place, f"{section} {kind} not read: {error.reason}")
            return None
        if parsed.raw() != raw:
            self._fail(place, f"{section} {kind} does not come back as it was read")
        return parsed

    def _payload(self, section: str, kind: str, parsed: NotionModel, place: str) -> Json | None:
        key = (section, kind)
        uploads: dict[str, str] = {}
        while True:
            try:
                payload = parsed.payload(uploads)
            except NeedsUpload as error:
                uploads[error.url] = "00000000-0000-0000-0000-000000000000"
            except NotWritable:
                self._report.read_only[key] += 1
                return None
            else:
                self._report.written[key] += 1
                self._report.needs_upload[key] += bool(uploads)
                return payload

    def _lost(self, read: Any, written: Any, place: str) -> None:
        for path in lost(read, written):
            self._fail(place, f"a write would lose {path or 'everything'}")

    def _normalised(self, response: Json) -> None:
        for place in _signed(normalise(response), "response"):
            self._fail(place, "a stored file keeps its signature after normalising")

    def _fail(self, place: str, reason: str) -> None:
        self._report.failures.append(Failure(self._line, place, reason))


def _is_file(value: Json) -> bool:
    content = value.get(str(value.get("type")))
    return value.get("type") in ("file", "external") and isinstance(content, dict) and "url" in content


def _signed(value: Any, place: str) -> Iterator[str]:
    """Places of stored files whose addresses are good for a short time only."""
    if isinstance(value, dict):
        if "url" in value and "expiry_time" in value:
            yield place
        for name, part in value.items():
            yield from _signed(part, f"{place}.{name}")
    elif isinstance(value, list):
        for position, part in enumerate(value):
            yield from _signed(part, f"{place}[{position}]")
