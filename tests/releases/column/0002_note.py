from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("releases", "0001_initial")]

    operations = [
        migrations.AddField("parcel", "note", models.CharField(default="", max_length=80)),
        migrations.AddIndex("parcel", models.Index(fields=["weight"], name="parcel_weight")),
    ]
