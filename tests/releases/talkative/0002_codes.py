from django.db import migrations


def check(apps, schema_editor):
    parcels = apps.get_model("releases", "Parcel").objects.using(schema_editor.connection.alias)
    for parcel in parcels.all():
        raise ValueError(f"{parcel.code} is no code")


class Migration(migrations.Migration):
    dependencies = [("releases", "0001_initial")]

    operations = [migrations.RunPython(check, migrations.RunPython.noop)]
