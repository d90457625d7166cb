"""The shapes of JSON answers: which keys things of a kind have, of which JSON types; never a value.

A kind is named after what Notion itself says of a thing (`object`, `type`) and, where it says nothing, after the place
that it stands in: `page`, `block to_do`, `value relation`, `icon emoji`, `schema status.status.groups[]`. The answer as
a whole is a kind for each endpoint, because it alone has a `request_id`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]
NAMED_BY_PEOPLE = {
    "page.properties": "value",
    "data_source.properties": "schema",
    "database.properties": "schema",
}
"""Objects whose keys are names that people gave: the kind of what lies in them."""
_ID = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}", re.IGNORECASE)


def endpoint_of(method: str, path: str) -> str:
    """`GET /v1/pages/{id}/properties/{id}`."""
    path = _ID.sub("{id}", path.partition("?")[0])
    return f"{method} {re.sub('/properties/.+', '/properties/{id}', path)}"


def json_type(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    return {type(None): "null", str: "string", list: "array", dict: "object"}[type(value)]


def kind_of(thing: Json, place: str) -> str:
    kind, type_ = thing.get("object"), thing.get("type")
    if kind == "error":
        return f"error {thing['status']} {thing['code']}"
    if kind == "user":
        bot = " itself" if thing.get("bot") else ""
        return f"{place.rpartition('.')[2]} user {type_ or '(partial)'}{bot}"
    if kind in ("block", "list", "property_item", "view"):
        return f"{kind.replace('_', ' ')} {type_ or '(partial)'}"
    if isinstance(kind, str):
        return kind if len(thing) > 2 else f"{kind} (partial)"
    if "annotations" in thing and "plain_text" in thing:
        return f"run {thing['mention']['type']} mention" if type_ == "mention" else f"run {type_}"
    if place in NAMED_BY_PEOPLE.values():
        return f"{place} {type_}"
    if isinstance(type_, str) and type_ in thing:
        return f"{place.rpartition('.')[2]} {type_}"
    return place


@dataclass
class Shape:
    """What was seen of one kind. `keys` are in the order in which they come, with their JSON types."""

    seen: int = 0
    keys: dict[str, set[str]] = field(default_factory=dict)
    times: dict[str, int] = field(default_factory=dict)

    def see(self, thing: Json) -> None:
        self.seen += 1
        before = None
        for key, value in thing.items():
            if key not in self.keys:
                self._insert(key, before)
            self.keys[key].add(json_type(value))
            self.times[key] = self.times.get(key, 0) + 1
            before = key

    def _insert(self, key: str, before: str | None) -> None:
        """Behind the key that it was seen behind."""
        names = list(self.keys)
        names.insert(names.index(before) + 1 if before is not None else 0, key)
        self.keys = {name: self.keys.get(name, set()) for name in names}

    def always(self, key: str) -> bool:
        return self.times.get(key) == self.seen

    def written(self) -> dict[str, str]:
        """`{"id": "string", "icon": "null object", "list_format?": "string"}`."""
        return {f"{key}{'' if self.always(key) else '?'}": " ".join(sorted(types)) for key, types in self.keys.items()}

    @classmethod
    def read(cls, written: dict[str, str]) -> "Shape":
        shape = cls(seen=2)
        for name, types in written.items():
            key = name.removesuffix("?")
            shape.keys[key] = set(types.split())
            shape.times[key] = 1 if name.endswith("?") else 2
        return shape


Kinds = dict[str, Shape]


@dataclass
class Shapes:
    """Everything that was seen under one version of the API."""

    kinds: Kinds = field(default_factory=dict)

    def see(self, method: str, path: str, answer: Any) -> None:
        for kind, thing in things(answer, endpoint_of(method, path)):
            self.kinds.setdefault(kind, Shape()).see(thing)

    def written(self) -> dict[str, dict[str, str]]:
        return {kind: self.kinds[kind].written() for kind in sorted(self.kinds)}

    @classmethod
    def read(cls, written: dict[str, dict[str, str]]) -> "Shapes":
        return cls({kind: Shape.read(keys) for kind, keys in written.items()})


def things(answer: Json, endpoint: str) -> Iterator[tuple[str, Json]]:
    """Every JSON object in an answer, with its kind; the answer itself goes by its endpoint as well."""
    kind = kind_of(answer, "answer")
    yield f"{endpoint} → {kind}", answer
    yield from _inside(answer, kind)


def _inside(thing: Json, kind: str) -> Iterator[tuple[str, Json]]:
    for key, value in thing.items():
        place = f"{kind}.{key}"
        if place in NAMED_BY_PEOPLE and isinstance(value, dict):
            for each in value.values():
                yield from _thing(each, NAMED_BY_PEOPLE[place])
        else:
            yield from _thing(value, place)


def _thing(value: Any, place: str) -> Iterator[tuple[str, Json]]:
    if isinstance(value, list):
        for each in value:
            yield from _thing(each, f"{place}[]")
    elif isinstance(value, dict):
        kind = kind_of(value, place)
        yield kind, value
        yield from _inside(value, kind)
