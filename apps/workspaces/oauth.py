"""Connecting through Notion's own consent page.

Source: https://developers.notion.com/docs/authorization. Notion wants one registered redirect address
for the installation, so the callback lives outside the organizations and only passes on.
"""

import secrets
from typing import cast

from asgiref.sync import async_to_sync
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from pydantic import SecretStr

from apps.core.errors import Invalid, TransientError
from apps.notion.errors import NotionError
from apps.notion.oauth import OAuthClient
from apps.workspaces.probe import network_for

STATE = "notion_connect"
TARGET = "notion_connect_workspace"


def is_configured() -> bool:
    return bool(settings.NOTION_OAUTH_CLIENT_ID and settings.NOTION_OAUTH_CLIENT_SECRET)


def redirect_uri() -> str:
    return str(settings.BASE_URL + reverse("notion_callback"))


def begin(request: HttpRequest, slug: str, workspace: str = "") -> str:
    """The address of Notion's consent page; the state ties the answer to this session.

    ``workspace`` is the public id of the one whose next key it is to be; empty to connect.
    """
    request.session[TARGET] = workspace
    state = f"{slug}.{secrets.token_urlsafe(24)}"
    request.session[STATE] = state
    return client_for(settings.NOTION_BASE_URL).authorize_url(redirect_uri(), state)


def finish(request: HttpRequest) -> tuple[SecretStr, SecretStr | None]:
    """Access and refresh token. Raises :class:`Invalid` when refused or forged, :class:`TransientError`."""
    expected = request.session.pop(STATE, "")
    given = request.GET.get("state", "")
    if not expected or not secrets.compare_digest(expected.encode(), given.encode()):
        raise Invalid("This answer of Notion belongs to another session. Nothing was connected. Start again.")
    if request.GET.get("error") == "access_denied":
        raise Invalid("Access was denied on Notion's page. Nothing was connected.")
    code = request.GET.get("code", "")
    if not code:
        raise Invalid("Notion came back without a code. Nothing was connected. Start again.")
    try:
        granted = async_to_sync(_exchange)(code)
    except NotionError as error:
        if error.retryable:
            raise TransientError("Notion cannot be reached at the moment. Nothing was connected. Try again.") from error
        raise Invalid(f"Notion did not accept the code. Nothing was connected. Start again. {error}") from error
    refresh = granted.get("refresh_token")
    return SecretStr(str(granted["access_token"])), SecretStr(str(refresh)) if refresh else None


async def _exchange(code: str) -> dict[str, object]:
    client = client_for(settings.NOTION_BASE_URL)
    return dict(await client.exchange_code(code, redirect_uri()))


def client_for(base_url: str) -> OAuthClient:
    """The installation's public connection, at the address where a key was connected."""
    secret = cast(SecretStr, settings.NOTION_OAUTH_CLIENT_SECRET)
    return OAuthClient(
        settings.NOTION_OAUTH_CLIENT_ID,
        secret.get_secret_value() if secret else "",
        base_url=base_url,
        network=network_for(base_url),
    )
