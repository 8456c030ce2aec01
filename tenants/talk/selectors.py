"""Reads of reviews, which are public."""

from uuid import UUID

from django.db.models import QuerySet

from tenants.brand.modules import Module, module_on
from tenants.talk.models import Review


def reviews_listed(*, service_id: UUID | None, courier_id: UUID | None) -> QuerySet[Review]:
    """Reviews of a service, of a courier, of both or of any, the newest first."""
    reviews = Review.objects.filter(module_on(Module.REVIEWS)).order_by("-created_at", "id")
    if service_id is not None:
        reviews = reviews.filter(service_id=service_id)
    if courier_id is not None:
        reviews = reviews.filter(courier_id=courier_id)
    return reviews


def review_row(review_id: UUID) -> QuerySet[Review]:
    """The one review, as a queryset."""
    return Review.objects.filter(id=review_id)
