"""One added column with an index."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("releases", "0001_initial")]

    operations = [
        migrations.AddField("thing", "rank", models.IntegerField(null=True)),
        migrations.AddIndex("thing", models.Index(fields=["rank"], name="thing_rank")),
    ]
