"""What travels through the transports, and the one method they share.

The layers nest like httpx transports do, but speak in our words: a `Call` goes in, a JSON object or a
`NotionError` comes out. So only `apps.notion.network` knows httpx, and a layer can be tested with a function.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, Protocol

Json = dict[str, Any]
Clock = Callable[[], float]
Sleep = Callable[[float], Awaitable[object]]
EventCallback = Callable[[str, Mapping[str, Any]], None]


class Priority(IntEnum):
    """Lower goes first where calls queue for the rate budget."""

    INTERACTIVE = 0  # a person waits for it
    BACKGROUND = 1


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the API. `target` is path and query, percent-encoded; the credentials are added below.

    `repeatable` says that making the call twice does no more than making it once.
    `on_event(kind, detail)` hears of waits, repeats and circuit changes; it must not block.
    """

    method: str
    target: str
    body: bytes | None = field(default=None, repr=False)
    repeatable: bool = False
    priority: Priority = Priority.BACKGROUND
    on_event: EventCallback | None = None

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]

    def tell(self, kind: str, **detail: Any) -> None:
        if self.on_event is not None:
            self.on_event(kind, {"method": self.method, "path": self.path, **detail})


class Transport(Protocol):
    async def send(self, call: Call) -> Json:
        """The parsed answer. Raises `NotionError`."""
        ...
