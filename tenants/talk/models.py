"""Reviews: what a customer says of an order, its service and its courier; and whom they follow."""

from django.db import models
from django.db.models import Q

from kernel.tenancy.models import TenantModel


class Review(TenantModel):
    """One review per order; 1 to 5."""

    order = models.OneToOneField("orders.Order", on_delete=models.PROTECT, related_name="review")
    customer = models.ForeignKey("access.Person", on_delete=models.PROTECT, related_name="+")
    service = models.ForeignKey("catalog.Service", on_delete=models.PROTECT, related_name="reviews")
    courier = models.ForeignKey(
        "couriers.Courier", on_delete=models.PROTECT, related_name="reviews"
    )
    score = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=1000, default="", blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(score__range=(1, 5)), name="review_score_range")
        ]


class Following(TenantModel):
    """A person keeps a courier at hand."""

    person = models.ForeignKey("access.Person", on_delete=models.CASCADE, related_name="+")
    courier = models.ForeignKey(
        "couriers.Courier", on_delete=models.CASCADE, related_name="followers"
    )
    since = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "courier"], name="following_once")]


class MapConsent(TenantModel):
    """A courier agrees to be shown to customers on a map, blurred, while on duty.

    There is a row while that holds.
    """

    courier = models.OneToOneField(
        "couriers.Courier", on_delete=models.CASCADE, related_name="map_consent"
    )
    since = models.DateTimeField()
