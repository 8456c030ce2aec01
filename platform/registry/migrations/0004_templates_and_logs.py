"""The templates that come along, and logs that the application may add to but never change."""

from django.db import migrations
from django.utils import timezone

from registry.templates import templates_brought_along

APPEND_ONLY = ("registry_templateversion", "registry_owneraction", "registry_statechange")


def bring_templates(apps, schema_editor):
    alias = schema_editor.connection.alias
    template_rows = apps.get_model("registry", "Template").objects.using(alias)
    version_rows = apps.get_model("registry", "TemplateVersion").objects.using(alias)
    now = timezone.now()
    for key, data in templates_brought_along():
        template = template_rows.create(key=key, created_at=now)
        version_rows.create(template=template, number=1, data=data, created_at=now)


class Migration(migrations.Migration):
    dependencies = [("registry", "0003_fleet")]

    operations = [
        migrations.RunPython(bring_templates, migrations.RunPython.noop),
        *(
            migrations.RunSQL(
                f"REVOKE UPDATE, DELETE ON {table} FROM daiqu_platform",
                f"GRANT UPDATE, DELETE ON {table} TO daiqu_platform",
            )
            for table in APPEND_ONLY
        ),
    ]
