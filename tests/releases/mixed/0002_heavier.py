"""Rows are written whose keys are checked at the transaction's end, before their table changes."""

from django.db import migrations


def heavier(apps, schema_editor):
    alias = schema_editor.connection.alias
    shelf, _ = apps.get_model("releases", "Shelf").objects.using(alias).get_or_create(name="new")
    apps.get_model("releases", "Parcel").objects.using(alias).update(shelf=shelf)


class Migration(migrations.Migration):
    dependencies = [("releases", "0001_initial")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(heavier, migrations.RunPython.noop)]
        )
    ]
