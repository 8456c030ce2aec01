from django.db import migrations, models

SAFE_BECAUSE = "an operator has some hundred services: the index is made in milliseconds"


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0059_showcase"),
    ]

    operations = [
        migrations.AddField(
            model_name="service",
            name="revision",
            field=models.PositiveIntegerField(db_default=1, default=1),
        ),
        migrations.AddField(
            model_name="service",
            name="saved_by",
            field=models.UUIDField(null=True),
        ),
        migrations.AddIndex(
            model_name="service",
            index=models.Index(fields=["position", "id"], name="service_in_order"),
        ),
    ]
