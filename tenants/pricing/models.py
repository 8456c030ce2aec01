"""Rules that are edited, tariffs that are published, quotes that are promised.

All amounts are minor units of the operator's currency.
"""

from django.db import models
from django.db.models import Q

from kernel.crypto import EncryptedJSONField
from kernel.tenancy.models import TenantModel
from kernel.texts import TextsField


class Step(models.TextChoices):
    """A step of the price pipeline, in the order in which they apply; see README.md."""

    BASE = "base"
    DISTANCE = "distance"
    WEIGHT = "weight"
    SIZE = "size"
    DURATION = "duration"
    OPTION = "option"
    FLOORS = "floors"
    ZONE = "zone"
    URGENT = "urgent"
    NIGHT = "night"
    PEAK = "peak"
    HOLIDAY = "holiday"
    DEMAND = "demand"
    MINIMUM = "minimum"
    MAXIMUM = "maximum"
    MEMBER = "member"
    WAVE = "wave"
    INSURED = "insured"
    GOODS = "goods"
    PROMOTION = "promotion"
    TIP = "tip"
    TAX = "tax"
    COMMISSION = "commission"


class Rounding(models.TextChoices):
    """Which way a computed amount goes that lies between two multiples."""

    HALF_UP = "half_up"
    UP = "up"
    DOWN = "down"


class Rule(TenantModel):
    """One rule of the living tariff. Without a service it holds for all.

    `when` is described in conditions.py, `params` in params.py. Of the rules of a step the higher
    `priority` goes first, of equals the older; computed amounts become multiples of `round_to`
    minor units. It prices quotes that are made from `valid_from` on and before `valid_until`.
    """

    step = models.CharField(max_length=12, choices=Step)
    service = models.ForeignKey(
        "catalog.Service", on_delete=models.CASCADE, null=True, related_name="rules"
    )
    label = TextsField()
    params = models.JSONField()
    when = models.JSONField(default=dict, db_default={})
    priority = models.IntegerField(default=0, db_default=0)
    round_to = models.PositiveIntegerField(default=1, db_default=1)
    rounding = models.CharField(
        max_length=8, choices=Rounding, default=Rounding.HALF_UP, db_default=Rounding.HALF_UP
    )
    valid_from = models.DateTimeField(null=True)
    valid_until = models.DateTimeField(null=True)
    active = models.BooleanField(default=True, db_default=True)
    updated_at = models.DateTimeField()


class Tariff(TenantModel):
    """All rules as they were published, never changed afterwards: what a quote was priced by."""

    number = models.PositiveIntegerField(unique=True)
    currency = models.CharField(max_length=3)
    rules = models.JSONField()
    published_at = models.DateTimeField()


class CourierPrice(TenantModel):
    """What a courier asks for a service in place of the operator's base, and what staff made of it.

    `median` is that of the other couriers' prices in force when it was proposed, for the reviewer;
    None if there was none. `note` is the reason of a refusal. `seq` counts its events.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed"
        APPROVED = "approved"
        DECLINED = "declined"
        WITHDRAWN = "withdrawn"
        REPLACED = "replaced"

    courier = models.ForeignKey("couriers.Courier", on_delete=models.CASCADE, related_name="prices")
    service = models.ForeignKey(
        "catalog.Service", on_delete=models.CASCADE, related_name="courier_prices"
    )
    amount = models.BigIntegerField()
    median = models.BigIntegerField(null=True)
    state = models.CharField(max_length=10, choices=State, default=State.PROPOSED)
    note = models.CharField(max_length=300, default="", blank=True)
    proposed_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    seq = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="courier_price_positive"),
            models.UniqueConstraint(
                fields=["courier", "service"],
                condition=Q(state="proposed"),
                name="courier_price_one_proposed",
            ),
            models.UniqueConstraint(
                fields=["courier", "service"],
                condition=Q(state="approved"),
                name="courier_price_one_in_force",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "-proposed_at"], name="courier_price_review"),
        ]


class Quote(TenantModel):
    """A priced, expiring promise. `inputs` are the figures and facts that priced it.

    `stops` hold people's addresses, `answers` what they wrote in the service's form. `commission`
    is the operator's part of `total`. `wanted_at` is when it is to be done, None for as soon as
    possible. `taken_at` is when an order took it up.
    """

    customer = models.ForeignKey("access.Person", on_delete=models.PROTECT, related_name="quotes")
    version = models.ForeignKey(
        "catalog.ServiceVersion", on_delete=models.PROTECT, related_name="quotes"
    )
    tariff = models.ForeignKey(Tariff, on_delete=models.PROTECT, related_name="quotes")
    currency = models.CharField(max_length=3)
    total = models.BigIntegerField()
    commission = models.BigIntegerField()
    distance_meters = models.PositiveIntegerField(null=True)
    distance_method = models.CharField(max_length=40, null=True)
    inputs = models.JSONField()
    stops = EncryptedJSONField()
    answers = EncryptedJSONField(null=True)
    wanted_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(total__gt=0, commission__gte=0), name="quote_amounts_sane"
            )
        ]
        indexes = [
            models.Index(
                fields=["expires_at"], condition=Q(taken_at=None), name="quote_never_taken"
            )
        ]


class QuoteLine(TenantModel):
    """One line of a quote: a code for programs, a text for people, the figures it came from."""

    quote = models.ForeignKey(Quote, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveIntegerField()
    code = models.CharField(max_length=12, choices=Step)
    label = TextsField()
    amount = models.BigIntegerField()
    inputs = models.JSONField()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["quote", "position"], name="quote_line_position_unique")
        ]
