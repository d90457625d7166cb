"""Prepare the database of the capture drill (``seed ADDRESS TOKEN``), or start a capture (``start NAME [OPTIONS]``)."""

import json
import sys
from typing import Any

import django

WORKSPACES = ("undisturbed", "killed")


def seed(base_url: str, token: str) -> None:
    """One organization with the same workspace of the sandbox, connected twice."""
    from django.core.management import call_command

    from apps.core.tenancy import scope
    from apps.organizations.services import create_organization
    from apps.workspaces.models import Workspace
    from tests.factories.keys import give_key

    call_command("migrate", verbosity=0)
    organization = create_organization("Acme", "owner@acme.example", slug="acme")
    with scope(organization.pk):
        for name in WORKSPACES:
            workspace = Workspace.objects.create(
                name=name,
                notion_id=name,
                bot_id="bot",
                base_url=base_url,
                rate_limit=100_000,
                rate_window=60.0,
            )
            give_key(workspace, token)


def start(name: str, **options: Any) -> None:
    from apps.core.tenancy import scope
    from apps.organizations.models import Organization
    from apps.organizations.services import system_actor
    from apps.snapshots.capture.options import Options
    from apps.snapshots.services import start_capture
    from apps.workspaces.models import Workspace

    organization = Organization.objects.get()
    with scope(organization.pk):
        workspace = Workspace.objects.get(name=name)
        start_capture(workspace, options=Options(**options), actor=system_actor(organization))


if __name__ == "__main__":
    django.setup()
    match sys.argv[1:]:
        case ["seed", base_url, token]:
            seed(base_url, token)
        case ["start", name, *options]:
            start(name, **json.loads(options[0] if options else "{}"))
        case _:
            raise SystemExit(__doc__)
