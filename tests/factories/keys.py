"""Keys of workspaces that nobody has asked Notion about."""

from pydantic import SecretStr

from apps.workspaces.keys.versions import new_version, put_to_use
from apps.workspaces.models import Workspace, WorkspaceKey


def give_key(workspace: Workspace, token: str) -> WorkspaceKey:
    """The workspace's next key, in use at once."""
    key = new_version(workspace, SecretStr(token))
    put_to_use(workspace, key, "suite")
    workspace.save(update_fields=["key"])
    return key
