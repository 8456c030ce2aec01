"""Plans and usage in the API."""

from collections.abc import Mapping
from datetime import datetime

import strawberry
import strawberry_django

from billing import models
from kernel import meters
from kernel.meters import Feature, Meter
from schema.core.enums import described_enum
from schema.core.scalars import BigInt, Money, money_of
from schema.core.texts import all_texts_field, text_field

described_enum(
    Meter,
    "What is counted of an operator.",
    COURIERS="Approved couriers, at present.",
    STAFF="People with a role in the back office, invited ones too, at present.",
    STORAGE="Bytes of kept files, at present.",
    ORDERS="Orders placed, this month.",
    API_CALLS="Requests to the API, this month.",
    TURNOVER="What completed orders cost, this month, in minor units; never limited.",
)

described_enum(
    Feature,
    "What a plan switches on.",
    name="PlanFeature",
    CUSTOM_DOMAIN="Addresses of the operator's own.",
    EXPORT="All its data as an archive.",
    SANDBOX="A copy to try things in, without personal data.",
)


@strawberry.type(description="How much of something a plan allows.")
class PlanLimit:
    """One limit."""

    meter: Meter = strawberry.field(description="Of what.")
    limit: BigInt = strawberry.field(description="So much and no more.")


@strawberry_django.type(
    models.Plan, name="Plan", description="What an operator can subscribe to, month by month."
)
class Plan:
    """A plan. What it does not limit is unlimited."""

    key: str = strawberry_django.field(description="Its name in code: growth.")
    name: str = text_field("name", "What it is called.")
    names = all_texts_field("name", "The same in every language.")
    summary: str = text_field("summary", "Whom it is for.")
    summaries = all_texts_field("summary", "The same in every language.")
    trial_days: int = strawberry_django.field(description="Days until it is paid for.")
    rate: int | None = strawberry_django.field(
        description="Requests a second; null for what the installation allows everybody."
    )
    position: int = strawberry_django.field(description="Its place among the others.")
    offered: bool = strawberry_django.field(description="Whether operators can choose it.")

    @strawberry_django.field(only=["price", "currency"], description="A month's price.")
    def price(root: models.Plan) -> Money:
        return money_of(root.price, root.currency)

    @strawberry_django.field(only=["limits"], description="What it limits.")
    def limits(root: models.Plan) -> list[PlanLimit]:
        return [
            PlanLimit(meter=Meter(meter), limit=BigInt(limit))
            for meter, limit in root.limits.items()
        ]

    @strawberry_django.field(only=["features"], description="What it switches on.")
    def features(root: models.Plan) -> list[Feature]:
        return [Feature(feature) for feature in root.features]


@strawberry.type(description="How much of something is used.")
class MeterUsage:
    """One meter in its present period."""

    meter: Meter = strawberry.field(description="Of what.")
    used: BigInt = strawberry.field(description="How much.")
    limit: BigInt | None = strawberry.field(description="Of how much; null for no limit.")
    warned: bool = strawberry.field(description="Whether four fifths are used, or more.")
    period_ends: datetime | None = strawberry.field(
        description="When it starts anew; null for what is there at present."
    )


@strawberry.type(description="What an operator's plan allows, and what is used of it.")
class PlanUsage:
    """The operator's own view."""

    plan: Plan | None = strawberry.field(description="Null for an operator without a plan.")
    meters: list[MeterUsage] = strawberry.field(description="One for each meter.")
    features: list[Feature] = strawberry.field(description="What is switched on.")


def meters_used(
    used: Mapping[Meter, int], limits: Mapping[str, int], at: datetime
) -> list[MeterUsage]:
    """Every meter as the API answers it."""
    found = []
    for meter in Meter:
        amount, limit = used.get(meter, 0), limits.get(meter)
        found.append(
            MeterUsage(
                meter=meter,
                used=BigInt(amount),
                limit=None if limit is None else BigInt(limit),
                warned=meters.warns(amount, limit),
                period_ends=meter.period_end(at),
            )
        )
    return found
