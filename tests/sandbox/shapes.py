"""What kind of thing a JSON object is, and the shape things of that kind have: keys in order, and types."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from tests.sandbox.recordings import objects

Json = dict[str, Any]
_TYPED = ("mention", "rollup", "formula")


def json_type(value: Any) -> str:
    if value is None or isinstance(value, bool | str):
        return type(value).__name__
    return "number" if isinstance(value, int | float) else type(value).__name__


def _by_variant(payload: Json) -> Json:
    """A file that is hosted has the shape of one that is external; only the name of one key differs."""
    return {("<variant>" if key == payload.get("type") else key): value for key, value in payload.items()}


def kinds(thing: Json) -> Iterable[tuple[str, Json]]:
    """The kinds an object belongs to, each with the part of it that has the shape."""
    kind = thing.get("object")
    if kind == "block" and "type" in thing:
        yield "block", {("<type>" if key == thing["type"] else key): value for key, value in thing.items()}
        yield f"block {thing['type']}", _by_variant(thing[thing["type"]])
    elif kind == "list":
        yield f"list of {thing.get('type')}", thing
    elif kind == "user":
        bot = f" {sorted(thing['bot'])}" if "bot" in thing else ""
        yield f"user {thing.get('type')}{bot}", thing
    elif kind == "property_item":
        yield f"property item {thing['type']}", thing
    elif kind:
        yield str(kind), thing
    if "annotations" in thing and "plain_text" in thing:
        yield f"rich text {thing['type']}", thing
        yield "annotations", thing["annotations"]
    if kind == "page" and "properties" in thing:
        for value in thing["properties"].values():
            yield f"value {value['type']}", value
            if isinstance(value[value["type"]], dict):
                inner = value[value["type"]]
                detail = f" {inner['type']}" if value["type"] in _TYPED else ""
                if value["type"] not in ("created_by", "last_edited_by"):
                    yield f"inside {value['type']}{detail}", inner
    if kind == "data_source" and "properties" in thing:
        for value in thing["properties"].values():
            yield f"schema {value['type']}", value
            yield from _configuration(value["type"], value[value["type"]])
    for part in ("parent", "database_parent", "icon", "cover"):
        if isinstance(thing.get(part), dict) and "type" in thing[part]:
            yield f"{'parent' if 'parent' in part else part} {thing[part]['type']}", thing[part]


def _configuration(kind: str, config: Json) -> Iterable[tuple[str, Json]]:
    yield f"configuration {kind} {config.get('type', '')}".rstrip(), config
    for option in config.get("options", []):
        yield "option", option
    for group in config.get("groups", []):
        yield "status group", group


class Shapes:
    """The shapes seen, by kind."""

    def __init__(self) -> None:
        self.keys: dict[str, set[tuple[str, ...]]] = defaultdict(set)
        self.types: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))

    def see(self, answer: Any) -> None:
        for thing in objects(answer):
            for kind, part in kinds(thing):
                keys = tuple(key for key in part if key != "request_id")
                self.keys[kind].add(keys)
                for key in keys:
                    self.types[kind][key].add(json_type(part[key]))
