"""The running sandbox: everything the endpoints share."""

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from apps.sandbox.access import Connection
from apps.sandbox.cursors import QuerySessions
from apps.sandbox.fault_plan import FaultPlan
from apps.sandbox.grants import OAuthClient
from apps.sandbox.rate import RateWindows
from apps.sandbox.search_index import SearchIndex
from apps.sandbox.signing import UrlSigner
from apps.sandbox.times import Clock
from apps.sandbox.uploads import Uploads
from apps.sandbox.world.world import World

Sleep = Callable[[float], Awaitable[None]]


@dataclass(slots=True)
class Settings:
    """What a test or the command line may turn."""

    base_url: str | None = None
    """Where signed URLs and redirects point; None takes it from the request."""
    latency: float = 0.0
    """Seconds every API answer waits."""
    query_limit: int = 10_000
    """Rows a query gives before it says it is incomplete."""
    clock: Clock = time.time
    sleep: Sleep = asyncio.sleep


@dataclass(slots=True, eq=False)
class Service:
    settings: Settings
    worlds: list[World]
    rate: RateWindows
    faults: FaultPlan
    signer: UrlSigner
    cursors: QuerySessions
    uploads: Uploads
    search: SearchIndex
    oauth: OAuthClient
    connections: list[Connection] = field(default_factory=list)
    tokens: dict[str, Connection] = field(default_factory=dict)
    calls: Counter[str] = field(default_factory=Counter)
    """Requests per endpoint, such as ``GET /v1/pages/{page_id}``, those included that a window or a fault refused.

    ``GET /files`` counts downloads.
    """

    def now(self) -> float:
        return self.settings.clock()

    def grant(self, token: str, connection: Connection) -> None:
        if connection not in self.connections:
            self.connections.append(connection)
        connection.tokens.add(token)
        self.tokens[token] = connection

    def revoke(self, token: str) -> bool:
        """Whether there was such a token."""
        connection = self.tokens.pop(token, None)
        if connection is None:
            return False
        connection.tokens.discard(token)
        return True
