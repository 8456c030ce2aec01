"""How orders end: confirmed by word or by time, cancelled, or brought back."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from kernel import clock
from kernel.tenancy import TenantRef, tenant_scope
from tenants.couriers.models import Courier
from tenants.dispatch.models import Assignment
from tenants.orders.models import Order, OrderState, Stop
from tenants.orders.services.ending import order_confirm_by_time
from tenants.orders.services.proofs import chain_is_whole
from tenants.payments.models import Payment
from tests.support.factories_orders import Lead, order_at, photo
from tests.support.ids import global_id
from tests.support.jobs import jobs_run, jobs_waiting
from tests.support.stage import Stage, mutate, nothing_changes, stage


def led(on: Stage, state: str) -> Order:
    with tenant_scope(on.tenant):
        return order_at(state, customer=on.maya, courier=on.courier)


def one_of(order: Order) -> dict[str, str]:
    """The input that names `order` and no more."""
    return {"orderId": global_id("Order", order.id), "idempotencyKey": "one"}


def history(on: Stage, order: Order) -> list[tuple[str, str, str | None]]:
    document = "query($id: ID!) { order(id: $id) { history { kind by reason } } }"
    steps = on.ines.api.run(document, {"id": global_id("Order", order.id)})["order"]["history"]
    return [(step["kind"], step["by"], step["reason"]) for step in steps]


def test_silence_confirms_after_a_day(alpha: TenantRef, monkeypatch: pytest.MonkeyPatch):
    on = stage(alpha)
    order = led(on, "delivered")
    (job,) = [job for job in jobs_waiting(alpha) if job.name == "orders.confirm"]
    assert job.run_at == order.delivered_at + timedelta(hours=24)
    monkeypatch.setattr(clock, "now", lambda: job.run_at)
    assert "orders.confirm" in jobs_run(alpha, at=job.run_at)
    assert history(on, order)[-1] == ("order.completed", "SYSTEM", None)
    with nothing_changes(alpha), tenant_scope(alpha):  # as after its worker was killed
        order_confirm_by_time(order_id=order.id, at=job.run_at)


def test_a_job_that_comes_late_finds_nothing_to_do(alpha: TenantRef):
    on = stage(alpha)
    order = led(on, "completed")
    with nothing_changes(alpha), tenant_scope(alpha):
        order_confirm_by_time(order_id=order.id, at=clock.now())


def test_confirming_twice_is_once(alpha: TenantRef):
    on = stage(alpha)
    order = led(on, "delivered")
    input = one_of(order)
    first = mutate(on.maya.api, "orderConfirm", input, "order { state closedAt }")
    assert first["order"]["state"] == "COMPLETED"
    with nothing_changes(alpha):
        assert mutate(on.maya.api, "orderConfirm", input, "order { state closedAt }") == first
        again = mutate(on.maya.api, "orderConfirm", {**input, "idempotencyKey": "two"})
        assert again["code"] == "ILLEGAL_MOVE"
    with tenant_scope(alpha):
        assert Courier.objects.get(id=on.courier.id).completed_count == 1


@pytest.mark.parametrize("state", ["placed", "offered"])
def test_a_customer_cancels_before_acceptance(alpha: TenantRef, state: str):
    on = stage(alpha)
    order = led(on, state)
    input = {**one_of(order), "reason": "TOO_SLOW"}
    answer = mutate(on.maya.api, "orderCancel", input, "order { state payment { state } }")
    assert answer["order"] == {"state": "CANCELLED", "payment": {"state": "VOID"}}
    assert history(on, order)[-1] == ("order.cancelled", "CUSTOMER", "too_slow")
    again = {**input, "idempotencyKey": "two"}
    assert mutate(on.maya.api, "orderCancel", again)["code"] == "ILLEGAL_MOVE"


def test_staff_cancel_what_is_under_way(alpha: TenantRef):
    on = stage(alpha)
    order = led(on, "arrived")
    input = {**one_of(order), "reason": "NOT_POSSIBLE"}
    assert mutate(on.maya.api, "orderCancel", input)["code"] == "ILLEGAL_MOVE"
    assert mutate(on.dora.api, "orderCancel", input, "order { state }")["order"]
    assert history(on, order)[-1] == ("order.cancelled", "STAFF", "not_possible")
    with tenant_scope(alpha):
        assignment = Assignment.objects.get(order=order)
        assert assignment.outcome == "cancelled"
        assert Payment.objects.get(order=order).state == "void"


def test_a_second_try_goes_to_the_stop_where_it_failed(alpha: TenantRef):
    on = stage(alpha)
    order = led(on, "in_progress")
    with tenant_scope(alpha):
        lead = Lead(order, on.maya, on.courier, order.placed_at + timedelta(hours=1))
        lead.depart()
        lead.arrive()
        lead.give_up()
    answer = mutate(
        on.dora.api, "orderRetry", one_of(order), "order { state stops { state arrivedAt } }"
    )
    assert answer["order"]["state"] == "DEPARTED"
    assert answer["order"]["stops"][1] == {"state": "PENDING", "arrivedAt": None}
    with tenant_scope(alpha):
        lead.arrive()
        lead.complete()
        assert Order.objects.get(id=order.id).state == "delivered"
    assert ("order.undeliverable", "COURIER", "nobody_there") in history(on, order)


def test_the_courier_shows_why_it_cannot_be_done(alpha: TenantRef):
    on = stage(alpha)
    order = led(on, "departed")
    input = {**one_of(order), "reason": "NO_ACCESS"}
    select = "order { state stops { state proofs { kind photoUrl } } }"
    report = "orderReportUndeliverable"
    with nothing_changes(alpha):
        assert mutate(on.dora.api, report, input, photo=photo())["code"] == "INVALID_INPUT"
        text = SimpleUploadedFile("photo.jpg", b"no photo", content_type="image/jpeg")
        assert mutate(on.tomas.api, report, input, photo=text)["code"] == "FILE_TYPE_REFUSED"
    done = mutate(on.tomas.api, report, input, select, photo=photo())
    first, last = done["order"]["stops"]
    assert (done["order"]["state"], first["state"]) == ("UNDELIVERABLE", "PENDING")
    assert [proof["kind"] for proof in first["proofs"]] == ["PHOTO"]
    assert first["proofs"][0]["photoUrl"].startswith("/files/")
    assert last["proofs"] == []
    with nothing_changes(alpha):
        assert mutate(on.tomas.api, report, input, select, photo=photo()) == done
        assert mutate(on.tomas.api, report, input)["code"] == "IDEMPOTENCY_KEY_REUSED"
    with tenant_scope(alpha):
        assert chain_is_whole(order)


def test_what_was_never_picked_up_is_not_brought_back(alpha: TenantRef):
    on = stage(alpha)
    order = led(on, "departed")
    with tenant_scope(alpha):
        Lead(order, on.maya, on.courier, order.placed_at + timedelta(hours=1)).give_up()
    with nothing_changes(alpha):
        assert mutate(on.dora.api, "orderReturn", one_of(order))["code"] == "ILLEGAL_MOVE"


def test_it_goes_back_to_the_sender(alpha: TenantRef):
    on = stage(alpha)
    order = led(on, "undeliverable")
    input = one_of(order)
    assert mutate(on.dora.api, "orderReturn", input, "order { state }")["order"]["state"]
    select = "order { state closedAt payment { state } stops { proofs { kind } } }"
    done = mutate(on.tomas.api, "orderHandBack", input, select, photo=photo())
    assert done["order"]["state"] == "RETURNED"
    assert done["order"]["closedAt"]
    assert done["order"]["payment"] == {"state": "VOID"}
    assert done["order"]["stops"][0]["proofs"] == [{"kind": "PHOTO"}, {"kind": "PHOTO"}]
    with nothing_changes(alpha):
        assert mutate(on.tomas.api, "orderHandBack", input, select, photo=photo()) == done
    with tenant_scope(alpha):
        assert Assignment.objects.get(order=order).outcome == "returned"
        assert Courier.objects.get(id=on.courier.id).completed_count == 0


def test_every_event_has_its_number_and_its_facts(alpha: TenantRef):
    from tenants.journal.models import Event

    on = stage(alpha)
    for state in OrderState:
        order = led(on, state)
        with tenant_scope(alpha):
            events = list(Event.objects.filter(stream=f"order:{order.id}").order_by("seq"))
            assert [event.seq for event in events] == list(range(1, order.seq + 1))
            assert events[-1].data["to"] == order.state
            for event in events:
                assert event.data["order"] == str(order.id)
                assert event.data["customer"] == str(on.maya.id)
                assert {"courier", "from", "to", "by"} <= set(event.data)
            assert Stop.objects.filter(order=order, state="arrived").count() == (
                order.state == "arrived"
            )
