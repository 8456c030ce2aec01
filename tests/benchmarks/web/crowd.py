"""python -m tests.benchmarks.web.crowd SLUG NUMBER: have the operator hold so many orders.

They are copies of its completed ones, without stops and events: rows of the table, with the text of
a real one. In the environment of a demo (ENV_FILE).
"""

import sys
from datetime import timedelta
from typing import Final

import django

django.setup()

from kernel.tenancy import TenantRef, platform_scope, tenant_scope  # noqa: E402  (needs the apps)
from registry.models import Tenant  # noqa: E402
from tenants.orders.models import Order, OrderState  # noqa: E402
from tenants.pricing.models import Quote  # noqa: E402

BATCH: Final = 500


def crowd(tenant: TenantRef, number: int) -> None:
    """Add what is missing of `number` orders, each a minute older than the one before."""
    with tenant_scope(tenant):
        model = Order.objects.filter(state=OrderState.COMPLETED).latest("placed_at")
        quote = Quote.objects.get(id=model.quote_id)
        oldest = Order.objects.earliest("placed_at").placed_at
        missing = max(0, number - Order.objects.count())
        for begin in range(0, missing, BATCH):
            ages = range(begin, min(begin + BATCH, missing))
            quotes = Quote.objects.bulk_create(_like(quote) for _ in ages)
            Order.objects.bulk_create(
                _like(
                    model,
                    quote=twin,
                    booking=None,
                    number=f"9{age:09d}",
                    placed_at=oldest - timedelta(minutes=age + 1),
                )
                for age, twin in zip(ages, quotes, strict=True)
            )


def _like[Row: (Order, Quote)](row: Row, **changed: object) -> Row:
    values = {
        field.name: getattr(row, field.name) for field in row._meta.concrete_fields
        if field.name != "id"
    }  # fmt: skip
    return type(row)(**values | changed)


def main() -> None:
    """For the operator of the command line."""
    slug, number = sys.argv[1:]
    with platform_scope():
        tenant = Tenant.objects.get(slug=slug)
    crowd(tenant.ref(), int(number))


if __name__ == "__main__":
    main()
