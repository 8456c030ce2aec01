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
    DURATION = "duration"
    URGENT = "urgent"
    INSURED = "insured"
    GOODS = "goods"
    COMMISSION = "commission"


class Rule(TenantModel):
    """One rule of the living tariff. Without a service it holds for all; with one it wins there."""

    step = models.CharField(max_length=12, choices=Step)
    service = models.ForeignKey(
        "catalog.Service", on_delete=models.CASCADE, null=True, related_name="rules"
    )
    label = TextsField()
    params = models.JSONField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["step", "service"], name="rule_step_service_unique", nulls_distinct=False
            )
        ]


class Tariff(TenantModel):
    """All rules as they were published, never changed afterwards: what a quote was priced by."""

    number = models.PositiveIntegerField(unique=True)
    currency = models.CharField(max_length=3)
    rules = models.JSONField()
    published_at = models.DateTimeField()


class Quote(TenantModel):
    """A priced, expiring promise. `inputs` are the figures priced; `stops` hold people's addresses.

    `commission` is the operator's part of `total`. `taken_at` is when an order took it up.
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
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(total__gt=0, commission__gte=0), name="quote_amounts_sane"
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
