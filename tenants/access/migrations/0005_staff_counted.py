from django.db import migrations


class Migration(migrations.Migration):
    """Whoever works here already counts as staff, once: see tenants/journal/usage.py."""

    dependencies = [
        ("access", "0004_billing_right"),
        ("journal", "0002_audit_and_usage"),
    ]

    operations = [
        migrations.RunSQL(
            """
            INSERT INTO journal_usagecount (id, meter, period, amount)
            SELECT gen_random_uuid(), 'staff', DATE '1970-01-01', count(DISTINCT person_id)
            FROM access_grant JOIN access_role ON access_role.id = role_id
            WHERE EXISTS (
                SELECT FROM jsonb_array_elements_text(rights) AS held
                WHERE held NOT IN ('order_as_customer', 'fulfil_as_courier')
            )
            HAVING count(*) > 0
            ON CONFLICT (meter, period) DO NOTHING
            """,
            migrations.RunSQL.noop,
        ),
    ]
