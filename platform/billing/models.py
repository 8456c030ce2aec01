"""Plans, what tenants used of them, their subscriptions, and what payment providers told us."""

from typing import Any

from django.db import models

from kernel.ids import new_id
from kernel.meters import Meter as MeterName
from kernel.texts import TextsField


class Plan(models.Model):
    """What an operator can subscribe to.

    `price` is in minor units a month; `limits` is by meter, an absent one is unlimited; `features`
    are `kernel.meters.Feature` values; `rate` is requests a second.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    key = models.CharField(max_length=40, unique=True)
    name = TextsField()
    summary = TextsField()
    position = models.PositiveSmallIntegerField(default=0)
    price = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    trial_days = models.PositiveSmallIntegerField(default=0)
    limits: "models.JSONField[dict[str, int]]" = models.JSONField(default=dict)
    features: "models.JSONField[list[str]]" = models.JSONField(default=list)
    rate = models.PositiveIntegerField(null=True)
    provider_price = models.CharField(max_length=120, blank=True)
    offered = models.BooleanField(default=True)
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.CheckConstraint(condition=models.Q(price__gte=0), name="plan_price_positive")
        ]


class Subscription(models.Model):
    """A tenant's plan, and how the payment provider sees it (a mirror, never the truth).

    `currency` is what the tenant's own customers pay in, hence of its turnover. `customer`,
    `provider_subscription` and `price` are the provider's ids, '' before there are any. Since
    `lapsed_at` it is unpaid or canceled.
    """

    class State(models.TextChoices):
        TRIALING = "trialing"
        ACTIVE = "active"
        PAST_DUE = "past_due"
        UNPAID = "unpaid"
        CANCELED = "canceled"

    tenant = models.OneToOneField(
        "registry.Tenant", primary_key=True, on_delete=models.CASCADE, related_name="subscription"
    )
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="subscriptions")
    currency = models.CharField(max_length=3, blank=True)
    state = models.CharField(max_length=12, choices=State, default=State.TRIALING)
    trial_ends_at = models.DateTimeField(null=True)
    period_ends_at = models.DateTimeField(null=True)
    cancels_at_period_end = models.BooleanField(default=False)
    customer = models.CharField(max_length=120, blank=True)
    provider_subscription = models.CharField(max_length=120, blank=True, db_index=True)
    price = models.CharField(max_length=120, blank=True)
    lapsed_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer"],
                condition=~models.Q(customer=""),
                name="subscription_customer_unique",
            )
        ]


class Usage(models.Model):
    """How much of a meter a tenant used in a period: a copy of the tenant's own count.

    `period` is the first day of the month (UTC) for what starts anew each month, and 1970-01-01
    for what is there at present. `turnover` is in minor units of the tenant's currency.
    """

    id = models.BigAutoField(primary_key=True)
    tenant = models.ForeignKey("registry.Tenant", on_delete=models.CASCADE, related_name="usage")
    meter = models.CharField(
        max_length=20, choices=[(meter.value, meter.value) for meter in MeterName]
    )
    period = models.DateField()
    amount = models.BigIntegerField(default=0)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "meter", "period"], name="usage_unique")
        ]


class OperatorInvoice(models.Model):
    """What the provider billed an operator for."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    tenant = models.ForeignKey("registry.Tenant", on_delete=models.CASCADE, related_name="invoices")
    provider_id = models.CharField(max_length=120, unique=True)
    number = models.CharField(max_length=60, blank=True)
    state = models.CharField(max_length=20)
    total = models.BigIntegerField()
    tax = models.BigIntegerField(default=0)
    currency = models.CharField(max_length=3)
    url = models.URLField(max_length=500, blank=True)
    issued_at = models.DateTimeField()

    class Meta:
        ordering = ["-issued_at"]


class ProviderEvent(models.Model):
    """The inbox: what a payment provider told us, once each, resolved to a tenant before use.

    `payload` has ids alone, never what the provider knows of people. `attempts` are those that
    failed, `error` is why the last one did, or why it is ignored.
    """

    class State(models.TextChoices):
        RECEIVED = "received"
        HANDLED = "handled"
        SUPERSEDED = "superseded"
        IGNORED = "ignored"
        FAILED = "failed"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    provider = models.CharField(max_length=20)
    event_id = models.CharField(max_length=120)
    kind = models.CharField(max_length=120)
    object_id = models.CharField(max_length=120)
    tenant = models.ForeignKey(
        "registry.Tenant", on_delete=models.CASCADE, null=True, related_name="+"
    )
    payload: "models.JSONField[dict[str, Any]]" = models.JSONField()
    state = models.CharField(max_length=12, choices=State, default=State.RECEIVED)
    happened_at = models.DateTimeField()
    received_at = models.DateTimeField()
    handled_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider", "event_id"], name="provider_event_unique")
        ]
        indexes = [
            models.Index(fields=["provider", "object_id", "happened_at"]),
            models.Index(fields=["received_at"]),
        ]
