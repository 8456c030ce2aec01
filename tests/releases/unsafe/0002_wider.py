from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("releases", "0001_initial")]

    operations = [migrations.AlterField("parcel", "weight", models.BigIntegerField(default=0))]
