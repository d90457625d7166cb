"""The base of every Notion shape: reads tolerantly, keeps what it does not know, and tells raw from writable."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Self, TypeAlias

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from apps.notion.refusals import Unreadable

Json: TypeAlias = dict[str, Any]
Uploads: TypeAlias = Mapping[str, str]
"""Address of a Notion-stored file without its signature → id of the file upload that replaces it."""

NO_UPLOADS: Uploads = {}


def readable(raw: Json) -> str:
    """The JSON for people."""
    return json.dumps(raw, indent=2, ensure_ascii=False)


class NotionModel(BaseModel):
    """A JSON object of the API. Unknown fields are kept, values are never coerced."""

    model_config = ConfigDict(extra="allow", strict=True, frozen=True)

    response_only: ClassVar[frozenset[str]] = frozenset()
    """Fields that Notion returns and does not accept in a write."""
    omitted_when_null: ClassVar[frozenset[str]] = frozenset()
    """Fields that Notion returns as null and accepts in a write only with a value."""

    @classmethod
    def parse(cls, raw: object) -> Self:
        """Reads `raw`; raises `Unreadable` with the place and the reason when its shape is wrong."""
        try:
            return cls.model_validate(raw)
        except ValidationError as error:
            raise Unreadable(cls.__name__, describe(error)) from error

    def raw(self) -> Json:
        """The object as it was read: `parse(x).raw() == x`."""
        return {name: _raw(value) for name, value in self.present()}

    def payload(self, uploads: Uploads = NO_UPLOADS) -> Json:
        """The object as the API accepts it in a write. Raises a `NotWritable`."""
        return {
            name: payload_of(value, uploads)
            for name, value in self.present()
            if name not in self.response_only and not (value is None and name in self.omitted_when_null)
        }

    def payloads(self, uploads: Uploads = NO_UPLOADS) -> list[Json]:
        """What stands for the object in an array that is written: itself, or the parts it must be cut into."""
        return [self.payload(uploads)]

    def present(self) -> Iterator[tuple[str, Any]]:
        """Name and value of each field that was in the input, known ones first."""
        given = self.model_fields_set
        for name, value in self.__dict__.items():
            if name in given:
                yield name, value
        yield from (self.model_extra or {}).items()


class Tagged(NotionModel):
    """`{"type": t, t: value}`, the way Notion writes a union. A `t` we do not know is kept as it is."""

    type: str

    kinds: ClassVar[frozenset[str]]
    """The types that are understood; each is a field of the class."""
    nullable: ClassVar[bool] = False
    """Whether the value may be null."""

    @property
    def known(self) -> bool:
        return self.type in self.kinds

    @property
    def value(self) -> Any:
        """What stands under the name of the type; None when nothing does."""
        if self.type in type(self).model_fields:
            return getattr(self, self.type)
        return (self.model_extra or {}).get(self.type)

    @model_validator(mode="after")
    def _value_is_there(self) -> Self:
        if self.known and (self.type not in self.model_fields_set or (self.value is None and not self.nullable)):
            raise ValueError(f"type is {self.type!r} but there is no {self.type!r}")
        return self


class Empty(NotionModel):
    """`{}`: a type without settings. Whatever it may get one day is kept."""


def payload_of(value: Any, uploads: Uploads) -> Any:
    """The writable form of a value that may hold models at any depth."""
    if isinstance(value, NotionModel):
        return value.payload(uploads)
    if isinstance(value, list):
        return [written for item in value for written in _items(item, uploads)]
    return value


def _items(item: Any, uploads: Uploads) -> list[Any]:
    return item.payloads(uploads) if isinstance(item, NotionModel) else [payload_of(item, uploads)]


def _raw(value: Any) -> Any:
    if isinstance(value, NotionModel):
        return value.raw()
    if isinstance(value, list):
        return [_raw(item) for item in value]
    if isinstance(value, dict):
        return {name: _raw(item) for name, item in value.items()}
    return value


def describe(error: ValidationError) -> str:
    """`place: reason` of each problem, without the offending values, which are the customer's content."""
    return "; ".join(
        f"{'.'.join(str(part) for part in problem['loc']) or 'object'}: {problem['msg']}"
        for problem in error.errors(include_url=False, include_input=False, include_context=False)
    )
