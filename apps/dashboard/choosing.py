"""How a command finds out what it is about: which organization, which workspace."""

from django.core.management.base import CommandError

from apps.organizations.models import Organization
from apps.workspaces.models import Workspace
from apps.workspaces.selectors import workspaces


def organization_named(slug: str) -> Organization:
    """The one with this slug, or the first one when none is named. Raises ``CommandError``."""
    known = Organization.objects.order_by("pk")
    found = known.filter(slug=slug).first() if slug else known.first()
    if found is not None:
        return found
    if slug:
        names = ", ".join(known.values_list("slug", flat=True)) or "none"
        raise CommandError(f"There is no organization “{slug}”. There are: {names}.")
    raise CommandError("There is no organization yet. Make one: manage.py create_organization NAME --owner EMAIL")


def workspace_named(name: str) -> Workspace:
    """By id or name, or the only one when none is named. Runs in a scope. Raises ``CommandError``."""
    known = list(workspaces())
    matching = [w for w in known if name in (w.public_id, w.name, w.notion_id)] if name else known
    if len(matching) == 1:
        return matching[0]
    there = "; ".join(f"{w.public_id} ({w.name})" for w in known) or "none is connected"
    if not matching:
        raise CommandError(
            f"There is no workspace “{name}” here. There are: {there}." if name else f"No workspace: {there}."
        )
    raise CommandError(f"Say which workspace, with --workspace and an id. There are: {there}.")
