"""Events as Notion sends them: the verification token once, then signed deliveries, each tried up to eight times.

How it reaches the subscriber is its caller's: ``send`` posts a body with headers and gives the status back.
"""

import hashlib
import hmac
import json
import secrets
import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

Send = Callable[[str, Mapping[str, str], bytes], int]
ATTEMPTS = 8


class Subscription:
    """One subscription of a connection, as it is made in Notion's developer portal."""

    def __init__(self, url: str, send: Send, *, workspace_id: str, workspace_name: str, api_version: str) -> None:
        self.id, self.integration_id = str(uuid.uuid4()), str(uuid.uuid4())
        self.verification_token = f"secret_{secrets.token_urlsafe(32)}"
        self._url, self._send = url, send
        self._workspace, self._api_version = {"id": workspace_id, "name": workspace_name}, api_version

    def verify(self) -> int:
        """The one post without a signature. The status that came back."""
        body = json.dumps({"verification_token": self.verification_token}).encode()
        return self._send(self._url, {"Content-Type": "application/json"}, body)

    def event(self, kind: str, entity: Mapping[str, str], data: Mapping[str, Any]) -> dict[str, Any]:
        """An event of the type ``kind`` about ``{"id": …, "type": …}``, with ``data`` as its type has it."""
        return {
            "id": str(uuid.uuid4()),
            "timestamp": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "workspace_id": self._workspace["id"],
            "workspace_name": self._workspace["name"],
            "subscription_id": self.id,
            "integration_id": self.integration_id,
            "type": kind,
            "authors": [{"id": str(uuid.uuid4()), "type": "person"}],
            "attempt_number": 1,
            "api_version": self._api_version,
            "entity": dict(entity),
            "data": dict(data),
        }

    def signed(self, body: bytes) -> dict[str, str]:
        digest = hmac.new(self.verification_token.encode(), body, hashlib.sha256).hexdigest()
        return {"Content-Type": "application/json", "X-Notion-Signature": f"sha256={digest}"}

    def deliver(self, event: dict[str, Any]) -> list[int]:
        """Until it is taken, without the waiting in between; the statuses that came back."""
        statuses: list[int] = []
        while len(statuses) < ATTEMPTS and not (statuses and 200 <= statuses[-1] < 300):
            body = json.dumps(event | {"attempt_number": len(statuses) + 1}).encode()
            statuses.append(self._send(self._url, self.signed(body), body))
        return statuses
