from collections.abc import Iterator

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import F

from apps.core.fields import new_public_id
from apps.core.postgresql.walls import across_tenants


def make_first_keys(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """What a workspace was connected with is its key 1."""
    workspaces = apps.get_model("workspaces", "Workspace").objects
    keys = apps.get_model("workspaces", "WorkspaceKey").objects
    with across_tenants(editor.connection):
        for row in _connected(workspaces):
            key = keys.create(
                public_id=new_public_id("key"),
                organization_id=row["organization_id"],
                workspace_id=row["id"],
                number=1,
                connection=row["connection"],
                access_token_id=row["access_token_id"],
                refresh_token_id=row["refresh_token_id"],
                hint=f"…{row['hint']}",
                bot_id=row["bot_id"],
                bot_name=row["bot_name"],
                promoted_at=row["made_at"],
            )
            keys.filter(pk=key.pk).update(created_at=row["made_at"])
            workspaces.filter(pk=row["id"]).update(key_id=key.pk)


def _connected(workspaces: object) -> Iterator[dict[str, object]]:
    rows = workspaces.filter(access_token__isnull=False, key__isnull=True)  # type: ignore[attr-defined]
    columns = ("id", "organization_id", "connection", "access_token_id", "refresh_token_id", "bot_id", "bot_name")
    named = {"hint": F("access_token__hint"), "made_at": F("access_token__created_at")}
    return iter(list(rows.values(*columns, **named)))


def take_back(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    workspaces = apps.get_model("workspaces", "Workspace").objects
    with across_tenants(editor.connection):
        for key in apps.get_model("workspaces", "WorkspaceKey").objects.filter(workspace__key_id=F("pk")):
            workspaces.filter(pk=key.workspace_id).update(
                connection=key.connection,
                access_token_id=key.access_token_id,
                refresh_token_id=key.refresh_token_id,
                key=None,
            )


class Migration(migrations.Migration):

    dependencies = [
        ("keys", "0001_initial"),
        ("workspaces", "0004_keys"),
    ]

    operations = [migrations.RunPython(make_first_keys, take_back, elidable=True)]
