"""GraphQL types of reports. Each part is read when it is asked for, and not otherwise."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any

import strawberry
from strawberry import relay

from schema.core.context import Info
from schema.core.enums import described_enum
from schema.core.scalars import Money, money_of
from schema.core.texts import read_text
from tenants.insights import breakdowns, figures, sums, tables
from tenants.insights.periods import Period, Step
from tenants.places.hours import Weekday

ReportStep = Step
described_enum(
    ReportStep,
    "What a report is divided into, on the operator's calendar.",
    name="ReportStep",
    DAY="Days.",
    WEEK="Weeks, from Monday on.",
    MONTH="Months.",
)

ReportPart = tables.Part
described_enum(
    ReportPart,
    "A part of a report that is handed out as a table.",
    name="ReportPart",
    TIME="By day, week or month.",
    SERVICES="By service.",
    ZONES="By zone.",
    COURIERS="By courier.",
    DEMAND="By hour of the week.",
)


@strawberry.type(description="What orders come to.")
class ReportSums:
    """An order is counted by what became of it, on the day on which it did."""

    placed: int = strawberry.field(description="Orders that were placed.")
    completed: int = strawberry.field(description="Orders that were completed.")
    cancelled: int = strawberry.field(description="Orders that were cancelled.")
    returned: int = strawberry.field(description="Orders that were brought back to the sender.")
    completion_bps: int | None = strawberry.field(
        description="Completed of all that came to an end, in basis points; null of none."
    )
    turnover: Money = strawberry.field(description="What the completed orders cost.")
    commission: Money = strawberry.field(
        description="What the operator keeps of that, as the ledger has it."
    )
    average: Money | None = strawberry.field(
        description="Of a completed order, rounded half up; null without one."
    )


@strawberry.type(description="The key figures of a period.")
class ReportFigures(ReportSums):
    """Its orders, its customers, and how the work was done."""

    customers_active: int = strawberry.field(description="Customers who placed an order.")
    customers_new: int = strawberry.field(description="Those of them who never had before.")
    customers_returning: int = strawberry.field(description="The others of them.")
    customers_joined: int = strawberry.field(
        description="People who signed up, whether or not they ordered."
    )
    accepted_bps: int | None = strawberry.field(
        description="Offers taken of those that couriers answered or let expire, in basis points: "
        "of the orders placed in the period. Null of none."
    )
    on_time_bps: int | None = strawberry.field(
        description="Of the completed orders that were wanted at a certain time: the courier was "
        "at the first stop at most ten minutes after it. Basis points; null of none."
    )
    minutes_to_delivery: int | None = strawberry.field(
        description="From placing to delivery, the median of the completed orders that were wanted "
        "as soon as possible; null without one."
    )
    rating: float | None = strawberry.field(
        description="1 to 5, on average of the completed orders' reviews; null without one."
    )
    rating_count: int = strawberry.field(description="How many reviews that is.")


@strawberry.type(description="A day, week or month of a report.")
class ReportStepSums(ReportSums):
    """What its orders come to."""

    starts_on: date = strawberry.field(description="Its first day that is in the period.")
    ends_on: date = strawberry.field(description="Its last day that is in the period.")


@strawberry.type(description="A service in a report.")
class ReportService(ReportSums):
    """What its orders come to."""

    service_id: relay.GlobalID = strawberry.field(description="Which service.")
    name: str = strawberry.field(description="As it is called now.")


@strawberry.type(description="A zone in a report.")
class ReportZone(ReportSums):
    """What the orders come to whose last stop is in it."""

    zone_id: relay.GlobalID | None = strawberry.field(
        description="The zone in which the last stop was when it was priced; null outside of all."
    )
    name: str | None = strawberry.field(
        description="As it is called now; null for none, or one that is gone."
    )


@strawberry.type(description="A courier in a report.")
class ReportCourier(ReportSums):
    """What they did; orders are counted for whoever has them at the end."""

    courier_id: relay.GlobalID = strawberry.field(description="Which courier.")
    display_name: str = strawberry.field(description="As customers know them.")
    earned: Money = strawberry.field(description="Turnover less commission: what they are owed.")
    answered: int = strawberry.field(
        description="Offers of the period's orders that they answered or let expire."
    )
    accepted: int = strawberry.field(description="Those of them that they took.")
    accepted_bps: int | None = strawberry.field(description="As basis points; null of none.")
    given_back: int = strawberry.field(description="Orders of the period that they let go again.")
    on_time_bps: int | None = strawberry.field(description="As `ReportFigures.onTimeBps`.")
    minutes_to_delivery: int | None = strawberry.field(
        description="As `ReportFigures.minutesToDelivery`."
    )
    rating: float | None = strawberry.field(description="As `ReportFigures.rating`.")
    rating_count: int = strawberry.field(description="How many reviews that is.")
    duty_minutes: int = strawberry.field(description="How long they were on duty.")


@strawberry.type(description="An hour of the week, over all weeks of a period.")
class ReportDemand:
    """When people order."""

    weekday: Weekday = strawberry.field(description="The day of the week.")
    hour: int = strawberry.field(description="0 to 23, on the operator's clock.")
    placed: int = strawberry.field(description="Orders that were placed in it.")


@strawberry.type(description="Days on the operator's calendar, and what they come to.")
class ReportPeriod:
    """Days begin and end at the operator's midnight, also when clocks are changed."""

    period: strawberry.Private[Period]
    currency: strawberry.Private[str]

    @strawberry.field(description="The first day.")
    def first_on(self) -> date:
        return self.period.first_on

    @strawberry.field(description="The last day.")
    def last_on(self) -> date:
        return self.period.last_on

    @strawberry.field(description="The key figures.")
    def figures(self) -> ReportFigures:
        found = figures.figures(self.period)
        return ReportFigures(
            **sums_shown(found.sums, self.currency),
            **work_shown(found.work),
            customers_active=found.customers.active,
            customers_new=found.customers.fresh,
            customers_returning=found.customers.active - found.customers.fresh,
            customers_joined=found.customers.joined,
            accepted_bps=found.accepted_bps,
        )

    @strawberry.field(description="All of its days, weeks or months in order, empty ones as well.")
    def series(
        self,
        by: Annotated[ReportStep, strawberry.argument(description="Into what it is divided.")] = (
            ReportStep.DAY
        ),
    ) -> list[ReportStepSums]:
        return [
            ReportStepSums(
                starts_on=each.starts_on,
                ends_on=each.ends_on,
                **sums_shown(each.sums, self.currency),
            )
            for each in sums.series(self.period, by)
        ]


@strawberry.type(description="What happened in a period, in figures.")
class Report:
    """The tables have 500 rows at most, those of the greatest turnover."""

    whole: strawberry.Private[Period]
    at: strawberry.Private[datetime]
    currency: strawberry.Private[str]

    @strawberry.field(description="The days that were asked for.")
    def period(self) -> ReportPeriod:
        return ReportPeriod(period=self.whole, currency=self.currency)

    @strawberry.field(
        description="As many days directly before, to compare with. While the period runs it ends "
        "at the same time of the day as now."
    )
    def before(self) -> ReportPeriod:
        return ReportPeriod(period=self.whole.before(at=self.at), currency=self.currency)

    @strawberry.field(description="By service, the greatest turnover first.")
    def services(self, info: Info) -> list[ReportService]:
        return [
            ReportService(
                service_id=relay.GlobalID("Service", str(each.service_id)),
                name=read_text(each.name, info),
                **sums_shown(each.sums, self.currency),
            )
            for each in breakdowns.by_service(self.whole)
        ]

    @strawberry.field(description="By the zone of the last stop, the greatest turnover first.")
    def zones(self, info: Info) -> list[ReportZone]:
        return [
            ReportZone(
                zone_id=relay.GlobalID("Zone", str(each.zone_id)) if each.zone_id else None,
                name=read_text(each.name, info) or None,
                **sums_shown(each.sums, self.currency),
            )
            for each in breakdowns.by_zone(self.whole)
        ]

    @strawberry.field(description="By courier, the greatest turnover first.")
    def couriers(self) -> list[ReportCourier]:
        return [
            ReportCourier(
                courier_id=relay.GlobalID("Courier", str(each.courier_id)),
                display_name=each.display_name,
                earned=money_of(each.earned, self.currency),
                answered=each.answered,
                accepted=each.accepted,
                accepted_bps=each.accepted_bps,
                given_back=each.given_back,
                duty_minutes=each.duty_minutes,
                **sums_shown(each.sums, self.currency),
                **work_shown(each.work),
            )
            for each in breakdowns.by_courier(self.whole, at=self.at)
        ]

    @strawberry.field(description="The hours of the week in which something was ordered, in order.")
    def demand(self) -> list[ReportDemand]:
        return [
            ReportDemand(weekday=each.weekday, hour=each.hour, placed=each.placed)
            for each in breakdowns.demand(self.whole)
        ]


def sums_shown(found: sums.Sums, currency: str) -> Mapping[str, Any]:
    """The fields of `ReportSums`."""
    return {
        "placed": found.placed,
        "completed": found.completed,
        "cancelled": found.cancelled,
        "returned": found.returned,
        "completion_bps": found.completion_bps,
        "turnover": money_of(found.turnover, currency),
        "commission": money_of(found.commission, currency),
        "average": None if found.average is None else money_of(found.average, currency),
    }


def work_shown(work: figures.Work) -> Mapping[str, Any]:
    """The fields that say how the work was done."""
    return {
        "on_time_bps": work.on_time_bps,
        "minutes_to_delivery": work.minutes,
        "rating": None if work.rating is None else work.rating / 100,
        "rating_count": work.rating_count,
    }
