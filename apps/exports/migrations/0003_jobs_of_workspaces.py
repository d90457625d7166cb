from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import OuterRef, Subquery

from apps.core.postgresql.walls import across_tenants


def name_workspaces(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """The jobs of exports made before did not tell their workspace."""
    exports = apps.get_model("exports", "Export").objects
    workspace = exports.filter(job=OuterRef("pk")).values("workspace_id")[:1]
    jobs = apps.get_model("jobs", "Job").objects.filter(pk__in=exports.values("job_id"))
    with across_tenants(editor.connection):
        jobs.update(workspace_id=Subquery(workspace))


class Migration(migrations.Migration):

    dependencies = [
        ('exports', '0002_outlive_snapshots'),
        ('jobs', '0003_workspace'),
    ]

    operations = [migrations.RunPython(name_workspaces, migrations.RunPython.noop, elidable=True)]
