from django.db import migrations, models

SAFE_BECAUSE = "the index reads an operator's appointments once, some seconds for a million"


class Migration(migrations.Migration):
    dependencies = [("booking", "0002_terms")]

    operations = [
        migrations.AddIndex(
            model_name="booking",
            index=models.Index(fields=["-starts_at", "id"], name="booking_by_start"),
        ),
    ]
