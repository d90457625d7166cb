from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('workspaces', '0005_first_keys'),
    ]

    operations = [
        migrations.RemoveField(
            model_name='workspace',
            name='access_token',
        ),
        migrations.RemoveField(
            model_name='workspace',
            name='connection',
        ),
        migrations.RemoveField(
            model_name='workspace',
            name='refresh_token',
        ),
    ]
