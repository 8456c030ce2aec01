from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("couriers", "0010_agenda")]

    operations = [
        migrations.AddField(
            model_name="courier",
            name="exams",
            field=models.JSONField(default=list, db_default=[]),
        ),
        migrations.AddField(
            model_name="courier",
            name="level",
            field=models.PositiveSmallIntegerField(default=0, db_default=0),
        ),
        migrations.AddField(
            model_name="courier",
            name="gender",
            field=models.CharField(
                blank=True,
                choices=[("female", "Female"), ("male", "Male")],
                db_default="",
                default="",
                max_length=6,
            ),
        ),
        migrations.AddField(
            model_name="courier",
            name="qualified_at",
            field=models.DateTimeField(null=True),
        ),
    ]
