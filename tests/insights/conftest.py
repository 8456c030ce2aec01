"""A business with a past: orders of known facts, straight in the tables."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from kernel.tenancy import TenantRef, tenant_scope
from tenants.catalog.models import ServiceVersion
from tenants.couriers.models import Courier
from tenants.orders.models import Order, OrderState, PaymentMethod, Stop
from tests.support.cast import Member
from tests.support.factories import TariffFactory
from tests.support.factories_orders import QuoteFactory, service_version
from tests.support.stage import Stage, stage

ENDED = {OrderState.COMPLETED, OrderState.CANCELLED, OrderState.RETURNED}


@dataclass(frozen=True)
class Fact:
    """What one order was: `took` is from placing to its end, or to now where it has none."""

    placed_at: datetime
    state: OrderState = OrderState.COMPLETED
    took: timedelta = timedelta(minutes=40)
    total: int = 1200
    commission: int = 300
    service: int = 0
    zone: str | None = None
    customer: int = 0
    courier: int = 0
    wanted_at: datetime | None = None
    arrived_at: datetime | None = None

    @property
    def closed_at(self) -> datetime | None:
        return self.placed_at + self.took if self.state in ENDED else None


class Past:
    """The orders of one operator; `made` are their facts."""

    def __init__(self, tenant: TenantRef) -> None:
        self.on: Stage = stage(tenant)
        with tenant_scope(tenant):
            self.services: list[ServiceVersion] = [service_version() for _ in range(3)]
            self._tariff = TariffFactory()
        self.customers: list[Member] = [self.on.maya, self.on.noor, self.on.tomas]
        self.couriers: list[Courier] = [self.on.courier, self.on.other]
        self.made: list[tuple[Fact, Order]] = []

    @property
    def facts(self) -> list[Fact]:
        return [fact for fact, _ in self.made]

    def add(self, *facts: Fact) -> None:
        """Orders as `facts` say."""
        with tenant_scope(self.on.tenant):
            for fact in facts:
                self.made.append((fact, self._order(fact)))

    def _order(self, fact: Fact) -> Order:
        version = self.services[fact.service]
        quote = QuoteFactory(
            customer_id=self.customers[fact.customer].id,
            version=version,
            tariff=self._tariff,
            total=fact.total,
            commission=fact.commission,
            inputs={"facts": {"zone_to": fact.zone}},
        )
        under_way = fact.state not in (OrderState.PLACED, OrderState.CANCELLED)
        order = Order.objects.create(
            number=f"N{len(self.made):011}",
            quote=quote,
            customer_id=quote.customer_id,
            service_id=version.service_id,
            version=version,
            courier=self.couriers[fact.courier] if under_way else None,
            state=fact.state,
            currency="CNY",
            total=fact.total,
            commission=fact.commission,
            payment_method=PaymentMethod.ON_DELIVERY,
            placed_at=fact.placed_at,
            due_at=fact.wanted_at or fact.placed_at,
            delivered_at=fact.closed_at if fact.state == OrderState.COMPLETED else None,
            closed_at=fact.closed_at,
        )
        Stop.objects.bulk_create(
            Stop(
                order=order,
                position=position,
                kind=kind,
                latitude=39.9,
                longitude=116.3,
                address={},
                arrived_at=fact.arrived_at if position == 0 else None,
            )
            for position, kind in enumerate((Stop.Kind.PICK_UP, Stop.Kind.DROP_OFF))
        )
        return order


@pytest.fixture
def past() -> Callable[[TenantRef], Past]:
    """`past(alpha)`: an operator whose past is still to be said."""
    return Past


SUMS = """placed completed cancelled returned completionBps
  turnover { amount } commission { amount } average { amount }"""

REPORT = """
query($first: Date!, $last: Date!, $by: ReportStep! = DAY) {
  report(firstOn: $first, lastOn: $last) {
    period { ...Period }
    before { ...Period }
    services { serviceId name SUMS }
    zones { zoneId name SUMS }
    couriers {
      courierId displayName answered accepted acceptedBps givenBack onTimeBps minutesToDelivery
      rating ratingCount dutyMinutes completed cancelled turnover { amount } earned { amount }
    }
    demand { weekday hour placed }
  }
}
fragment Period on ReportPeriod {
  firstOn
  lastOn
  figures {
    placed completed cancelled returned completionBps
    turnover { amount currency formatted } commission { amount } average { amount }
    customersActive customersNew customersReturning customersJoined
    acceptedBps onTimeBps minutesToDelivery rating ratingCount
  }
  series(by: $by) {
    startsOn endsOn SUMS
  }
}
""".replace("SUMS", SUMS)
