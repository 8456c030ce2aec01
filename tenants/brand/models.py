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
    events of the stream `brand`, under this row's lock. `modules_off` are modules.py's.
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
    modules_off = models.JSONField(default=list, db_default=[])
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


class Bulletin(TenantModel):
    """What the operator announces to people in its apps, from `shown_from` until `shown_until`."""

    class Audience(models.TextChoices):
        EVERYBODY = "everybody"
        CUSTOMERS = "customers"
        COURIERS = "couriers"

    title = TextsField()
    text = TextsField(default=dict)
    audience = models.CharField(max_length=9, choices=Audience, default=Audience.EVERYBODY)
    pinned = models.BooleanField(default=False)
    shown_from = models.DateTimeField()
    shown_until = models.DateTimeField(null=True)
    updated_at = models.DateTimeField()

    class Meta:
        ordering = ["-pinned", "-shown_from", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(shown_until=None) | Q(shown_until__gt=models.F("shown_from")),
                name="bulletin_forwards",
            )
        ]
