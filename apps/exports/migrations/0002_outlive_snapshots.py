import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import OuterRef, Subquery


def copy_numbers(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Exports made before knew the number through their snapshot."""
    number = apps.get_model("snapshots", "Snapshot").objects.filter(pk=OuterRef("snapshot")).values("number")
    apps.get_model("exports", "Export").objects.update(snapshot_number=Subquery(number))


class Migration(migrations.Migration):

    dependencies = [
        ('exports', '0001_initial'),
        ('snapshots', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='export',
            name='snapshot_number',
            field=models.PositiveIntegerField(default=0),
            preserve_default=False,
        ),
        migrations.RunPython(copy_numbers, migrations.RunPython.noop, elidable=True),
        migrations.AlterField(
            model_name='export',
            name='snapshot',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='exports', to='snapshots.snapshot'),
        ),
    ]
