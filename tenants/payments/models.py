"""What a customer paid, or owes, for an order."""

from django.db import models

from kernel.tenancy.models import TenantModel


class Payment(TenantModel):
    """The money for one order, in minor units."""

    class State(models.TextChoices):
        DUE = "due"
        COLLECTED = "collected"
        VOID = "void"

    order = models.OneToOneField("orders.Order", on_delete=models.PROTECT, related_name="payment")
    state = models.CharField(max_length=10, choices=State, default=State.DUE)
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    collected_at = models.DateTimeField(null=True)
    collected_by = models.ForeignKey(
        "couriers.Courier", on_delete=models.PROTECT, null=True, related_name="+"
    )
