"""A sign-up knows the administrator's email; names are found by what they look like."""

from functools import reduce

from django.db import migrations, models
from django.db.models import F, TextField, Value
from django.db.models.functions import Replace

import kernel.crypto

LOOKS = (("-", ""), ("0", "o"), ("1", "l"), ("i", "l"), ("5", "s"), ("rn", "m"), ("vv", "w"))


class Migration(migrations.Migration):
    dependencies = [("registry", "0010_release_failures")]

    operations = [
        migrations.AddField(
            model_name="signup",
            name="email",
            field=kernel.crypto.SealedTextField(default=""),
            preserve_default=False,
        ),
        migrations.AddIndex(
            model_name="tenant",
            index=models.Index(
                reduce(
                    lambda name, look: Replace(
                        name, Value(look[0]), Value(look[1]), output_field=TextField()
                    ),
                    LOOKS,
                    F("slug"),
                ),
                name="tenant_skeleton",
            ),
        ),
    ]
