"""One row of settings per operator."""

from django.db import models
from django.db.models import Q

from kernel.tenancy.models import TenantModel
from kernel.texts import TextsField


class Settings(TenantModel):
    """Name, look, language, money and time of the operator. `only` holds the table to one row.

    `more_languages` are those, beside `language`, in which customers can read all it sells.

    `paused_until` stops new orders until then; customers read `pause_message`. `demand_bps` is how
    busy it is, in basis points of the fullest, which prices may follow. `seq` counts the
    events of the stream `brand`, under this row's lock.
    """

    only = models.BooleanField(default=True, unique=True, editable=False)
    name = TextsField()
    slogan = TextsField(default=dict)
    primary_color = models.CharField(max_length=7, default="#1677ff")
    accent_color = models.CharField(max_length=7, default="#fa8c16")
    logo = models.CharField(max_length=200, default="", blank=True)
    language = models.CharField(max_length=12)
    more_languages = models.JSONField(default=list, db_default=[])
    currency = models.CharField(max_length=3)
    time_zone = models.CharField(max_length=40)
    support_phone = models.CharField(max_length=20, default="", blank=True)
    paused_until = models.DateTimeField(null=True)
    pause_message = TextsField(default=dict)
    demand_bps = models.PositiveIntegerField(default=0, db_default=0)
    seq = models.PositiveIntegerField(default=0)
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(only=True), name="settings_only_one")]


class CalendarDay(TenantModel):
    """A date that is no ordinary one: a holiday, or a weekend day that is worked for one.

    `country` is whose table it comes from (ISO 3166, with a subdivision like GB-ENG), empty where
    the operator set it by hand.
    """

    class Kind(models.TextChoices):
        HOLIDAY = "holiday"
        WORKING = "working"

    date = models.DateField(unique=True)
    kind = models.CharField(max_length=8, choices=Kind)
    name = TextsField()
    country = models.CharField(max_length=10, default="", blank=True)

    class Meta:
        ordering = ["date"]
