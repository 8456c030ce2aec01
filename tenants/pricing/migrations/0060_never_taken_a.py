from django.db import migrations, models

SAFE_BECAUSE = "the index reads an operator's quotes once, some seconds for a million"


class Migration(migrations.Migration):
    dependencies = [("pricing", "0030_courier_prices")]

    operations = [
        migrations.AddIndex(
            model_name="quote",
            index=models.Index(
                condition=models.Q(("taken_at", None)),
                fields=["expires_at"],
                name="quote_never_taken",
            ),
        ),
    ]
