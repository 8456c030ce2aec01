"""How a change of what strangers see is told."""

from django.db import migrations

from kernel.showcase import announcer

SAFE_BECAUSE = "a trigger is added in a moment, behind the lock that the release takes anyway"


class Migration(migrations.Migration):
    dependencies = [("journal", "0002_audit_and_usage")]

    operations = [
        announcer(),
    ]
