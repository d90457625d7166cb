"""Users, bots and groups. https://developers.notion.com/reference/user"""

from typing import Any

from apps.notion.model import NO_UPLOADS, Json, NotionModel, Uploads


class Person(NotionModel):
    email: str | None = None


class BotOwner(NotionModel):
    type: str
    user: "User | None" = None
    workspace: bool | None = None


class Bot(NotionModel):
    """Empty for every bot but the one that asks."""

    owner: BotOwner | None = None
    workspace_id: str | None = None
    workspace_name: str | None = None
    workspace_limits: dict[str, Any] | None = None


class User(NotionModel):
    """A person, a bot, a group, or only `{object, id}` where Notion tells no more."""

    object: str = "user"
    id: str
    type: str | None = None
    name: str | None = None
    avatar_url: str | None = None
    person: Person | None = None
    bot: Bot | None = None

    @property
    def label(self) -> str:
        return self.name or self.id

    def payload(self, uploads: Uploads = NO_UPLOADS) -> Json:
        return {"object": self.object, "id": self.id}
