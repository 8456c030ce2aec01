from django.db import migrations


def count(apps, schema_editor):
    apps.get_model("releases", "Parcel").objects.count()


class Migration(migrations.Migration):
    dependencies = [("releases", "0001_initial")]

    operations = [migrations.RunPython(count, migrations.RunPython.noop)]
