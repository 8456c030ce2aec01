from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("releases", "0002_indexes")]

    operations = [
        migrations.CreateModel(
            name="Label", fields=[("id", models.BigAutoField(primary_key=True, serialize=False))]
        )
    ]
