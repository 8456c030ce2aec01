"""Offers shown to couriers, and assignments when one is taken."""

from django.db import models
from django.db.models import Q

from kernel.tenancy.models import TenantModel


class Offer(TenantModel):
    """An order shown to a courier until it expires."""

    class State(models.TextChoices):
        OPEN = "open"
        ACCEPTED = "accepted"
        DECLINED = "declined"
        EXPIRED = "expired"
        WITHDRAWN = "withdrawn"

    order = models.ForeignKey("orders.Order", on_delete=models.CASCADE, related_name="offers")
    courier = models.ForeignKey("couriers.Courier", on_delete=models.CASCADE, related_name="offers")
    round = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "courier", "round"], name="offer_once_a_round")
        ]
        indexes = [
            models.Index(fields=["courier"], condition=Q(state="open"), name="offer_open"),
        ]


class Assignment(TenantModel):
    """A courier has an order, from acceptance until it ends one way or another."""

    class Outcome(models.TextChoices):
        COMPLETED = "completed"
        GIVEN_BACK = "given_back"
        REASSIGNED = "reassigned"
        RETURNED = "returned"
        CANCELLED = "cancelled"

    order = models.ForeignKey("orders.Order", on_delete=models.CASCADE, related_name="assignments")
    courier = models.ForeignKey(
        "couriers.Courier", on_delete=models.PROTECT, related_name="assignments"
    )
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=12, choices=Outcome, null=True)
    reason = models.CharField(max_length=300, default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["order"], condition=Q(ended_at=None), name="assignment_one_at_a_time"
            )
        ]
