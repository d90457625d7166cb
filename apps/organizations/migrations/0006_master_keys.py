from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('organizations', '0005_sign_in'),
    ]

    operations = [
        migrations.AlterField(
            model_name='signingkey',
            name='master_key_id',
            field=models.CharField(max_length=300),
        ),
    ]
