from django.db import migrations, models


def label(apps, schema_editor):
    alias = schema_editor.connection.alias
    labels = apps.get_model("releases", "Label").objects.using(alias)
    for parcel in apps.get_model("releases", "Parcel").objects.using(alias):
        labels.create(parcel=parcel, text=f"{parcel.code} {parcel.grams}")


class Migration(migrations.Migration):
    dependencies = [("releases", "0003_shapes")]

    operations = [
        migrations.RunPython(label, migrations.RunPython.noop),
        migrations.RemoveField("parcel", "code_index"),
        migrations.AddField("rack", "floor", models.SmallIntegerField(default=1, db_default=1)),
    ]
