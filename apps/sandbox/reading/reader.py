"""A reader: one connection looking at its workspace in one request."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

import orjson

from apps.sandbox import access, ids, times
from apps.sandbox.access import Connection
from apps.sandbox.signing import UrlSigner
from apps.sandbox.world.json import Json
from apps.sandbox.world.objects import Database, Page, User
from apps.sandbox.world.rich_text import (
    HostedFile,
    LinkTo,
    Person,
    PersonName,
    PublicFile,
    TitleOf,
    plain_text,
)
from apps.sandbox.world.world import World

APP: Final = "https://app.notion.com/p/"
UPLOAD_LIMIT: Final = 5_242_880


def title_of(thing: Page | Database) -> str:
    title = thing.title
    return title if isinstance(title, str) else plain_text(title)


@dataclass(slots=True)
class Reader:
    """Puts into an answer what depends on who reads it: names, titles, signed URLs."""

    connection: Connection
    origin: str
    signer: UrlSigner
    now: float
    in_pieces: bool = False
    """Blocks are answered as objects instead of kept bytes, because a version still changes them."""
    met_lazy: bool = False
    """Set when something was put in, so that the bytes must not be kept for the next reader."""

    @property
    def world(self) -> World:
        return self.connection.world

    def dump(self, answer: Any) -> bytes:
        return orjson.dumps(answer, default=self.resolve, option=orjson.OPT_PASSTHROUGH_DATACLASS)

    def resolve(self, value: object) -> Any:
        """JSON for a lazy value. Raises TypeError for anything else."""
        self.met_lazy = True
        handler = _RESOLVERS.get(type(value))
        if handler is None:
            raise TypeError(f"{type(value).__name__} cannot be answered as JSON")
        return handler(self, value)

    def user(self, user: User) -> Json:
        """In full, as far as the connection's capabilities allow."""
        capabilities = self.connection.capabilities
        if access.READ_USERS not in capabilities:
            return {"object": "user", "id": user.id}
        common: Json = {
            "object": "user",
            "id": user.id,
            "name": user.name,
            "avatar_url": user.avatar_url,
            "type": user.kind,
        }
        if user.kind == "bot":
            return {**common, "bot": {}}
        known = access.READ_EMAILS in capabilities
        return {**common, "person": {"email": user.email, "email_verified": True} if known else {}}

    def bot(self, user: User) -> Json:
        """The connection's own bot user, the only one whose ``bot`` is filled."""
        owner: Json = {"type": "workspace", "workspace": True}
        if self.connection.owner_id is not None:
            owner = {"type": "user", "user": self.user(self.world.users[self.connection.owner_id])}
        return {
            "object": "user",
            "id": user.id,
            "name": user.name,
            "avatar_url": user.avatar_url,
            "type": "bot",
            "bot": {
                "owner": owner,
                "workspace_name": self.world.name,
                "workspace_id": self.world.id,
                "workspace_limits": {"max_file_upload_size_in_bytes": UPLOAD_LIMIT},
            },
        }

    def visible(self, identifier: str) -> Page | Database | None:
        thing = self.world.pages.get(identifier) or self.world.databases.get(identifier)
        return thing if thing is not None and self.connection.sees(thing) else None

    def person(self, person: Person) -> Json:
        user = self.world.users.get(person.user_id)
        return self.user(user) if user is not None else {"object": "user", "id": person.user_id}

    def person_name(self, person: PersonName) -> str:
        user = self.world.users.get(person.user_id)
        known = user is not None and access.READ_USERS in self.connection.capabilities
        return f"@{user.name}" if known and user is not None else "@Anonymous"

    def title(self, mention: TitleOf) -> str:
        thing = self.visible(mention.object_id)
        return (title_of(thing) or "Untitled") if thing is not None else "Untitled"

    def link(self, mention: LinkTo) -> str:
        return APP + ids.plain(mention.object_id)

    def file(self, file: HostedFile) -> Json:
        url, expires = self.signer.sign(self.origin, f"/files/{self.world.id}/{file.file_id}/{file.name}")
        return {"url": url, "expiry_time": times.millisecond_z(expires)}

    def public_file(self, file: PublicFile) -> str:
        return f"{self.origin}/files/{self.world.id}/{file.file_id}/{quote(file.name)}"


_RESOLVERS: dict[type, Callable[[Reader, Any], Any]] = {
    Person: Reader.person,
    PersonName: Reader.person_name,
    TitleOf: Reader.title,
    LinkTo: Reader.link,
    HostedFile: Reader.file,
    PublicFile: Reader.public_file,
}
