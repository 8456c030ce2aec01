"""Administrators of operators that exist already may read the new audit log."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("access", "0002_impersonated_sessions")]

    operations = [
        migrations.RunSQL(
            """UPDATE access_role SET rights = rights || '["audit_read"]'::jsonb
            WHERE key = 'administrator' AND NOT rights @> '["audit_read"]'::jsonb""",
            """UPDATE access_role SET rights = rights - 'audit_read'
            WHERE key = 'administrator'""",
        ),
    ]
