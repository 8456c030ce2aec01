import django.db.models.deletion
from django.db import migrations, models

import kernel.ids

ID = models.UUIDField(default=kernel.ids.new_id, editable=False, primary_key=True, serialize=False)


class Migration(migrations.Migration):
    dependencies = [("releases", "0002_heavier")]

    operations = [
        # The names of the key and of the unique constraint are looked up in the database.
        migrations.AlterField(
            "parcel",
            "shelf",
            models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, to="releases.shelf"
            ),
        ),
        migrations.AlterField("shelf", "name", models.CharField(db_index=True, max_length=60)),
        migrations.AlterField("parcel", "weight", models.BigIntegerField(default=0)),
        migrations.RenameField("parcel", "weight", "grams"),
        migrations.AddConstraint(
            "parcel",
            models.CheckConstraint(condition=models.Q(grams__gte=0), name="parcel_grams"),
        ),
        migrations.CreateModel(
            name="Label",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("text", models.TextField(default="")),
                (
                    "parcel",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, to="releases.parcel"
                    ),
                ),
            ],
            options={"indexes": [models.Index(fields=["text"], name="label_text")]},
        ),
        migrations.AddField(
            "parcel", "shelves", models.ManyToManyField(related_name="+", to="releases.shelf")
        ),
        migrations.RenameModel("Shelf", "Rack"),
        migrations.RunSQL(
            """
            CREATE FUNCTION label_kept() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                RETURN NULL; -- 100% of them
            END $$;
            CREATE TRIGGER label_kept BEFORE DELETE ON releases_label
                FOR EACH ROW EXECUTE FUNCTION label_kept() -- the last word
            """,
            "DROP FUNCTION label_kept CASCADE",
        ),
    ]
