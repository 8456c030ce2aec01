from importlib import import_module

from django.db import migrations

PARTS = ("0002_heavier", "0003_shapes", "0004_again")


class Migration(migrations.Migration):
    dependencies = [("releases", "0001_initial")]
    replaces = [("releases", part) for part in PARTS]

    operations = [
        operation
        for part in PARTS
        for operation in import_module(f"tests.releases.mixed.{part}").Migration.operations
    ]
