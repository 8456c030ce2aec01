"""A table with a thousand rows."""

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Thing",
            fields=[
                ("id", models.BigAutoField(primary_key=True)),
                ("name", models.CharField(max_length=80)),
            ],
        ),
        migrations.RunSQL(
            "INSERT INTO releases_thing (name)"
            " SELECT 'Thing ' || number FROM generate_series(1, 1000) AS number",
            migrations.RunSQL.noop,
        ),
    ]
