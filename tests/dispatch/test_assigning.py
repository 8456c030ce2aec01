"""Orders given by a dispatcher's word, taken from one for another, and given back."""

import threading
from time import sleep
from typing import Any

from django.db import transaction

from kernel import clock
from kernel.tenancy import TenantRef, tenant_scope
from tenants.couriers.models import Courier
from tenants.dispatch.models import Assignment, Offer
from tenants.dispatch.services import rounds
from tenants.dispatch.services.assigning import order_assign
from tenants.journal.models import Event
from tenants.orders.events import CancelReason
from tenants.orders.models import Order
from tenants.orders.services.ending import order_cancel
from tenants.orders.services.moves import order_lock, order_move
from tests.support.database import admin_connection
from tests.support.factories_orders import order_at, order_placed
from tests.support.ids import global_id
from tests.support.jobs import jobs_run, jobs_waiting
from tests.support.stage import Stage, mutate, nothing_changes, stage
from tests.support.threads import at_once


def led(on: Stage, state: str) -> Order:
    with tenant_scope(on.tenant):
        return order_at(state, customer=on.maya, courier=on.courier)


def assign(on: Stage, order: Order, courier: Any, key: str = "one") -> Any:
    input = {
        "orderId": global_id("Order", order.id),
        "courierId": global_id("Courier", courier.id),
        "idempotencyKey": key,
    }
    return mutate(on.dora.api, "orderAssign", input, "order { state courier { displayName } }")


def give_back(member: Any, order: Order, key: str = "one", reason: str = "TOO_FAR") -> Any:
    input = {"orderId": global_id("Order", order.id), "reason": reason, "idempotencyKey": key}
    return mutate(member.api, "assignmentGiveBack", input, "orderId")


def test_a_dispatcher_gives_an_offered_order_to_somebody(alpha: TenantRef):
    on = stage(alpha, on_duty=True)
    with tenant_scope(alpha):
        order = order_placed(on.maya)
        rounds.offer_round(order_id=order.id, attempt=0, at=order.placed_at)
    done = assign(on, order, on.other)
    assert done["order"] == {"state": "ACCEPTED", "courier": {"displayName": "Rita K."}}
    with nothing_changes(alpha):
        assert assign(on, order, on.other) == done
        assert assign(on, order, on.courier)["code"] == "IDEMPOTENCY_KEY_REUSED"
        assert assign(on, order, on.other, "two")["code"] == "INVALID_INPUT"
    with tenant_scope(alpha):
        assert set(Offer.objects.values_list("state", flat=True)) == {"withdrawn"}
        assert Assignment.objects.get().courier_id == on.other.id


def test_a_dispatcher_takes_it_from_one_for_another(alpha: TenantRef):
    on = stage(alpha)
    order = led(on, "accepted")
    assert assign(on, order, on.other)["order"]["courier"]["displayName"] == "Rita K."
    with tenant_scope(alpha):
        first, second = Assignment.objects.order_by("created_at")
        assert (first.outcome, second.outcome) == ("reassigned", None)
        assert Courier.objects.get(id=on.courier.id).given_back_count == 0


def test_to_whom_an_order_is_not_given(alpha: TenantRef, beta: TenantRef):
    on, there = stage(alpha), stage(beta)
    order = led(on, "placed")
    with tenant_scope(alpha):
        Courier.objects.filter(id=on.other.id).update(state=Courier.State.FROZEN)
        Courier.objects.filter(id=on.courier.id).update(person_id=on.maya.id)
    with nothing_changes(alpha):
        assert assign(on, order, on.courier)["code"] == "INVALID_INPUT"  # the customer's own
        never = assign(on, order, Courier(id=on.maya.id))
        assert never["code"] == "NOT_FOUND"
        assert assign(on, order, on.other) == assign(on, order, there.courier) == never


def test_two_dispatchers_at_once_leave_one_assignment(alpha: TenantRef):
    on = stage(alpha)
    order = led(on, "placed")

    def act(courier: Courier, key: str) -> Any:
        with tenant_scope(alpha):
            return order_assign(
                actor=on.dora.actor,
                order_id=order.id,
                courier_id=courier.id,
                key=key,
                at=clock.now(),
            )

    answers = at_once(lambda: act(on.courier, "one"), lambda: act(on.other, "two"))
    assert answers == [order.id, order.id]  # the second took it from the first
    with tenant_scope(alpha):
        open_one = Assignment.objects.get(ended_at=None)
        assert Order.objects.get(id=order.id).courier_id == open_one.courier_id


def test_who_waited_for_the_lock_sees_who_has_the_order_now(alpha: TenantRef):
    """A dispatcher cancels an offered order while a courier is just taking it."""
    on = stage(alpha)
    order = led(on, "offered")

    def cancel() -> Any:
        with tenant_scope(alpha):
            return order_cancel(
                actor=on.dora.actor,
                order_id=order.id,
                reason=CancelReason.OTHER,
                key="one",
                at=clock.now(),
            )

    def take() -> None:
        with tenant_scope(alpha), transaction.atomic():
            locked = order_lock(order.id)
            cancelling.start()
            with admin_connection() as admin:
                while not admin.execute(
                    "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
                ).fetchone():
                    sleep(0.01)
            order_move(
                order=locked,
                move="accept",
                actor=on.tomas.actor,
                at=clock.now(),
                courier=on.courier,
            )

    answers: list[Any] = []
    cancelling = threading.Thread(target=lambda: answers.extend(at_once(cancel)))
    take()
    cancelling.join()
    assert answers == [order.id]
    with tenant_scope(alpha):
        order.refresh_from_db()
        assert (order.state, order.courier_id) == ("cancelled", on.courier.id)
        last = Event.objects.filter(kind="order.cancelled").get()
        assert (last.data["from"], last.data["courier"]) == ("accepted", str(on.courier.id))


def test_given_back_it_goes_to_the_others_and_counts(alpha: TenantRef):
    on = stage(alpha, on_duty=True)
    order = led(on, "accepted")
    jobs_run(alpha)  # of the placing: nothing to do any more
    done = give_back(on.tomas, order)
    assert done["orderId"] == global_id("Order", order.id)
    with nothing_changes(alpha):
        assert give_back(on.tomas, order) == done
        assert give_back(on.tomas, order, "two")["code"] == "NOT_FOUND"
    assert [job.name for job in jobs_waiting(alpha)] == ["dispatch.offer_round"]
    jobs_run(alpha)
    with tenant_scope(alpha):
        assert Offer.objects.get().courier_id == on.other.id
        assignment = Assignment.objects.get()
        assert (assignment.outcome, assignment.reason) == ("given_back", "too_far")
        assert Courier.objects.get(id=on.courier.id).given_back_count == 1
        order.refresh_from_db()
        assert (order.state, order.courier_id, order.accepted_at) == ("offered", None, None)


def test_what_staff_take_back_is_not_counted_to_the_courier(alpha: TenantRef):
    on = stage(alpha)
    order = led(on, "accepted")
    assert give_back(on.dora, order, reason="OTHER")["orderId"]
    with tenant_scope(alpha):
        assert Courier.objects.get(id=on.courier.id).given_back_count == 0


def test_cancelling_ends_the_offers(alpha: TenantRef):
    on = stage(alpha, on_duty=True)
    with tenant_scope(alpha):
        order = order_placed(on.maya)
        rounds.offer_round(order_id=order.id, attempt=0, at=order.placed_at)
    input = {
        "orderId": global_id("Order", order.id),
        "reason": "CHANGED_MIND",
        "idempotencyKey": "one",
    }
    assert mutate(on.maya.api, "orderCancel", input, "order { state }")["order"]
    with tenant_scope(alpha):
        assert set(Offer.objects.values_list("state", flat=True)) == {"withdrawn"}
    history = """query($id: ID!) { order(id: $id) { history { seq kind by } } }"""
    ask = {"id": global_id("Order", order.id)}
    steps = on.dora.api.run(history, ask)["order"]["history"]
    assert [step["kind"] for step in steps[-3:]] == [
        "order.cancelled",
        "offer.withdrawn",
        "offer.withdrawn",
    ]
    assert [step["by"] for step in steps[-3:]] == ["CUSTOMER", "SYSTEM", "SYSTEM"]
    steps = on.maya.api.run(history, ask)["order"]["history"]
    assert {step["kind"].partition(".")[0] for step in steps} == {"order"}
