from django.db import migrations

from kernel.crypto import blind_index


def index(apps, schema_editor):
    parcels = apps.get_model("releases", "Parcel").objects.using(schema_editor.connection.alias)
    for parcel in parcels.all():
        parcel.code = parcel.code.upper()
        parcel.code_index = blind_index("code", parcel.code)
        parcel.save()


class Migration(migrations.Migration):
    dependencies = [("releases", "0001_initial")]

    operations = [migrations.RunPython(index, migrations.RunPython.noop)]
