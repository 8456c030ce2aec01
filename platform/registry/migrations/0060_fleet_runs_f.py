from django.db import migrations, models

import kernel.ids


class Migration(migrations.Migration):
    dependencies = [
        ("registry", "0051_erasure_survey"),
    ]

    operations = [
        migrations.CreateModel(
            name="FleetLook",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("looked_at", models.DateTimeField(null=True)),
                ("seconds", models.FloatField(default=0)),
                ("release", models.CharField(blank=True, max_length=64)),
                ("places", models.JSONField(default=dict)),
                ("behind", models.JSONField(default=list)),
                ("found", models.JSONField(default=dict)),
                ("findings", models.JSONField(default=list)),
                ("sizes", models.JSONField(default=dict)),
                ("store_free", models.BigIntegerField(null=True)),
                ("store_size", models.BigIntegerField(null=True)),
            ],
            options={
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="ReleaseRun",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("release", models.CharField(max_length=64)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("running", "Running"),
                            ("done", "Done"),
                            ("stopped", "Stopped"),
                            ("refused", "Refused"),
                        ],
                        default="running",
                        max_length=12,
                    ),
                ),
                ("started_at", models.DateTimeField()),
                ("told_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(null=True)),
                ("platform", models.JSONField(default=list)),
                ("groups", models.JSONField(default=list)),
                ("total", models.PositiveIntegerField(default=0)),
                ("done", models.PositiveIntegerField(default=0)),
                ("migrated", models.PositiveIntegerField(default=0)),
                ("failed", models.PositiveIntegerField(default=0)),
                ("failures", models.JSONField(default=list)),
                ("error", models.CharField(blank=True, max_length=500)),
            ],
            options={
                "ordering": ["-id"],
            },
        ),
        migrations.AddField(
            model_name="backup",
            name="broken",
            field=models.CharField(blank=True, db_default="", default="", max_length=500),
        ),
        migrations.AddField(
            model_name="backup",
            name="failure",
            field=models.CharField(
                blank=True,
                choices=[
                    ("store", "Store"),
                    ("database", "Database"),
                    ("stopped", "Stopped"),
                    ("other", "Other"),
                ],
                db_default="",
                default="",
                max_length=12,
            ),
        ),
        migrations.AddField(
            model_name="backup",
            name="share",
            field=models.FloatField(null=True),
        ),
        migrations.AddField(
            model_name="backup",
            name="verified_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="backup",
            name="verify_asked_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="releasefailure",
            name="half_way",
            field=models.BooleanField(db_default=False, default=False),
        ),
    ]
