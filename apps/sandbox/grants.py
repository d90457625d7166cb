"""What OAuth has handed out and still honours."""

from dataclasses import dataclass, field
from typing import Final

from apps.sandbox.access import Connection
from apps.sandbox.world.json import Json

CLIENT_ID: Final = "5a4dbe00-1c0e-4d0b-9d0b-000000005a4d"
CLIENT_SECRET: Final = "secret_sandbox_demo_only"  # noqa: S105  the demo's own, worth nothing elsewhere
CODE_LIFETIME: Final = 600


@dataclass(slots=True)
class Code:
    connection: Connection
    redirect_uri: str
    issued: float


@dataclass(slots=True)
class OAuthClient:
    """The one public connection that is registered."""

    client_id: str = CLIENT_ID
    client_secret: str = CLIENT_SECRET
    name: str = "NotionHub"
    codes: dict[str, Code] = field(default_factory=dict)
    refresh_tokens: dict[str, str] = field(default_factory=dict)
    """Refresh token → the access token it was issued with."""
    issued: dict[str, float] = field(default_factory=dict)
    """Access token → when."""
    replay: float = 0.0
    """Seconds in which a refresh token that was used gives the same pair again. Notion does not say what it does."""
    replays: dict[str, "Replay"] = field(default_factory=dict)
    """Used refresh token → what it gave."""


@dataclass(slots=True)
class Replay:
    answer: Json
    until: float
