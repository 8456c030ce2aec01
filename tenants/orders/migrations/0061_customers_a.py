from django.db import migrations

FILL = """
UPDATE access_person SET
    orders_count = ordered.orders_count,
    spent = ordered.spent,
    last_order_at = ordered.last_order_at
FROM (
    SELECT
        customer_id,
        count(*) AS orders_count,
        coalesce(sum(total) FILTER (WHERE state = 'completed'), 0) AS spent,
        max(placed_at) AS last_order_at
    FROM orders_order GROUP BY customer_id
) AS ordered
WHERE ordered.customer_id = access_person.id
"""


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0060_customers_a"),
        ("orders", "0060_due_a"),
    ]

    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
