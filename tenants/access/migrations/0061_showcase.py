"""What strangers may ask for by a registered document's id ends with the document."""

from django.db import migrations

from kernel.showcase import shown

SAFE_BECAUSE = "a trigger is added in a moment, behind the lock that the release takes anyway"


class Migration(migrations.Migration):
    dependencies = [("journal", "0010_showcase"), ("access", "0060_customers_a")]

    operations = [
        shown("access_registereddocument"),
    ]
