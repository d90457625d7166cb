"""Points on the map. `location` is the same idea under an older name, seen only in schemas."""

from typing import Any, ClassVar, Literal

from apps.notion.lowering import Lowering
from apps.notion.model import Empty, NotionModel
from apps.notion.properties.property import Plain, PropertySchema, PropertyValue, join, register


class Place(NotionModel):
    """Degrees of latitude and longitude (WGS 84)."""

    lat: int | float
    lon: int | float
    name: str | None = None
    address: str | None = None
    aws_place_id: str | None = None
    google_place_id: str | None = None

    omitted_when_null: ClassVar[frozenset[str]] = frozenset({"name", "address", "aws_place_id", "google_place_id"})


class PlaceValue(PropertyValue):
    type: Literal["place"]
    place: Place | None

    def text(self) -> str:
        if not self.place:
            return ""
        words = join(part for part in (self.place.name, self.place.address) if part)
        return words or f"{self.place.lat}, {self.place.lon}"

    def plain(self, lowering: Lowering) -> Plain:
        if not self.place:
            return None
        parts: dict[str, Plain] = {
            "name": self.place.name,
            "address": self.place.address,
            "lat": self.place.lat,
            "lon": self.place.lon,
        }
        return {name: part for name, part in parts.items() if part is not None}


class PlaceSchema(PropertySchema):
    type: Literal["place"]
    place: Empty


class LocationValue(PropertyValue):
    type: Literal["location"]
    location: dict[str, Any] | None

    read_only: ClassVar[str | None] = "its shape is not documented"


class LocationSchema(PropertySchema):
    type: Literal["location"]
    location: Empty


register(PlaceValue, PlaceSchema)
register(LocationValue, LocationSchema)
