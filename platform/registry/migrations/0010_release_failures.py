from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("registry", "0004_templates_and_logs")]

    operations = [
        migrations.CreateModel(
            name="ReleaseFailure",
            fields=[
                (
                    "schema_name",
                    models.CharField(max_length=63, primary_key=True, serialize=False),
                ),
                ("migration", models.CharField(blank=True, max_length=255)),
                ("error", models.CharField(max_length=500)),
                ("at", models.DateTimeField()),
            ],
        ),
    ]
