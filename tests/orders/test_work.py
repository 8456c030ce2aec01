"""The steps of an order's work: which there are, in what order, with which proofs."""

from datetime import timedelta
from typing import Any

import pytest

from kernel.tenancy import TenantRef, tenant_scope
from tenants.catalog.declaration import Declaration
from tenants.journal.models import Event
from tenants.orders.models import Order, Proof, StepDone
from tenants.orders.services.proofs import chain_is_whole
from tests.support.factories_orders import Lead, order_at, photo, service_version
from tests.support.ids import global_id
from tests.support.stage import Stage, mutate, mutation, nothing_changes, stage
from tests.support.threads import at_once

TEXT = {"en": "Words", "zh-Hans": "文字"}
DECLARED: dict[str, Any] = {
    "stops": [{"kind": "on_site", "photo": "optional", "pin": "off"}],
    "form": [
        {
            "key": "appliance",
            "type": "choice",
            "label": TEXT,
            "options": [{"key": "cooler", "label": TEXT}, {"key": "fridge", "label": TEXT}],
        }
    ],
    "steps": [
        {"key": "test_run", "name": {"en": "Test run", "zh-Hans": "试机"}, "after": ["clean"]},
        {"key": "cover", "name": TEXT, "required": True},
        {
            "key": "clean",
            "name": TEXT,
            "required": True,
            "photo": "required",
            "after": ["cover"],
            "when": {"field": "appliance", "is": ["cooler"]},
        },
    ],
    "cancellation": {"placed": 0, "accepted": 1000, "departed": 2500},
    "notices": [
        {"state": "arrived", "to": "customer", "text": {"en": "They are at your door"}},
        {"state": "arrived", "to": "courier", "text": {"en": "Put the covers on"}},
        {"state": "completed", "to": "customer", "text": {"en": "Thank you"}},
    ],
}
WORK = "query ($id: ID!) { order(id: $id) { work { key stop name required photo doneAt isOpen } } }"
NOTICES = "query ($id: ID!) { order(id: $id) { notices } }"
TERMS = """query ($id: ID!) { order(id: $id) {
  moves cancelFeeNow { amount } cancellationFee { amount } state
} }"""


def ordered(on: Stage, state: str, answers: dict[str, Any] | None = None) -> Order:
    with tenant_scope(on.tenant):
        inputs = {
            "weight_grams": None, "duration_minutes": 60, "urgent": False,
            "insured_value": None, "items": [], "answers": answers or {},
        }  # fmt: skip
        return order_at(
            state,
            customer=on.maya,
            courier=on.courier,
            version=service_version(Declaration.parse(DECLARED)),
            inputs=inputs,
        )


def work(on: Stage, order: Order) -> dict[str, dict[str, Any]]:
    rows = on.tomas.api.run(WORK, {"id": global_id("Order", order.id)})["order"]["work"]
    return {row["key"]: row for row in rows}


def complete(on: Stage, order: Order, step: str, key: str = "", **given: Any) -> Any:
    input = {
        "orderId": global_id("Order", order.id),
        "step": step,
        "idempotencyKey": key or step,
    }
    return mutate(on.tomas.api, "stepComplete", input, "order { state }", **given)


def stop_complete(on: Stage, order: Order) -> Any:
    with tenant_scope(on.tenant):
        stop = order.stops.get()
    input = {
        "orderId": global_id("Order", order.id),
        "stopId": global_id("Stop", stop.id),
        "idempotencyKey": "stop",
        "cashCollected": True,
    }
    return mutate(on.tomas.api, "stopComplete", input, "order { state }")


def test_the_answers_decide_what_is_done(alpha: TenantRef):
    on = stage(alpha)
    fridge = work(on, ordered(on, "accepted", {"appliance": "fridge"}))
    assert list(fridge) == ["test_run", "cover"]
    assert not any(row["isOpen"] for row in fridge.values())
    cooler = work(on, ordered(on, "arrived", {"appliance": "cooler"}))
    assert list(cooler) == ["cover", "clean", "test_run"]
    assert [row["isOpen"] for row in cooler.values()] == [True, False, False]
    assert cooler["test_run"]["name"] == "Test run" and cooler["clean"]["photo"] == "REQUIRED"


def test_step_by_step_to_the_end(alpha: TenantRef):
    on = stage(alpha)
    order = ordered(on, "arrived", {"appliance": "cooler"})
    for step, given in (("cover", {}), ("clean", {"photo": photo()}), ("test_run", {})):
        assert complete(on, order, step, **given)["order"] == {"state": "ARRIVED"}
    assert all(row["doneAt"] and not row["isOpen"] for row in work(on, order).values())
    with tenant_scope(alpha):
        assert [each.key for each in StepDone.objects.all()] == ["cover", "clean", "test_run"]
        assert Proof.objects.get().id == StepDone.objects.get(key="clean").proof_id
        assert chain_is_whole(order)
        steps = Event.objects.filter(kind="order.step_done").order_by("seq")
        assert [event.data["step"] for event in steps] == ["cover", "clean", "test_run"]
    assert stop_complete(on, order)["order"] == {"state": "DELIVERED"}


def test_a_stop_waits_for_its_required_steps(alpha: TenantRef):
    on = stage(alpha)
    order = ordered(on, "arrived", {"appliance": "cooler"})
    for step, given in (("cover", {}), ("clean", {"photo": photo()})):
        with nothing_changes(alpha):
            refused = stop_complete(on, order)
        assert refused["code"] == "STEP_MISSING" and step in refused["message"]
        complete(on, order, step, **given)
    assert stop_complete(on, order)["order"] == {"state": "DELIVERED"}  # a test run is optional


@pytest.mark.parametrize(
    ("state", "step", "given", "code"),
    [
        ("arrived", "clean", {"photo": True}, "STEP_NOT_OPEN"),
        ("arrived", "test_run", {}, "STEP_NOT_OPEN"),
        ("departed", "cover", {}, "STEP_NOT_OPEN"),
        ("arrived", "cover", {"photo": True}, "INVALID_INPUT"),
        ("arrived", "nothing", {}, "NOT_FOUND"),
        ("arrived", "x" * 41, {}, "INVALID_INPUT"),
        ("arrived", "", {}, "INVALID_INPUT"),
    ],
)
def test_what_cannot_be_done_now(
    alpha: TenantRef, state: str, step: str, given: dict[str, Any], code: str
):
    on = stage(alpha)
    order = ordered(on, state, {"appliance": "cooler"})
    files = {"photo": photo()} if given else {}
    with nothing_changes(alpha):
        assert complete(on, order, step, **files)["code"] == code


@pytest.mark.parametrize("ended_by", ["orderCancel", "orderReportUndeliverable"])
def test_nothing_is_done_at_a_stop_whose_order_has_stopped(alpha: TenantRef, ended_by: str):
    on = stage(alpha)
    order = ordered(on, "arrived", {"appliance": "cooler"})
    reason = "NOBODY_THERE" if ended_by == "orderReportUndeliverable" else "OTHER"
    input = {"orderId": global_id("Order", order.id), "reason": reason, "idempotencyKey": "end"}
    assert "code" not in mutate(on.ines.api, ended_by, input)
    assert not any(row["isOpen"] for row in work(on, order).values())
    with nothing_changes(alpha):
        assert complete(on, order, "cover")["code"] == "STEP_NOT_OPEN"


def test_a_step_of_another_answer_is_no_part_of_the_order(alpha: TenantRef):
    on = stage(alpha)
    order = ordered(on, "arrived", {"appliance": "fridge"})
    with nothing_changes(alpha):
        assert complete(on, order, "clean", photo=photo())["code"] == "NOT_FOUND"


def test_a_photo_that_is_needed(alpha: TenantRef):
    on = stage(alpha)
    order = ordered(on, "arrived", {"appliance": "cooler"})
    complete(on, order, "cover")
    with nothing_changes(alpha):
        assert complete(on, order, "clean")["code"] == "PROOF_MISSING"


def test_twice_and_at_once_it_is_done_once(alpha: TenantRef):
    on = stage(alpha)
    order = ordered(on, "arrived", {"appliance": "cooler"})
    answers = at_once(*(lambda n=n: complete(on, order, "cover", key=f"k{n}") for n in range(4)))
    codes = sorted(answer.get("code", "done") for answer in answers)
    assert codes == ["STEP_NOT_OPEN"] * 3 + ["done"]
    with tenant_scope(alpha):
        assert StepDone.objects.count() == 1


def test_nobody_but_its_courier_does_it(alpha: TenantRef, beta: TenantRef):
    on, other = stage(alpha), stage(beta)
    order = ordered(on, "arrived", {"appliance": "cooler"})
    input = {
        "orderId": global_id("Order", order.id), "step": "cover", "idempotencyKey": "x"
    }  # fmt: skip
    with nothing_changes(alpha), nothing_changes(beta):
        assert mutate(other.tomas.api, "stepComplete", input)["code"] == "NOT_FOUND"
        for who in (on.maya, on.ines):
            assert who.api.error_code(mutation("stepComplete"), {"input": input}) == "FORBIDDEN"


def test_each_is_told_what_is_theirs(alpha: TenantRef):
    on = stage(alpha)
    order = ordered(on, "arrived")
    asked = {"id": global_id("Order", order.id)}
    assert on.maya.api.run(NOTICES, asked)["order"]["notices"] == ["They are at your door"]
    assert on.tomas.api.run(NOTICES, asked)["order"]["notices"] == ["Put the covers on"]


ANSWERS = "query ($id: ID!) { order(id: $id) { answers { key label type value text } } }"


def test_who_reads_what_was_answered(alpha: TenantRef):
    on = stage(alpha)
    given = {"appliance": "cooler", "friend": "+8613800138077", "habits": "Shy"}
    form = [
        *DECLARED["form"],
        {"key": "friend", "type": "phone", "label": TEXT},
        {"key": "habits", "type": "prose", "label": TEXT},
    ]

    def seen(who: Any, order: Order) -> dict[str, str]:
        rows = who.api.run(ANSWERS, {"id": global_id("Order", order.id)})["order"]["answers"]
        return {row["key"]: row["text"] for row in rows}

    with tenant_scope(alpha):
        version = service_version(Declaration.parse(DECLARED | {"form": form, "steps": []}))
        people = {"customer": on.maya, "courier": on.courier, "version": version}
        under_way, done = (order_at("arrived", answers=given, **people) for _ in range(2))
        lead = Lead(done, on.maya, on.courier, done.placed_at + timedelta(hours=1))
        lead.complete()
    everything = {"appliance": "Words", "friend": "+8613800138077", "habits": "Shy"}
    masked = everything | {"friend": "****8077"}
    for order in (under_way, done):
        assert seen(on.maya, order) == everything
        assert seen(on.ines, order) | {"friend": ""} == masked | {"friend": ""}
        assert "138001380" not in seen(on.ines, order)["friend"]
    assert seen(on.tomas, under_way) | {"friend": ""} == masked | {"friend": ""}
    assert seen(on.tomas, done) == {"appliance": "Words"}


def cancel(who: Any, order: Order, key: str = "c") -> Any:
    input = {
        "orderId": global_id("Order", order.id),
        "reason": "CHANGED_MIND",
        "idempotencyKey": key,
    }
    return mutate(who.api, "orderCancel", input, "order { state cancellationFee { amount } }")


@pytest.mark.parametrize(
    ("state", "move", "fee"),
    [("placed", "CANCEL", 0), ("offered", "CANCEL", 0), ("accepted", "CALL_OFF", 120),
     ("departed", "CALL_OFF", 300)],
)  # fmt: skip
def test_cancelling_costs_what_the_terms_say(alpha: TenantRef, state: str, move: str, fee: int):
    on = stage(alpha)
    order = ordered(on, state)  # 12.00, without goods
    terms = on.maya.api.run(TERMS, {"id": global_id("Order", order.id)})["order"]
    assert move in terms["moves"] and terms["cancelFeeNow"] == {"amount": fee}
    assert cancel(on.maya, order)["order"] == {
        "state": "CANCELLED", "cancellationFee": {"amount": fee}
    }  # fmt: skip
    with tenant_scope(alpha):
        event = Event.objects.filter(kind="order.cancelled").get()
        assert (event.data["fee"], event.data["currency"]) == (fee, "CNY")


def test_where_the_terms_end_only_staff_cancel_and_for_nothing(alpha: TenantRef):
    on = stage(alpha)
    order = ordered(on, "arrived")
    terms = on.maya.api.run(TERMS, {"id": global_id("Order", order.id)})["order"]
    assert "CALL_OFF" not in terms["moves"] and terms["cancelFeeNow"] is None
    with nothing_changes(alpha):
        assert cancel(on.maya, order)["code"] == "ILLEGAL_MOVE"
    assert cancel(on.ines, order)["order"] == {"state": "CANCELLED", "cancellationFee": None}


def test_goods_that_were_to_be_bought_are_no_part_of_the_fee(alpha: TenantRef):
    on = stage(alpha)
    order = ordered(on, "departed")
    with tenant_scope(alpha):
        order.items.create(position=0, name="Tap", quantity=2, unit_price=400)
    assert cancel(on.maya, order)["order"]["cancellationFee"] == {"amount": 100}  # of 4.00
