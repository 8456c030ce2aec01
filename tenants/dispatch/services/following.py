"""What dispatch does when something happens to an order or a courier, in the same transaction."""

from uuid import UUID

from django.db.models import F, Max

from kernel.events import Fact
from kernel.jobs import defer
from tenants.access.actors import SYSTEM
from tenants.couriers.models import Courier
from tenants.dispatch.models import Assignment, Offer
from tenants.dispatch.services.assigning import assignment_end
from tenants.dispatch.services.rounds import offers_withdraw, round_defer
from tenants.dispatch.services.visits import visit_defer, visits_wait
from tenants.orders.services.moves import order_lock


def on_placed(fact: Fact) -> None:
    """A new order is offered; one with an appointment goes to whoever is booked."""
    if fact.data["booking"] is None:
        round_defer(fact.subject)
    else:
        visit_defer(fact.subject)


def on_visit_changed(fact: Fact) -> None:
    """Another courier comes, or at another time: the order follows, once its row can be had."""
    if fact.data["order"] is not None:
        visit_defer(UUID(fact.data["order"]))


def on_cancelled(fact: Fact) -> None:
    """Nobody is to have it any more."""
    order = order_lock(fact.subject)
    offers_withdraw(order=order, actor=SYSTEM, at=fact.at)
    assignment_end(order_id=fact.subject, outcome=Assignment.Outcome.CANCELLED, at=fact.at)


def on_delivered(fact: Fact) -> None:
    """The courier's hands are free."""
    assignment_end(order_id=fact.subject, outcome=Assignment.Outcome.COMPLETED, at=fact.at)


def on_returned(fact: Fact) -> None:
    """The courier's hands are free, though nothing was delivered."""
    assignment_end(order_id=fact.subject, outcome=Assignment.Outcome.RETURNED, at=fact.at)


def on_completed(fact: Fact) -> None:
    """Count it to the courier's name."""
    Courier.objects.filter(id=fact.data["courier"]).update(completed_count=F("completed_count") + 1)


def on_restored(fact: Fact) -> None:
    """The rows came from elsewhere, without what waits for a time: ask for couriers again."""
    defer("dispatch.offer_waiting", once="offer_waiting")
    visits_wait()
    rounds = Offer.objects.filter(state=Offer.State.OPEN).values_list("order_id", "round")
    for order_id, number, expires_at in rounds.annotate(Max("expires_at")):
        defer("dispatch.expire_offers", run_at=expires_at, order=str(order_id), number=number)


def on_duty(fact: Fact) -> None:
    """There is somebody more to ask for the orders that wait."""
    defer("dispatch.offer_waiting", once="offer_waiting")
