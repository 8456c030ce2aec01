"""An order with an appointment: what it takes, who has it when, and how it ends."""

from datetime import datetime
from typing import Any

import pytest

from kernel.tenancy import TenantRef, tenant_scope
from tenants.booking.models import Booking
from tenants.catalog.declaration import Asked, Declaration, Need, StopDeclaration, StopKind
from tenants.catalog.models import Service
from tenants.couriers.models import Courier, Presence
from tenants.dispatch.models import Assignment, Offer
from tenants.dispatch.selectors import couriers_to_ask
from tenants.orders.models import Order
from tests.booking.day import (
    POINT,
    Time,
    act,
    active,
    booked,
    free,
    hold,
    local,
    open_day,
    starts,
    works,
)
from tests.support.cast import Member
from tests.support.factories import ServiceFactory, TariffFactory
from tests.support.factories_orders import order_placed
from tests.support.ids import global_id
from tests.support.jobs import jobs_run, jobs_waiting
from tests.support.stage import Stage, mutate, nothing_changes
from tests.support.threads import at_once

ORDER = """order { id state moves cancellationFee { amount } courier { displayName }
  booking { id state startsAt } }"""


@pytest.fixture
def day(alpha: TenantRef, time: Time) -> tuple[Stage, Service]:
    """An open day with prices."""
    on, service = open_day(alpha)
    with tenant_scope(alpha):
        TariffFactory()
    return on, service


def quote(member: Member, service: Service, clock_time: str | None, **more: Any) -> str:
    """The id of a quote for the campus, wanted at today's HH:MM in Shanghai."""
    wish = {
        "serviceId": global_id("Service", service.id),
        "stops": [{"position": POINT, "detail": "Room 1"}],
        **({"wantedAt": local(clock_time)} if clock_time else {}),
        **more,
    }
    answer = mutate(member.api, "quoteCreate", wish, "quote { id }")
    quote_id: str = answer["quote"]["id"]
    return quote_id


def place(member: Member, quote_id: str, booking: Any = None, key: str = "") -> Any:
    wish = {"quoteId": quote_id, "paymentMethod": "ON_DELIVERY", "idempotencyKey": key or quote_id}
    if booking is not None:
        wish["bookingId"] = booking["id"]
    return mutate(member.api, "orderPlace", wish, ORDER)


def ordered(on: Stage, service: Service, clock_time: str) -> dict[str, Any]:
    """An order of maya's for a slot of today."""
    held = hold(on.maya, service, clock_time)["booking"]
    order: dict[str, Any] = place(on.maya, quote(on.maya, service, clock_time), held)["order"]
    return order


def order_row(tenant: TenantRef) -> Order:
    with tenant_scope(tenant):
        return Order.objects.select_related("booking").get()


def move(member: Member, name: str, order: dict[str, Any], **more: Any) -> Any:
    wish = {"orderId": order["id"], "idempotencyKey": name, **more}
    return mutate(member.api, name, wish, ORDER)


def test_it_takes_the_hold_and_waits_for_its_day(alpha: TenantRef, day, time: Time):
    on, service = day
    order = ordered(on, service, "14:00")
    assert (order["state"], order["courier"]) == ("PLACED", None)
    assert (order["booking"]["state"], order["booking"]["startsAt"]) == (
        "BOOKED",
        "2026-03-02T06:00:00+00:00",
    )
    jobs_run(alpha)
    (waiting,) = [job for job in jobs_waiting(alpha) if job.name == "dispatch.visit_assign"]
    assert waiting.run_at is not None and waiting.run_at.isoformat() == "2026-03-02T04:00:00+00:00"
    with tenant_scope(alpha):
        assert not Offer.objects.exists()
        assert Booking.objects.get().order_id == Order.objects.get().id
    jobs_run(alpha, at=time.to(local("12:00")))
    row = order_row(alpha)
    assert (row.state, row.courier_id) == ("accepted", on.courier.id)
    with tenant_scope(alpha):
        assert Assignment.objects.get().courier_id == on.courier.id
        assert not Offer.objects.exists()


def test_one_that_is_soon_has_its_courier_at_once(alpha: TenantRef, day, time: Time):
    on, service = day
    ordered(on, service, "10:00")
    jobs_run(alpha)
    assert order_row(alpha).state == "accepted"


def test_a_booking_made_before_will_do(alpha: TenantRef, day, time: Time):
    on, service = day
    booking = booked(on.maya, service, "14:00")
    answer = place(on.maya, quote(on.maya, service, "14:00"), booking)
    assert answer["order"]["booking"]["id"] == booking["id"]


def test_a_booking_has_one_order(alpha: TenantRef, day, time: Time):
    on, service = day
    booking = booked(on.maya, service, "14:00")
    quotes = [quote(on.maya, service, "14:00") for _ in range(3)]
    answers = at_once(*(lambda each=each: place(on.maya, each, booking) for each in quotes))
    assert sorted(answer.get("code", "placed") for answer in answers) == [
        "BOOKING_OF_ORDER",
        "BOOKING_OF_ORDER",
        "placed",
    ]
    order_row(alpha)


@pytest.mark.parametrize(
    ("wanted", "more"),
    [
        ("14:15", {}),
        (None, {}),
        ("14:00", {"stops": [{"position": {"point": {"latitude": 31.03, "longitude": 121.43}}}]}),
    ],
)
def test_what_is_booked_is_what_is_priced(
    alpha: TenantRef, day, time: Time, wanted: str | None, more: dict[str, Any]
):
    on, service = day
    held = hold(on.maya, service, "14:00")["booking"]
    quote_id = quote(on.maya, service, wanted, **more)
    with nothing_changes(alpha):
        assert place(on.maya, quote_id, held)["code"] == "INVALID_INPUT"
    assert place(on.maya, quote(on.maya, service, "14:00"), held)["order"]["state"] == "PLACED"


def test_another_services_booking_and_length_are_refused(alpha: TenantRef, day, time: Time):
    on, service = day
    with tenant_scope(alpha):
        asked = Asked(appointment=Need.OPTIONAL, duration=Need.OPTIONAL)
        stops = (StopDeclaration(StopKind.ON_SITE),)
        other = ServiceFactory(
            published=True,
            kind="on_site",
            duration_minutes=60,
            declaration=Declaration(stops=stops, asked=asked).serialise(),
        )
    held = hold(on.maya, service, "14:00")["booking"]
    long = hold(on.maya, other, "16:00", durationMinutes=90)["booking"]
    theirs, short = quote(on.maya, other, "14:00"), quote(on.maya, other, "16:00")
    with nothing_changes(alpha):
        assert place(on.maya, theirs, held)["code"] == "INVALID_INPUT"
        assert place(on.maya, short, long, key="b")["code"] == "INVALID_INPUT"
    fits = quote(on.maya, other, "16:00", durationMinutes=90)
    assert place(on.maya, fits, long)["order"]["state"] == "PLACED"


def test_anothers_or_a_lapsed_hold_is_refused(alpha: TenantRef, day, time: Time):
    on, service = day
    held = hold(on.noor, service, "14:00")["booking"]
    quote_id = quote(on.maya, service, "14:00")
    with nothing_changes(alpha):
        assert place(on.maya, quote_id, held)["code"] == "NOT_FOUND"
    own = hold(on.maya, service, "16:00")["booking"]
    time.on(minutes=11)
    late = quote(on.maya, service, "16:00")
    with nothing_changes(alpha):
        assert place(on.maya, late, own)["code"] == "HOLD_LAPSED"


def test_appointments_are_needed_or_not_taken(alpha: TenantRef, day, time: Time):
    on, service = day
    stops = (StopDeclaration(StopKind.ON_SITE),)
    with tenant_scope(alpha):
        needed, never = (
            ServiceFactory(
                published=True,
                kind="on_site",
                duration_minutes=60,
                declaration=Declaration(stops=stops, asked=Asked(appointment=need)).serialise(),
            )
            for need in (Need.REQUIRED, Need.OFF)
        )
    held = hold(on.maya, service, "14:00")["booking"]
    without, with_one = quote(on.maya, needed, "14:00"), quote(on.maya, never, "14:00")
    with nothing_changes(alpha):
        assert place(on.maya, without)["code"] == "BOOKING_MISSING"
        assert place(on.maya, with_one, held)["code"] == "INVALID_INPUT"
        assert hold(on.maya, never, "15:00", key="n")["code"] == "INVALID_INPUT"
    assert place(on.maya, with_one, key="on demand")["order"]["booking"] is None


def test_cancelling_gives_the_time_back(alpha: TenantRef, day, time: Time):
    on, service = day
    order = ordered(on, service, "14:00")
    assert "14:00" not in starts(free(on.noor.api, service))
    with nothing_changes(alpha):
        booking = order["booking"]
        assert act(on.maya, "bookingCancel", booking)["code"] == "BOOKING_OF_ORDER"
        assert act(on.ines, "bookingCancel", booking)["code"] == "BOOKING_OF_ORDER"
        assert act(on.tomas, "bookingComplete", booking)["code"] == "BOOKING_OF_ORDER"
    gone = move(on.maya, "orderCancel", order, reason="CHANGED_MIND")["order"]
    assert (gone["state"], gone["booking"]["state"]) == ("CANCELLED", "CANCELLED")
    assert gone["cancellationFee"]["amount"] == 0
    assert "14:00" in starts(free(on.noor.api, service))
    assert active(alpha) == 0
    jobs_run(alpha, at=time.to(local("13:00")))
    assert order_row(alpha).state == "cancelled"


def test_what_is_booked_is_listed_apart(alpha: TenantRef, day, time: Time):
    """Nobody has to find a courier for it; once its courier is gone, somebody has."""
    on, service = day
    order = ordered(on, service, "14:00")
    with tenant_scope(alpha):
        plain = global_id("Order", order_placed(on.noor, time.now).id)

    def listed(booked: bool | None) -> set[str]:
        selection = "{ edges { node { id } } totalCount }"
        document = f"query($booked: Boolean) {{ orders(booked: $booked) {selection} }}"
        found = on.dora.api.run(document, {"booked": booked})["orders"]
        assert found["totalCount"] == len(found["edges"])
        return {edge["node"]["id"] for edge in found["edges"]}

    assert listed(True) == {order["id"]}
    assert listed(False) == {plain}
    assert listed(None) == {order["id"], plain}
    with tenant_scope(alpha):
        Courier.objects.filter(id=on.courier.id).update(state=Courier.State.FROZEN)
    jobs_run(alpha, at=time.to(local("12:00")))
    assert listed(True) == set()
    assert listed(False) == {order["id"], plain}


def test_delivering_ends_the_visit(alpha: TenantRef, day, time: Time):
    on, service = day
    order = ordered(on, service, "10:00")
    jobs_run(alpha)
    for name in ("orderDepart", "orderArrive"):
        assert "code" not in move(on.tomas, name, order)
    with tenant_scope(alpha):
        stop = Order.objects.get().stops.get()
    done = move(
        on.tomas,
        "stopComplete",
        order,
        stopId=global_id("Stop", stop.id),
        cashCollected=True,
    )["order"]
    assert (done["state"], done["booking"]["state"]) == ("DELIVERED", "DONE")


def test_a_courier_who_gives_it_back_is_free_and_others_are_asked(
    alpha: TenantRef, day, time: Time
):
    on, service = day
    order = ordered(on, service, "10:00")
    jobs_run(alpha)
    wish = {"orderId": order["id"], "reason": "UNWELL", "idempotencyKey": "back"}
    assert "code" not in mutate(on.tomas.api, "assignmentGiveBack", wish)
    row = order_row(alpha)
    assert (row.state, row.booking and row.booking.state) == ("placed", "cancelled")
    assert "dispatch.offer_round" in jobs_run(alpha)


def test_staff_may_give_it_to_somebody_else(alpha: TenantRef, day, time: Time):
    on, service = day
    order = ordered(on, service, "14:00")
    given = move(on.ines, "orderAssign", order, courierId=global_id("Courier", on.other.id))
    assert given["order"]["courier"]["displayName"] == "Rita K."
    assert given["order"]["booking"]["state"] == "CANCELLED"
    jobs_run(alpha, at=time.to(local("13:00")))
    assert order_row(alpha).courier_id == on.other.id


def test_the_order_follows_a_booking_that_is_given_to_another(alpha: TenantRef, day, time: Time):
    on, service = day
    with tenant_scope(alpha):
        works(on.other)
    order = ordered(on, service, "10:00")
    jobs_run(alpha)
    first = order_row(alpha).courier_id
    other = on.other if first == on.courier.id else on.courier
    wish = {"courierId": global_id("Courier", other.id)}
    assert "code" not in act(on.ines, "bookingReassign", order["booking"], **wish)
    jobs_run(alpha)
    row = order_row(alpha)
    assert (row.state, row.courier_id) == ("accepted", other.id)
    with tenant_scope(alpha):
        ended = Assignment.objects.filter(ended_at__isnull=False)
        assert ended.get().outcome == Assignment.Outcome.REASSIGNED
        assert Assignment.objects.filter(ended_at=None).get().courier_id == other.id


def test_the_order_follows_a_booking_that_is_moved(alpha: TenantRef, day, time: Time):
    on, service = day
    order = ordered(on, service, "14:00")
    wish = act(on.maya, "bookingReschedule", order["booking"], startsAt=local("16:00"))
    wish_id = wish["reschedule"]["id"]
    answer = {"rescheduleId": wish_id, "accept": True, "idempotencyKey": "yes"}
    assert "code" not in mutate(on.tomas.api, "rescheduleAnswer", answer)
    jobs_run(alpha, at=time.to(local("13:00")))
    row = order_row(alpha)
    assert (row.state, row.due_at) == ("placed", datetime.fromisoformat(local("16:00")))
    jobs_run(alpha, at=time.to(local("14:00")))
    assert order_row(alpha).state == "accepted"


def test_one_whose_courier_may_not_work_any_more_is_offered(alpha: TenantRef, day, time: Time):
    on, service = day
    ordered(on, service, "14:00")
    jobs_run(alpha)
    with tenant_scope(alpha):
        Courier.objects.filter(id=on.courier.id).update(state=Courier.State.FROZEN)
    ran = jobs_run(alpha, at=time.to(local("12:00")))
    assert "dispatch.offer_round" in ran
    row = order_row(alpha)
    assert (row.state, row.booking and row.booking.state) == ("placed", "cancelled")


def test_who_is_about_to_visit_is_not_asked_to_fetch(alpha: TenantRef, day, time: Time):
    on, service = day
    with tenant_scope(alpha):
        for courier in (on.courier, on.other):
            Presence.objects.create(courier=courier, on_duty=True, since=time.now)
    ordered(on, service, "10:00")

    def asked() -> set[str]:
        with tenant_scope(alpha):
            errand = order_placed(on.noor, time.now)
            return {each.display_name for each in couriers_to_ask(order=errand, at=time.now)}

    assert asked() == {"Tomas B.", "Rita K."}
    time.to(local("09:30"))
    assert asked() == {"Rita K."}
