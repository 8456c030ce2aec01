"""Rounds of offers: who is asked, in which order, until when, and what comes after."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from kernel import clock
from kernel.tenancy import TenantRef, tenant_scope
from tenants.couriers.models import Courier, Presence
from tenants.dispatch.models import Assignment, Offer
from tenants.dispatch.selectors import couriers_to_ask
from tenants.dispatch.services import rounds
from tenants.dispatch.services.answers import offer_decline
from tenants.journal.models import Event
from tenants.orders.models import Order
from tests.support.database import SOME_DAY
from tests.support.factories import CAMPUS, PersonFactory
from tests.support.factories_orders import CourierFactory, order_placed
from tests.support.ids import global_id
from tests.support.jobs import jobs_run, jobs_waiting
from tests.support.stage import Stage, mutate, nothing_changes, stage


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Any:
    """`time(60)` lets a minute pass; the clock stands still otherwise."""
    now = [clock.now()]
    monkeypatch.setattr(clock, "now", lambda: now[0])

    def passes(seconds: float = 0) -> datetime:
        now[0] += timedelta(seconds=seconds)
        return now[0]

    return passes


def placed(on: Stage) -> Order:
    with tenant_scope(on.tenant):
        return order_placed(on.maya, clock.now())


def state(on: Stage, order: Order) -> str:
    with tenant_scope(on.tenant):
        return Order.objects.get(id=order.id).state


def offers(on: Stage, order: Order, number: int = 1) -> dict[str, str]:
    with tenant_scope(on.tenant):
        rows = Offer.objects.filter(order=order, round=number)
        return dict(rows.values_list("courier__display_name", "state"))


def test_a_placed_order_is_offered_by_its_job(alpha: TenantRef, time):
    on = stage(alpha, on_duty=True)
    order = placed(on)
    assert state(on, order) == "placed"
    assert jobs_run(alpha) == ["dispatch.offer_round"]
    assert state(on, order) == "offered"
    assert offers(on, order) == {"Tomas B.": "open", "Rita K.": "open"}
    (expiry,) = jobs_waiting(alpha)
    assert (expiry.name, expiry.run_at) == (
        "dispatch.expire_offers",
        time() + timedelta(seconds=60),
    )
    with tenant_scope(alpha):
        events = Event.objects.filter(stream=f"order:{order.id}").order_by("seq")
        assert [event.kind for event in events][1:] == ["order.offered", "offer.made", "offer.made"]
        assert events.last().data.keys() == {"order", "offer", "courier", "courier_person", "by"}


def test_the_same_round_twice_is_one(alpha: TenantRef, time):
    """A job runs again when its worker was killed after the commit."""
    on = stage(alpha, on_duty=True)
    order = placed(on)
    jobs_run(alpha)
    with nothing_changes(alpha), tenant_scope(alpha):
        rounds.offer_round(order_id=order.id, attempt=0, at=time())
        rounds.offers_expire(order_id=order.id, number=7, at=time())


def test_unanswered_offers_expire_and_are_made_again(alpha: TenantRef, time):
    on = stage(alpha, on_duty=True)
    order = placed(on)
    jobs_run(alpha)
    assert jobs_run(alpha, at=time(60)) == ["dispatch.expire_offers", "dispatch.offer_round"]
    assert offers(on, order) == {"Tomas B.": "expired", "Rita K.": "expired"}
    assert offers(on, order, 2) == {"Tomas B.": "open", "Rita K.": "open"}
    with nothing_changes(alpha), tenant_scope(alpha):
        rounds.offers_expire(order_id=order.id, number=1, at=time())
    with tenant_scope(alpha):
        kinds = list(Event.objects.order_by("seq").values_list("kind", flat=True))
    assert kinds[4:8] == [
        "offer.expired",
        "offer.expired",
        "order.offers_withdrawn",
        "order.offered",
    ]


def test_the_last_no_begins_the_next_round_without_those_who_said_it(alpha: TenantRef, time):
    on = stage(alpha, on_duty=True)
    order = placed(on)
    jobs_run(alpha)
    for member in (on.tomas, on.rita):
        assert state(on, order) == "offered"
        with tenant_scope(alpha):
            mine = Offer.objects.get(courier__person_id=member.id)
        input = {"offerId": global_id("Offer", mine.id), "idempotencyKey": "no"}
        answer = mutate(member.api, "offerDecline", input, "offer { state }")
        assert answer["offer"]["state"] == "DECLINED"
    assert state(on, order) == "placed"
    assert jobs_run(alpha) == ["dispatch.offer_round"]
    assert state(on, order) == "placed"  # nobody is left to ask
    time(rounds.LONGEST_PAUSE_SECONDS + 1)
    jobs_run(alpha, at=time())
    assert offers(on, order, 2) == {"Tomas B.": "open", "Rita K.": "open"}


def test_with_nobody_to_ask_it_waits_twice_as_long_each_time(alpha: TenantRef, time):
    on = stage(alpha)
    order = placed(on)
    jobs_run(alpha)
    pauses = []
    for _ in range(7):
        (waiting,) = jobs_waiting(alpha)
        pauses.append((waiting.run_at - time()).total_seconds())
        time(pauses[-1])
        jobs_run(alpha, at=time())
    assert pauses == [15, 30, 60, 120, 240, 300, 300]
    assert state(on, order) == "placed"


def test_whoever_comes_on_duty_is_asked_at_once(alpha: TenantRef, time):
    on = stage(alpha)
    order = placed(on)
    jobs_run(alpha)
    mutate(on.tomas.api, "courierOnDuty", {"onDuty": True})
    assert jobs_run(alpha) == ["dispatch.offer_waiting"]
    assert offers(on, order) == {"Tomas B.": "open"}


def test_after_thirty_rounds_it_takes_its_time(alpha: TenantRef, time, monkeypatch):
    monkeypatch.setattr(rounds, "ROUNDS_AT_ONCE", 2)
    on = stage(alpha, on_duty=True)
    placed(on)
    jobs_run(alpha)
    jobs_run(alpha, at=time(60))
    assert jobs_run(alpha, at=time(60)) == ["dispatch.expire_offers"]
    (waiting,) = jobs_waiting(alpha)
    assert waiting.run_at == time() + timedelta(seconds=300)


def asked(on: Stage, order: Order, at: datetime = SOME_DAY) -> list[str]:
    with tenant_scope(on.tenant):
        return [courier.display_name for courier in couriers_to_ask(order=order, at=at)]


def test_the_nearest_ten_are_asked_and_the_unseen_last(alpha: TenantRef):
    on = stage(alpha)
    order = placed(on)
    latitude, longitude = CAMPUS
    with tenant_scope(alpha):
        for number in (3, 1, 2):
            CourierFactory(
                person_id=PersonFactory().id,
                display_name=f"{number} km",
                on_duty=True,
                position=(latitude - number * 0.009, longitude),
            )
        CourierFactory(
            person_id=PersonFactory().id, display_name="unseen", on_duty=True, position=None
        )
    assert asked(on, order) == ["1 km", "2 km", "3 km", "unseen"]
    with tenant_scope(alpha):
        for _ in range(8):
            CourierFactory(person_id=PersonFactory().id, display_name="near", on_duty=True)
    assert asked(on, order) == ["near"] * 8 + ["1 km", "2 km"]


def test_who_is_not_asked(alpha: TenantRef, beta: TenantRef):
    on = stage(alpha, on_duty=True)
    stage(beta, on_duty=True)
    order = placed(on)
    assert len(asked(on, order)) == 2
    with tenant_scope(alpha):
        # off duty; frozen; the customer; with three orders in hand
        CourierFactory(person_id=on.noor.id)
        frozen = CourierFactory(person_id=PersonFactory().id, on_duty=True)
        Courier.objects.filter(id=frozen.id).update(state=Courier.State.FROZEN)
        CourierFactory(person_id=on.maya.id, on_duty=True)
        Presence.objects.filter(courier=on.other).update(on_duty=False)
        assert asked(on, order) == ["Tomas B."]
        for number in range(3):
            assert asked(on, order) == ["Tomas B."]
            busy = order_placed(on.maya, SOME_DAY + timedelta(minutes=number))
            Assignment.objects.create(order=busy, courier=on.courier, created_at=SOME_DAY)
        assert asked(on, order) == []
        Assignment.objects.filter(order=busy).update(ended_at=SOME_DAY)
        assert asked(on, order) == ["Tomas B."]


def test_a_declined_offer_is_gone(alpha: TenantRef, time):
    on = stage(alpha, on_duty=True)
    placed(on)
    jobs_run(alpha)
    with tenant_scope(alpha):
        mine = Offer.objects.get(courier=on.courier)
        offer_decline(actor=on.tomas.actor, offer_id=mine.id, key="no", at=time())
    input = {"offerId": global_id("Offer", mine.id), "idempotencyKey": "one"}
    with nothing_changes(alpha):
        assert mutate(on.tomas.api, "offerDecline", input)["code"] == "OFFER_GONE"
        assert mutate(on.tomas.api, "offerAccept", input)["code"] == "OFFER_GONE"
        assert mutate(on.rita.api, "offerAccept", input)["code"] == "NOT_FOUND"
