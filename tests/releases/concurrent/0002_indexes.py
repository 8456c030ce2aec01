from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


def marked(text):
    def mark(apps, schema_editor):
        alias = schema_editor.connection.alias
        apps.get_model("releases", "Shelf").objects.using(alias).create(name=text)

    return migrations.RunPython(mark, migrations.RunPython.noop, atomic=True)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("releases", "0001_initial")]

    operations = [
        marked("one"),
        AddIndexConcurrently("parcel", models.Index(fields=["weight"], name="parcel_one")),
        migrations.AddField("parcel", "note", models.CharField(default="", max_length=80)),
        marked("two"),
        # Fails where two parcels weigh the same, and leaves an index of no use.
        migrations.RunSQL(
            "CREATE UNIQUE INDEX CONCURRENTLY parcel_two ON releases_parcel (weight)",
            "DROP INDEX CONCURRENTLY parcel_two",
        ),
        marked("three"),
    ]
