"""The sandbox as tests and the command line hold it."""

import string
import time
from collections import Counter
from typing import Final

from starlette.types import ASGIApp

from apps.sandbox.access import CAPABILITIES, Connection
from apps.sandbox.app import build_app
from apps.sandbox.cursors import QuerySessions
from apps.sandbox.dice import Dice
from apps.sandbox.editor import Editor
from apps.sandbox.fault_plan import FaultPlan
from apps.sandbox.generate.company_wiki import generate_world
from apps.sandbox.grants import OAuthClient
from apps.sandbox.rate import RateWindows
from apps.sandbox.search_index import SearchIndex
from apps.sandbox.service import Service, Settings, Sleep
from apps.sandbox.signing import UrlSigner
from apps.sandbox.times import Clock
from apps.sandbox.truth import Truth, truth
from apps.sandbox.uploads import Uploads
from apps.sandbox.world.objects import User
from apps.sandbox.world.world import World

CONNECTION_NAME: Final = "NotionHub"
_ALPHABET: Final = string.ascii_letters + string.digits


def seeded_token(seed: int, workspace: int, number: int = 0) -> str:
    """The token of a generated workspace: known to whoever knows the seed."""
    dice = Dice(seed, workspace, number, "token")
    digits = "".join(str(dice.below(10)) for _ in range(11))
    return f"ntn_{digits}{''.join(dice.pick(_ALPHABET) for _ in range(35))}"


class Sandbox:
    """Worlds, tokens, clock, rate windows and faults behind one ASGI application."""

    def __init__(self, service: Service, seed: int) -> None:
        self.service = service
        self.seed = seed
        self.app: ASGIApp = build_app(service)
        self.token = ""
        self.edit = Editor(service.worlds[0], service.now)
        """Edits of the first workspace; `editor` gives those of others."""

    @classmethod
    def generate(
        cls,
        pages: int = 300,
        seed: int = 1,
        token: str | None = None,
        rate_limit: int | None = None,
        rate_window: float = 60.0,
        base_url: str | None = "http://sandbox.test",
        *,
        workspaces: int = 1,
        latency: float = 0.0,
        search_lag: float = 0.0,
        query_limit: int = 10_000,
        clock: Clock = time.time,
        sleep: Sleep | None = None,
        oauth: OAuthClient | None = None,
    ) -> "Sandbox":
        """``pages`` counts pages and rows of each workspace. ``base_url`` None takes the address from the request."""
        settings = Settings(base_url, latency, query_limit, clock)
        if sleep is not None:
            settings.sleep = sleep
        service = Service(
            settings=settings,
            worlds=[generate_world(seed, number, pages) for number in range(workspaces)],
            rate=RateWindows(rate_limit, rate_window, clock),
            faults=FaultPlan(),
            signer=UrlSigner(Dice(seed, "files").bits().to_bytes(8, "big"), clock),
            cursors=QuerySessions(clock),
            uploads=Uploads(),
            search=SearchIndex(lag=search_lag),
            oauth=oauth or OAuthClient(),
        )
        sandbox = cls(service, seed)
        for world in service.worlds:
            first = world is service.worlds[0]
            given = sandbox.issue_token(world=world, token=token if first else None)
            if first:
                sandbox.token = given
        return sandbox

    @property
    def world(self) -> World:
        """The first workspace."""
        return self.service.worlds[0]

    @property
    def worlds(self) -> list[World]:
        return self.service.worlds

    def editor(self, world: World) -> Editor:
        return Editor(world, self.service.now)

    @property
    def workspace_id(self) -> str:
        return self.world.id

    @property
    def workspace_name(self) -> str:
        return self.world.name

    @property
    def faults(self) -> FaultPlan:
        return self.service.faults

    @property
    def calls(self) -> Counter[str]:
        """Requests per endpoint, such as ``GET /v1/blocks/{block_id}/children``."""
        return self.service.calls

    @property
    def tokens(self) -> dict[str, Connection]:
        return self.service.tokens

    def issue_token(
        self,
        *,
        world: World | None = None,
        shared: set[str] | None = None,
        capabilities: frozenset[str] = CAPABILITIES,
        name: str = CONNECTION_NAME,
        token: str | None = None,
    ) -> str:
        """A new internal connection and its token; ``shared`` are page and database ids, None what is not private."""
        world = world or self.world
        number = len(self.service.connections)
        bot = User(Dice(self.seed, world.number, number, "bot").uuid(), name, "bot")
        world.users[bot.id] = bot
        if shared is None:
            shared = {thing.id for thing in world.shared_by_default()}
        token = token or seeded_token(self.seed, world.number, number)
        self.service.grant(token, Connection(bot.id, name, world, set(shared), capabilities))
        return token

    def expected(self, token: str | None = None, *, content: bool = True) -> Truth:
        """Ground truth: all that a token (the first one when left out) can reach."""
        return truth(self.service.tokens[token or self.token], self.service.uploads, content=content)
