"""One RunPython that writes rows by the ORM."""

from django.db import migrations
from django.db.models import F


def rank(apps, schema_editor):
    things = apps.get_model("releases", "Thing").objects
    things.using(schema_editor.connection.alias).filter(id__lte=100).update(rank=F("id"))


class Migration(migrations.Migration):
    dependencies = [("releases", "0002_column_with_index")]

    operations = [migrations.RunPython(rank, migrations.RunPython.noop)]
