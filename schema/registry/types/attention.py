"""Why an owner should look at a tenant."""

import strawberry

from billing.attention import Attention, Trend
from schema.core.enums import described_enum

described_enum(
    Attention,
    "Why an owner should look at a tenant.",
    name="TenantAttention",
    TROUBLED="Something about it is wrong: `health.findings` says what.",
    GROWING="A fifth more orders a day than last month, the fastest first.",
    IDLE="Served, and not used for a week, the longest first.",
)


@strawberry.type(description="Orders of this month beside those of the last.")
class TenantTrend:
    """Of one tenant."""

    orders: int = strawberry.field(description="Of this month so far.")
    orders_before: int = strawberry.field(description="Of the whole month before.")
    growth: float | None = strawberry.field(
        description="How much more a day has now: 0.2 is a fifth. Null where too few can say."
    )


def trend_shown(trend: Trend) -> TenantTrend:
    """Billing's view as the API shows it."""
    return TenantTrend(orders=trend.orders, orders_before=trend.orders_before, growth=trend.growth)
