"""What orders, which are above, let people know of a customer."""

from datetime import datetime
from uuid import UUID

from django.db.models import F

from tenants.access.models import Person


def customer_ordered(*, person_id: UUID, at: datetime) -> None:
    """Count one more order that a customer has placed."""
    Person.objects.filter(id=person_id).update(orders_count=F("orders_count") + 1, last_order_at=at)


def customer_spent(*, person_id: UUID, amount: int) -> None:
    """Add the total of an order that is completed, in minor units of the operator's currency."""
    Person.objects.filter(id=person_id).update(spent=F("spent") + amount)
