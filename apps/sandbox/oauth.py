"""OAuth (reference: *OAuth flow*): the consent page people see, and the three token endpoints."""

import base64
import binascii
import secrets
import string
from html import escape
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

import orjson
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import Receive, Scope, Send

from apps.sandbox import errors, http
from apps.sandbox.access import Connection
from apps.sandbox.dice import Dice
from apps.sandbox.grants import CODE_LIFETIME, Code, Replay
from apps.sandbox.home import document
from apps.sandbox.reading.reader import Reader
from apps.sandbox.service import Service
from apps.sandbox.striking import Strike
from apps.sandbox.world.json import Json
from apps.sandbox.world.objects import User
from apps.sandbox.world.world import World

_ALPHABET: Final = string.ascii_letters + string.digits


def new_token(prefix: str = "ntn_") -> str:
    return prefix + "".join(secrets.choice(_ALPHABET) for _ in range(46))


def connection_for(service: Service, world: World, owner: User, shared: set[str]) -> Connection:
    """The public connection's bot in a workspace; what is shared adds up."""
    bot_id = Dice(world.seed, world.number, "public", service.oauth.client_id).uuid()
    connection = next((each for each in service.connections if each.id == bot_id), None)
    if connection is None:
        world.users[bot_id] = User(bot_id, service.oauth.name, "bot")
        connection = Connection(bot_id, service.oauth.name, world, set(), owner_id=owner.id)
        service.connections.append(connection)
    connection.shared |= shared
    return connection


class Consent:
    """``GET|POST /v1/oauth/authorize``: choose a workspace and its pages, allow or deny."""

    def __init__(self, service: Service) -> None:
        self.service = service

    def _problem(self, asked: Any) -> str | None:
        if asked.get("client_id") != self.service.oauth.client_id:
            return "Missing or unknown client_id."
        if asked.get("response_type") != "code":
            return "response_type must be code."
        if urlsplit(asked.get("redirect_uri", "")).scheme not in ("http", "https"):
            return "Missing or invalid redirect_uri."
        return None

    async def show(self, request: Request) -> Response:
        asked = request.query_params
        problem = self._problem(asked)
        if problem is not None:
            return document("This connection cannot be added", f"<p>{escape(problem)}</p>", 400)
        hidden = "".join(
            f'<input type="hidden" name="{name}" value="{escape(asked.get(name, ""))}">'
            for name in ("client_id", "redirect_uri", "response_type", "state")
        )
        worlds = "".join(
            f'<label><input type="radio" name="workspace" value="{world.id}"{" checked" * (at == 0)}> '
            f"{escape(world.icon or '')} {escape(world.name)}</label>"
            for at, world in enumerate(self.service.worlds)
        )
        name = escape(self.service.oauth.name)
        return document(
            f"{self.service.oauth.name} wants to access a workspace",
            f'<p class="muted">It will read and edit the pages you share, and see the members and their email '
            f"addresses.</p><form method='post'>{hidden}<fieldset><legend>Workspace</legend>{worlds}</fieldset>"
            f'<div class="row"><button class="primary" name="decision" value="allow">Allow access</button>'
            f'<button name="decision" value="deny">Deny</button></div></form>'
            f"<p><small>{name} returns you to {escape(asked['redirect_uri'].split('?')[0])}</small></p>",
        )

    async def decide(self, request: Request) -> Response:
        """``pages`` may limit what is shared; without it, everything the workspace shares by default."""
        form = await request.form()
        problem = self._problem(form)
        if problem is not None:
            return document("This connection cannot be added", f"<p>{escape(problem)}</p>", 400)
        target = str(form["redirect_uri"])
        back = {"state": str(form["state"])} if form.get("state") else {}
        if form.get("decision") != "allow":
            return _redirect(target, {"error": "access_denied", **back})
        service = self.service
        world = next((each for each in service.worlds if each.id == form.get("workspace")), None)
        if world is None:
            return document("This connection cannot be added", "<p>No such workspace.</p>", 400)
        connection = connection_for(service, world, _first_person(world), _picked(form, world))
        code = new_token("")
        service.oauth.codes[code] = Code(connection, target, service.now())
        return _redirect(target, {"code": code, **back})


def _redirect(target: str, parameters: dict[str, str]) -> Response:
    joint = "&" if urlsplit(target).query else "?"
    return RedirectResponse(f"{target}{joint}{urlencode(parameters)}", 302)


def _first_person(world: World) -> User:
    return next(user for user in world.users.values() if user.kind == "person")


def _picked(form: FormData, world: World) -> set[str]:
    wanted = {str(each) for each in form.getlist("pages")}
    return {thing.id for thing in world.shared_by_default() if not wanted or thing.id in wanted}


async def answer_oauth(
    service: Service, segments: list[str], scope: Scope, receive: Receive, send: Send, request_id: str
) -> None:
    """``POST /v1/oauth/token | introspect | revoke`` with HTTP Basic. Raises ApiError."""
    handler = _HANDLERS.get(segments[1] if len(segments) == 2 else "")
    if handler is None or scope["method"] != "POST":
        raise errors.invalid_request_url()
    _check_client(service, http.header(scope, b"authorization") or "")
    try:
        body = orjson.loads(await http.read_body(receive) or b"{}")
    except orjson.JSONDecodeError as problem:
        raise errors.ApiError(400, "invalid_json", "Error parsing JSON body.") from problem
    if not isinstance(body, dict):
        raise errors.should_be("body", "an object", body)
    service.calls[f"POST /v1/oauth/{segments[1]}"] += 1
    strike = Strike(service, None, "POST", scope["path"])
    await strike.before(scope)
    payload = handler(service, body)
    await strike.after(orjson.dumps({**payload, "request_id": request_id}), scope, send, request_id)


def _check_client(service: Service, authorization: str) -> None:
    kind, _, encoded = authorization.partition(" ")
    try:
        given = base64.b64decode(encoded, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        given = ""
    wanted = f"{service.oauth.client_id}:{service.oauth.client_secret}"
    if kind.lower() != "basic" or not secrets.compare_digest(given.encode(), wanted.encode()):
        raise errors.ApiError(401, "unauthorized", "Client authentication failed.")


def _invalid_grant(message: str) -> errors.ApiError:
    return errors.ApiError(400, "invalid_grant", message)


def _token(service: Service, body: Json) -> Json:
    oauth = service.oauth
    match body.get("grant_type"):
        case "authorization_code":
            code = oauth.codes.pop(str(body.get("code")), None)
            if code is None or service.now() - code.issued > CODE_LIFETIME:
                raise _invalid_grant("Invalid code.")
            if body.get("redirect_uri") != code.redirect_uri:
                raise _invalid_grant("Invalid redirect_uri.")
            return pair_for(service, code.connection)
        case "refresh_token":
            return _refreshed(service, str(body.get("refresh_token")))
        case other:
            raise errors.should_be("body.grant_type", '`"authorization_code"` or `"refresh_token"`', other)


def _refreshed(service: Service, used: str) -> Json:
    """Both tokens anew, the old ones void; the same once more where a replay is honoured."""
    oauth = service.oauth
    again = oauth.replays.get(used)
    if again is not None and service.now() < again.until:
        return again.answer
    access = oauth.refresh_tokens.pop(used, None)
    connection = service.tokens.get(access or "")
    if access is None or connection is None:
        raise _invalid_grant("Invalid refresh token.")
    service.revoke(access)
    pair = pair_for(service, connection)
    if oauth.replay:
        oauth.replays[used] = Replay(pair, service.now() + oauth.replay)
    return pair


def pair_for(service: Service, connection: Connection) -> Json:
    """A new access token and a new refresh token."""
    access, refresh = new_token(), new_token("nrt_")
    service.grant(access, connection)
    service.oauth.refresh_tokens[refresh] = access
    service.oauth.issued[access] = service.now()
    world = connection.world
    reader = Reader(connection, "", service.signer, service.now())
    owner = world.users[connection.owner_id or connection.id]
    return {
        "access_token": access,
        "token_type": "bearer",
        "refresh_token": refresh,
        "bot_id": connection.id,
        "workspace_icon": world.icon,
        "workspace_name": world.name,
        "workspace_id": world.id,
        "owner": {"type": "user", "user": reader.user(owner)},
        "duplicated_template_id": None,
    }


def _introspect(service: Service, body: Json) -> Json:
    token = str(body.get("token"))
    connection = service.tokens.get(token)
    if connection is None:
        return {"active": False}
    scope = " ".join(sorted(connection.capabilities))
    return {"active": True, "scope": scope, "iat": int(service.oauth.issued.get(token, 0))}


def _revoke(service: Service, body: Json) -> Json:
    token = str(body.get("token"))
    if not service.revoke(token):
        raise errors.should_be("body.token", "a valid token", token)
    dead = [refresh for refresh, access in service.oauth.refresh_tokens.items() if access == token]
    for refresh in dead:
        del service.oauth.refresh_tokens[refresh]
    return {}


_HANDLERS: Final = {"token": _token, "introspect": _introspect, "revoke": _revoke}
