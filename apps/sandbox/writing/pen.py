"""Who writes, where and when; and the small readers every body needs."""

from dataclasses import dataclass
from typing import Any, Final

from apps.sandbox import errors, ids
from apps.sandbox.access import Connection
from apps.sandbox.service import Service
from apps.sandbox.world.json import Json
from apps.sandbox.world.world import World

LONGEST_TEXT: Final = 2000
LONGEST_EXPRESSION: Final = 1000
LONGEST_ARRAY: Final = 100
MOST_ELEMENTS: Final = 1000
COLORS: Final = frozenset(
    f"{name}{suffix}"
    for name in ("default", "gray", "brown", "orange", "yellow", "green", "blue", "purple", "pink", "red")
    for suffix in ("", "_background")
)


@dataclass(slots=True)
class Pen:
    service: Service
    connection: Connection
    now: float

    @property
    def world(self) -> World:
        return self.connection.world

    @property
    def author(self) -> str:
        return self.connection.id


def an_object(raw: Any, path: str) -> Json:
    if not isinstance(raw, dict):
        raise errors.should_be(path, "an object", raw)
    return raw


def an_array(raw: Any, path: str, limit: int = LONGEST_ARRAY) -> list[Any]:
    if not isinstance(raw, list):
        raise errors.should_be(path, "an array", raw)
    if len(raw) > limit:
        raise errors.too_long(path, limit, len(raw))
    return raw


def a_string(raw: Any, path: str, limit: int = LONGEST_TEXT) -> str:
    if not isinstance(raw, str):
        raise errors.should_be(path, "a string", raw)
    if len(raw) > limit:
        raise errors.too_long(path, limit, len(raw))
    return raw


def a_boolean(raw: Any, path: str) -> bool:
    if not isinstance(raw, bool):
        raise errors.should_be(path, "a boolean", raw)
    return raw


def a_number(raw: Any, path: str) -> float:
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        raise errors.should_be(path, "a number", raw)
    return raw


def a_color(raw: Any, path: str) -> str:
    if raw not in COLORS:
        raise errors.should_be(path, "a valid color", raw)
    return str(raw)


def an_id(raw: Any, path: str) -> str:
    identifier = ids.normalise(raw)
    if identifier is None:
        raise errors.should_be(path, "a valid uuid", raw)
    return identifier


def a_url(raw: Any, path: str) -> str:
    url = a_string(raw, path)
    if not url:
        raise errors.should_be(path, "populated", raw)
    return url


def only_keys(raw: Json, known: tuple[str, ...] | frozenset[str], path: str) -> None:
    """Raises 400 for a key that is not known."""
    for key in raw:
        if key not in known:
            raise errors.not_present(f"{path}.{key}", raw[key])


def variant(raw: Any, kinds: tuple[str, ...], path: str) -> tuple[str, Any]:
    """The one key of ``kinds`` an object has, as ``type`` says or as it stands. Raises 400 like a failed union."""
    value = an_object(raw, path)
    given = [kind for kind in kinds if kind in value]
    if len(given) != 1:
        lines = "\n".join(f"{path}.{kind} should be defined, instead was `undefined`." for kind in kinds)
        raise errors.invalid(f"body failed validation. Fix one:\n{lines}")
    kind = given[0]
    if value.get("type", kind) != kind:
        raise errors.should_be(f"{path}.type", f'`"{kind}"`', value["type"])
    return kind, value[kind]
