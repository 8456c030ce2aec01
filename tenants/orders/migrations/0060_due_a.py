from django.db import migrations, models
from django.db.models.functions import Now

SAFE_BECAUSE = (
    "the column's default is one instant for all rows, so that none is written anew for it;"
    " filling it and its indexes read an operator's orders once, some seconds for a million"
)

FILL = """
UPDATE orders_order SET due_at = coalesce(
    (SELECT starts_at FROM booking_booking WHERE booking_booking.id = orders_order.booking_id),
    (SELECT wanted_at FROM pricing_quote WHERE pricing_quote.id = orders_order.quote_id),
    placed_at
)
"""


class Migration(migrations.Migration):
    dependencies = [
        ("booking", "0001_initial"),
        ("orders", "0011_booking"),
        ("pricing", "0010_rules_and_answers"),
    ]

    operations = [
        migrations.AddField(
            model_name="order",
            name="due_at",
            field=models.DateTimeField(db_default=Now()),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(fields=["due_at", "id"], name="order_by_due"),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(fields=["total", "id"], name="order_by_total"),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
