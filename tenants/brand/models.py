"""One row of settings per operator."""

from django.db import models
from django.db.models import Q

from kernel.tenancy.models import TenantModel
from kernel.texts import TextsField


class Settings(TenantModel):
    """Name, look, language, money and time of the operator. `only` holds the table to one row.

    `paused_until` stops new orders until then; customers read `pause_message`. `seq` counts the
    events of the stream `brand`, under this row's lock.
    """

    only = models.BooleanField(default=True, unique=True, editable=False)
    name = TextsField()
    slogan = TextsField(default=dict)
    primary_color = models.CharField(max_length=7, default="#1677ff")
    accent_color = models.CharField(max_length=7, default="#fa8c16")
    logo = models.CharField(max_length=200, default="", blank=True)
    language = models.CharField(max_length=12)
    currency = models.CharField(max_length=3)
    time_zone = models.CharField(max_length=40)
    support_phone = models.CharField(max_length=20, default="", blank=True)
    paused_until = models.DateTimeField(null=True)
    pause_message = TextsField(default=dict)
    seq = models.PositiveIntegerField(default=0)
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(only=True), name="settings_only_one")]
