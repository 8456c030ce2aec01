import django.db.models.deletion
from django.db import migrations, models

import kernel.crypto
import kernel.ids

ID = models.UUIDField(default=kernel.ids.new_id, editable=False, primary_key=True, serialize=False)


class Migration(migrations.Migration):
    initial = True
    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Shelf",
            fields=[("id", ID), ("name", models.CharField(max_length=40, unique=True))],
        ),
        migrations.CreateModel(
            name="Parcel",
            fields=[
                ("id", ID),
                ("code", kernel.crypto.EncryptedTextField()),
                ("code_index", models.BinaryField(null=True)),
                ("weight", models.IntegerField(default=0)),
                (
                    "shelf",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="releases.shelf"
                    ),
                ),
            ],
        ),
    ]
