from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("brand", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="settings",
            name="more_languages",
            field=models.JSONField(default=list, db_default=[]),
        ),
    ]
