from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("places", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="place",
            name="hours",
            field=models.JSONField(null=True),
        ),
        migrations.AddField(
            model_name="zone",
            name="services",
            field=models.JSONField(default=list, db_default=[]),
        ),
        migrations.AlterField(
            model_name="place",
            name="kind",
            field=models.CharField(
                choices=[
                    ("campus", "Campus"),
                    ("building", "Building"),
                    ("gate", "Gate"),
                    ("floor", "Floor"),
                    ("room", "Room"),
                    ("station", "Station"),
                ],
                max_length=12,
            ),
        ),
    ]
