"""The demo's organizations, people, workspace and API token. Running it again changes nothing."""

import json
import os
from pathlib import Path
from typing import Any

from django.conf import settings
from pydantic import SecretStr

from apps.access.roles import Role
from apps.core.tenancy import scope
from apps.demo.people import HOME, PEOPLE
from apps.jobs.models import Missed
from apps.jobs.schedules.selectors import schedules
from apps.jobs.schedules.services import Plan, create_schedule
from apps.organizations.credentials.secrets import digest_of
from apps.organizations.credentials.services import create_token
from apps.organizations.models import Credential, Membership, Organization
from apps.organizations.services import add_member, create_organization, system_actor
from apps.workspaces.models import ConnectionKind, Workspace
from apps.workspaces.probe import probe
from apps.workspaces.services import connect_workspace


def seed(sandbox_token: str, sandbox_url: str) -> dict[str, Any]:
    """Make what is missing; the content of ``demo.json``. Raises what ``probe`` raises.

    The sandbox's workspace is connected only where this installation talks to the sandbox.
    """
    for person in PEOPLE:
        organization = Organization.objects.filter(slug=person.slug).first()
        if organization is None:
            create_organization(person.organization, person.email, owner_name=person.name, slug=person.slug)
            continue
        with scope(organization.pk):
            if not Membership.objects.filter(user__email=person.email).exists():
                add_member(person.email, name=person.name, role=Role(person.role), actor=system_actor(organization))
    home = Organization.objects.get(slug=HOME)
    with scope(home.pk):
        here = sandbox_url == settings.NOTION_BASE_URL
        workspace = _workspace(home, SecretStr(sandbox_token)) if here else None
        if workspace is not None:
            _schedule(home, workspace)
        token = _token(home)
    return {
        "base_url": settings.BASE_URL,
        "organization": HOME,
        "api_token": token,
        "workspace_id": workspace.public_id if workspace else None,
        "sandbox_url": sandbox_url,
        "sandbox_token": sandbox_token,
    }


def demo_file() -> Path:
    path: Path = settings.VAR_DIR / "demo.json"
    return path


def write(content: dict[str, Any]) -> None:
    """Readable by its owner only: it holds a token. Replaced in one step."""
    path = demo_file()
    fresh = path.with_suffix(".new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(content, file, indent=2)
        file.write("\n")
    fresh.replace(path)


def _workspace(home: Organization, token: SecretStr) -> Workspace:
    base_url = settings.NOTION_BASE_URL
    found = probe(token, base_url)
    known = Workspace.objects.filter(notion_id=found.notion_id).first()
    if known is not None and known.base_url != base_url:
        known.base_url = base_url  # the same sandbox, on another port this time
        known.save(update_fields=["base_url"])
    return known or connect_workspace(
        found, base_url=base_url, token=token, connection=ConnectionKind.TOKEN, actor=system_actor(home, "Demo")
    )


def _schedule(home: Organization, workspace: Workspace) -> None:
    """A capture each night. A demo that was not running then makes up for nothing."""
    if not schedules(subject_id=workspace.public_id).exists():
        plan = Plan("Nightly capture", "0 2 * * *", "UTC", jitter=600, missed=Missed.SKIP)
        create_schedule("snapshots.capture", workspace, {}, plan, actor=system_actor(home, "Demo"))


def _token(home: Organization) -> str:
    """The token that ``demo.json`` holds, if it still works; else a new one."""
    kept = demo_file()
    if kept.exists():
        secret = str(json.loads(kept.read_text()).get("api_token", ""))
        if Credential.objects.filter(digest=digest_of(secret), revoked_at=None).exists():
            return secret
    owner = Membership.objects.select_related("user").get(role=Role.OWNER).user
    return create_token("Demo scripts", owner, actor=system_actor(home, "Demo"))[1]
