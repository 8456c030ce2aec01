"""Quotes that nobody took up are not kept: they hold addresses, and there are many to an order."""

from datetime import datetime, timedelta
from typing import Final

from tenants.pricing.models import Quote

KEPT: Final = timedelta(days=30)
"""After its end: so long somebody may ask why a price was what it was."""

AT_A_TIME: Final = 1000


def quotes_forget(*, at: datetime) -> None:
    """Drop quotes that lapsed more than `KEPT` ago; each lot of them is committed."""
    lapsed = Quote.objects.filter(taken_at=None, expires_at__lt=at - KEPT).order_by("expires_at")
    while ids := list(lapsed.values_list("id", flat=True)[:AT_A_TIME]):
        # Asked again: that a quote which lapsed is not taken up is for others to see to.
        Quote.objects.filter(id__in=ids, taken_at=None).delete()
