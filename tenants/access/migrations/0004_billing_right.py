"""Administrators of operators that exist already may see to their subscription."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("access", "0003_audit_right")]

    operations = [
        migrations.RunSQL(
            """UPDATE access_role SET rights = rights || '["billing_manage"]'::jsonb
            WHERE key = 'administrator' AND NOT rights @> '["billing_manage"]'::jsonb""",
            """UPDATE access_role SET rights = rights - 'billing_manage'
            WHERE key = 'administrator'""",
        ),
    ]
