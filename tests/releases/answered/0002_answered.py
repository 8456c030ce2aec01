from django.db import migrations, models

SAFE_BECAUSE = "nobody keeps parcels for long"


class Migration(migrations.Migration):
    dependencies = [("releases", "0001_initial")]

    operations = [migrations.AlterField("parcel", "weight", models.BigIntegerField(default=0))]
