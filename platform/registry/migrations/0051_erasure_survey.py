from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("registry", "0050_flags_heard")]

    operations = [
        migrations.AddField(
            model_name="erasure",
            name="survey",
            field=models.JSONField(null=True),
        ),
    ]
