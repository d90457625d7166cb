"""Goes on with another key where one is refused: a key may be replaced while a call is on its way."""

from collections.abc import Awaitable, Callable

from apps.notion.errors import Unauthorized
from apps.notion.transports.base import Call, Json, Transport

Another = Callable[[str], Awaitable[bool]]
"""Told the key that was refused: whether there is another one now."""


class RekeyTransport:
    """Above the budget, so that each attempt pays. A refused call did nothing, so any may be repeated."""

    def __init__(self, inner: Transport, token: Callable[[], str], another: Another) -> None:
        self._inner = inner
        self._token = token
        self._another = another

    async def send(self, call: Call) -> Json:
        while True:
            sent = self._token()
            try:
                return await self._inner.send(call)
            except Unauthorized:
                if not await self._another(sent):
                    raise
