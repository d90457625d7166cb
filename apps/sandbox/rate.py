"""Rate windows per connection: fixed windows, as since September 2026 (reference: *Rate limits*)."""

import math
from dataclasses import dataclass
from typing import Final

from apps.sandbox.errors import ApiError
from apps.sandbox.times import Clock

MESSAGE: Final = "You have been rate limited. Please try again in a few minutes."
CONNECTION: Final = "public_api_request_rate_limit"
REASONS: Final = (
    CONNECTION,
    "public_api_space_request_rate_limit",
    "public_api_endpoint_rate_limit",
    "public_api_request_blocked",
)
"""Whose limit was reached; after the last one trying again is useless."""


def rate_limited(retry_after: float, reason: str = CONNECTION) -> ApiError:
    seconds = str(max(1, math.ceil(retry_after)))
    return ApiError(
        429,
        "rate_limited",
        MESSAGE,
        additional={"rate_limit_reason": reason, "retry_after": seconds},
        headers={"retry-after": seconds},
    )


@dataclass(slots=True)
class Window:
    started: float
    used: int = 0
    refused: int = 0


class RateWindows:
    """A window opens with the first request after the last one ended; a burst anywhere inside is allowed."""

    def __init__(self, limit: int | None, window: float, clock: Clock) -> None:
        self.limit = limit
        """Requests per window; None does not limit."""
        self.window = window
        self._clock = clock
        self._windows: dict[str, Window] = {}

    def spend(self, connection_id: str) -> None:
        """Count one request. Raises 429 with the seconds until the window ends."""
        now = self._clock()
        current = self._windows.get(connection_id)
        if current is None or now >= current.started + self.window:
            current = self._windows[connection_id] = Window(now)
        if self.limit is not None and current.used >= self.limit:
            current.refused += 1
            raise rate_limited(current.started + self.window - now)
        current.used += 1

    def state(self, connection_id: str) -> dict[str, float | int | None]:
        """For the control page: what is used of the present window."""
        now = self._clock()
        current = self._windows.get(connection_id)
        if current is None or now >= current.started + self.window:
            return {"limit": self.limit, "used": 0, "refused": 0, "resets_in": 0.0}
        return {
            "limit": self.limit,
            "used": current.used,
            "refused": current.refused,
            "resets_in": round(current.started + self.window - now, 3),
        }
