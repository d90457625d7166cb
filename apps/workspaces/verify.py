"""Asking Notion about a stored key, then writing down the answer."""

from functools import partial

from apps.access.roles import Permission
from apps.core.actor import Actor
from apps.core.errors import Conflicting, Invalid
from apps.core.http import ensure
from apps.keys.services import reveal
from apps.workspaces.debits import book, forget_old
from apps.workspaces.models import Workspace
from apps.workspaces.probe import probe
from apps.workspaces.services import record_verification


def verify_workspace(workspace: Workspace, *, actor: Actor) -> Workspace:
    """Check the stored key now. Raises :class:`TransientError` when Notion cannot be asked."""
    ensure(actor, Permission.WORKSPACE_UPDATE, workspace.pk)
    key = workspace.key
    if key is None or key.access_token is None:
        raise Conflicting(f"{workspace.name} has no key: there is nothing to check. Connect it again.")
    forget_old(workspace)
    try:
        token = reveal(key.access_token)
        found = probe(token, workspace.base_url, workspace.api_version, partial(book, workspace))
    except Invalid:
        reason = "Notion no longer accepts the key: it was revoked or has expired. Connect the workspace again."
        return record_verification(workspace, None, reason, actor=actor)
    return record_verification(workspace, found, actor=actor)
