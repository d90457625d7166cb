"""What will go tells when, in each answer: ``Deprecation`` (RFC 9745), ``Sunset`` (RFC 8594), and where to read on."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpResponseBase
from django.utils.http import http_date


@dataclass(frozen=True, slots=True)
class Deprecation:
    """A call that should not be used since then, and ends at ``sunset``. ``instead`` leads to what to do."""

    since: datetime
    sunset: datetime
    instead: str

    def __post_init__(self) -> None:
        if self.sunset <= self.since:
            raise ValueError("A call ends after it is deprecated.")

    def tell(self, response: HttpResponseBase) -> None:
        response["Deprecation"] = f"@{int(self.since.timestamp())}"
        response["Sunset"] = http_date(self.sunset.timestamp())
        response["Link"] = f'<{self.instead}>; rel="deprecation"; type="text/html"'
