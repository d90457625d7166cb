"""Control endpoints under ``/_sandbox/``: for tests in another process. Not part of Notion."""

import uuid
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from apps.sandbox.access import CAPABILITIES, Connection
from apps.sandbox.faults import Fault
from apps.sandbox.oauth import new_token
from apps.sandbox.random_faults import RandomFaults
from apps.sandbox.service import Service
from apps.sandbox.truth import truth
from apps.sandbox.world import edits
from apps.sandbox.world.objects import User


def reply(payload: Any, status: int = 200) -> Response:
    body = orjson.dumps(payload, default=_sets, option=orjson.OPT_INDENT_2)
    return Response(body, status, media_type="application/json")


def _sets(value: object) -> list[str]:
    if isinstance(value, set | frozenset):
        return sorted(value)
    raise TypeError(type(value).__name__)


class Control:
    def __init__(self, service: Service) -> None:
        self.service = service

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/", self.state, methods=["GET"]),
            Route("/faults", self.faults, methods=["GET", "POST", "DELETE"]),
            Route("/faults/random", self.random_faults, methods=["POST"]),
            Route("/revoke", self.revoke, methods=["POST"]),
            Route("/tokens", self.tokens, methods=["POST"]),
            Route("/truth", self.truth, methods=["GET"]),
            Route("/trash", self.trash, methods=["POST"]),
            Route("/share", self.share, methods=["POST", "DELETE"]),
            Route("/settings", self.settings, methods=["PATCH"]),
        ]

    async def state(self, request: Request) -> Response:
        service = self.service
        return reply(
            {
                "workspaces": [
                    {
                        "id": world.id,
                        "name": world.name,
                        "pages": len(world.pages),
                        "databases": len(world.databases),
                    }
                    for world in service.worlds
                ],
                "connections": [self._connection(connection) for connection in service.connections],
                "calls": dict(sorted(service.calls.items())),
                "faults": [fault.as_json() for fault in service.faults.faults],
                "random_faults": service.faults.random and service.faults.random.as_json(),
            }
        )

    def _connection(self, connection: Connection) -> dict[str, Any]:
        return {
            "id": connection.id,
            "name": connection.name,
            "workspace_id": connection.world.id,
            "tokens": connection.tokens,
            "shared": len(connection.shared),
            "capabilities": connection.capabilities,
            "rate": self.service.rate.state(connection.id),
        }

    async def faults(self, request: Request) -> Response:
        """POST one fault or a list of them; DELETE removes all."""
        if request.method == "DELETE":
            self.service.faults.clear()
        if request.method == "POST":
            try:
                raw = orjson.loads(await request.body())
                added = [Fault.read(each) for each in (raw if isinstance(raw, list) else [raw])]
            except (ValueError, TypeError) as problem:
                return reply({"error": str(problem)}, 400)
            for fault in added:
                self.service.faults.add(fault)
        return reply([fault.as_json() for fault in self.service.faults.faults])

    async def random_faults(self, request: Request) -> Response:
        """Strike by dice from now on: ``seed``, ``rate`` and, if wanted, ``times``."""
        try:
            self.service.faults.random = RandomFaults(**orjson.loads(await request.body()))
        except (ValueError, TypeError) as problem:
            return reply({"error": str(problem)}, 400)
        return reply(self.service.faults.random.as_json())

    async def revoke(self, request: Request) -> Response:
        token = orjson.loads(await request.body()).get("token", "")
        return reply({"revoked": self.service.revoke(token)})

    async def tokens(self, request: Request) -> Response:
        """Another token: ``of`` the connection that has this one, or of a new connection ``name`` beside it.

        To a new one what is not private is shared, but for the ids in ``without``; it may do all but what
        ``lacks`` names.
        """
        raw = orjson.loads(await request.body())
        beside = self.service.tokens.get(raw.get("of", ""))
        if beside is None:
            return reply({"error": "no such token"}, 404)
        token, connection = new_token(), beside
        if name := raw.get("name"):
            world, bot = beside.world, str(uuid.uuid4())
            world.users[bot] = User(bot, name, "bot")
            shared = {thing.id for thing in world.shared_by_default()} - set(raw.get("without", []))
            connection = Connection(bot, name, world, shared, CAPABILITIES - set(raw.get("lacks", [])))
        self.service.grant(token, connection)
        return reply({"token": token, "connection": connection.id})

    async def truth(self, request: Request) -> Response:
        """What ``?token=`` (the first one when left out) can reach; ``?content=0`` for large worlds."""
        token = request.query_params.get("token") or next(iter(self.service.tokens), "")
        connection = self.service.tokens.get(token)
        if connection is None:
            return reply({"error": "no such token"}, 404)
        content = request.query_params.get("content") != "0"
        return reply(truth(connection, self.service.uploads, content=content))

    async def trash(self, request: Request) -> Response:
        """Put a page, database or block (``id``) into the trash, or take it out again (``restore``)."""
        raw = orjson.loads(await request.body())
        found = False
        for world in self.service.worlds:
            thing = edits.find(world, str(raw.get("id")))
            if thing is not None:
                found = True
                edits.set_trash(world, thing, not raw.get("restore"), self.service.now(), thing.edited_by)
        return reply({"found": found})

    async def share(self, request: Request) -> Response:
        """Add the connections of its workspace to the page or database ``id``; DELETE takes it away from them."""
        thing = str(orjson.loads(await request.body()).get("id"))
        concerned = [each for each in self.service.connections if edits.find(each.world, thing) is not None]
        for connection in concerned:
            connection.shared = connection.shared | {thing} if request.method == "POST" else connection.shared - {thing}
        return reply({"connections": len(concerned)})

    async def settings(self, request: Request) -> Response:
        """Turn ``latency``, ``rate_limit``, ``rate_window`` and ``query_limit`` of the running server."""
        raw = orjson.loads(await request.body())
        service = self.service
        service.settings.latency = raw.get("latency", service.settings.latency)
        service.settings.query_limit = raw.get("query_limit", service.settings.query_limit)
        service.rate.limit = raw.get("rate_limit", service.rate.limit)
        service.rate.window = raw.get("rate_window", service.rate.window)
        return reply({"rate_limit": service.rate.limit, "latency": service.settings.latency})
