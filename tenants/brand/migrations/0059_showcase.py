"""Strangers see the brand."""

from django.db import migrations

from kernel.showcase import shown

SAFE_BECAUSE = "a trigger is added in a moment, behind the lock that the release takes anyway"


class Migration(migrations.Migration):
    dependencies = [("journal", "0010_showcase"), ("brand", "0031_modules")]

    operations = [
        shown("brand_settings"),
        shown("brand_calendarday"),
    ]
