from django.db import migrations


class Migration(migrations.Migration):
    """Whoever is approved already counts as a courier: see tenants/journal/usage.py."""

    dependencies = [
        ("couriers", "0001_initial"),
        ("journal", "0002_audit_and_usage"),
    ]

    operations = [
        migrations.RunSQL(
            """
            INSERT INTO journal_usagecount (id, meter, period, amount)
            SELECT gen_random_uuid(), 'couriers', DATE '1970-01-01', count(*)
            FROM couriers_courier WHERE state = 'approved'
            HAVING count(*) > 0
            ON CONFLICT (meter, period) DO NOTHING
            """,
            migrations.RunSQL.noop,
        ),
    ]
