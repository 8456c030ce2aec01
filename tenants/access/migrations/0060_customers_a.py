from django.db import migrations, models
from django.db.models import F

SAFE_BECAUSE = (
    "the columns' defaults are constant; the indexes read an operator's people once, less than a"
    " second for a hundred thousand"
)


class Migration(migrations.Migration):
    dependencies = [("access", "0006_api_keys")]

    operations = [
        migrations.AddField(
            model_name="person",
            name="orders_count",
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="person",
            name="spent",
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="person",
            name="last_order_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddIndex(
            model_name="person",
            index=models.Index(
                F("last_order_at").desc(nulls_last=True), "id", name="person_by_last_order"
            ),
        ),
        migrations.AddIndex(
            model_name="person",
            index=models.Index(fields=["spent", "id"], name="person_by_spent"),
        ),
        migrations.AddIndex(
            model_name="person",
            index=models.Index(fields=["created_at", "id"], name="person_by_joined"),
        ),
    ]
