"""Each meter is moved by what an operator's people do, and refuses them by the plan's name."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage

from kernel import clock
from kernel.meters import Meter
from kernel.tenancy import TenantRef, tenant_scope
from tenants.access.rights import CUSTOMER
from tenants.access.services.roles import role_grant
from tenants.couriers.models import Courier
from tenants.orders.models import Order, Proof
from tenants.orders.services.ending import order_confirm_by_time
from tests.billing.plans import counted, on_plan
from tests.support.cast import cast
from tests.support.factories import ServiceFactory
from tests.support.factories_orders import (
    CourierFactory,
    DocumentFactory,
    QuoteFactory,
    order_at,
    photo,
)
from tests.support.ids import global_id
from tests.support.stage import Stage, mutate, mutation, nothing_changes, stage
from tests.support.threads import at_once

REACHED = "PLAN_LIMIT_REACHED"


def files_of(tenant: TenantRef) -> set[Path]:
    found = Path(default_storage.path(tenant.label)).rglob("*")
    return {path for path in found if path.is_file()}


def bytes_of(tenant: TenantRef) -> int:
    return sum(path.stat().st_size for path in files_of(tenant))


def applicant(tenant: TenantRef, number: int) -> Courier:
    person = cast(tenant).person(30 + number, f"P{number}", phone=f"+86138001381{number:02}")
    with tenant_scope(tenant):
        courier = CourierFactory(person_id=person.id, applied=True)
        DocumentFactory(courier=courier)
    return courier


def decide(tenant: TenantRef, name: str, courier: Courier) -> Any:
    input = {"courierId": global_id("Courier", courier.id), "note": ""}
    return mutate(cast(tenant).ines.api, name, input)


def place(on: Stage, key: str = "one") -> Any:
    with tenant_scope(on.tenant):
        quote = QuoteFactory(customer_id=on.maya.id, at=clock.now())
    input = {
        "quoteId": global_id("Quote", quote.id),
        "paymentMethod": "ON_DELIVERY",
        "idempotencyKey": key,
    }
    return lambda: mutate(on.maya.api, "orderPlace", input)


def test_couriers_count_while_they_are_approved(alpha: TenantRef):
    on_plan(alpha, limits={"couriers": 1})
    first, second = applicant(alpha, 1), applicant(alpha, 2)
    assert "code" not in decide(alpha, "courierApprove", first)
    with nothing_changes(alpha):
        refused = decide(alpha, "courierApprove", second)
    assert refused["code"] == REACHED and "tiny" in refused["message"]
    assert "code" not in decide(alpha, "courierFreeze", first)
    assert counted(alpha, Meter.COURIERS) == [0]
    assert "code" not in decide(alpha, "courierApprove", second)
    with nothing_changes(alpha):
        assert decide(alpha, "courierUnfreeze", first)["code"] == REACHED
    decide(alpha, "courierFreeze", second)
    assert "code" not in decide(alpha, "courierUnfreeze", first)
    assert counted(alpha, Meter.COURIERS) == [1]


def test_a_rejection_moves_nothing(alpha: TenantRef):
    on_plan(alpha, limits={"couriers": 0})
    assert "code" not in decide(alpha, "courierReject", applicant(alpha, 1))
    assert counted(alpha, Meter.COURIERS) == []


def test_staff_count_once_whatever_roles_they_hold(alpha: TenantRef):
    on_plan(alpha, limits={"staff": 2})  # onboarding has counted its administrator
    ines = cast(alpha).ines
    dora = {"name": "Dora", "email": "dora@example.test", "role": "dispatcher"}
    assert "code" not in mutate(ines.api, "staffInvite", dora)
    assert "code" not in mutate(ines.api, "staffInvite", dora)  # a new link
    assert "code" not in mutate(ines.api, "staffInvite", dora | {"role": "finance"})
    assert counted(alpha, Meter.STAFF) == [2]
    finn = {"name": "Finn", "email": "finn@example.test", "role": "finance"}
    with nothing_changes(alpha):
        refused = mutate(ines.api, "staffInvite", finn)
        assert refused["code"] == REACHED and "tiny" in refused["message"]
    staff = ines.api.run("{ staff(first: 9) { edges { node { id name } } } }")["staff"]["edges"]
    its = next(edge["node"]["id"] for edge in staff if edge["node"]["name"] == "Dora")
    for role in ("dispatcher", "finance"):
        mutate(ines.api, "staffRevoke", {"staffMemberId": its, "role": role})
    assert counted(alpha, Meter.STAFF) == [1]
    assert "code" not in mutate(ines.api, "staffInvite", finn)
    with nothing_changes(alpha):
        again = mutate(ines.api, "staffGrant", {"staffMemberId": its, "role": "finance"})
        assert again["code"] == REACHED


def test_two_roles_at_once_are_one_seat(alpha: TenantRef):
    ines = cast(alpha).ines
    dora = {"name": "Dora", "email": "dora@example.test", "role": "dispatcher"}
    mutate(ines.api, "staffInvite", dora)
    staff = ines.api.run("{ staff(first: 9) { edges { node { id name } } } }")["staff"]["edges"]
    its = next(edge["node"]["id"] for edge in staff if edge["node"]["name"] == "Dora")
    mutate(ines.api, "staffRevoke", {"staffMemberId": its, "role": "dispatcher"})

    def grant(role: str) -> Any:
        return lambda: mutate(ines.api, "staffGrant", {"staffMemberId": its, "role": role})

    at_once(grant("dispatcher"), grant("finance"), grant("support"))
    assert counted(alpha, Meter.STAFF) == [2]


def test_customers_are_no_staff(alpha: TenantRef):
    on_plan(alpha, limits={"staff": 1})
    newcomer = cast(alpha).person(20, "Bo", phone="+8613800138020")
    with tenant_scope(alpha):
        role_grant(person_id=newcomer.id, role=CUSTOMER, at=clock.now())
    assert counted(alpha, Meter.STAFF) == [1]


def test_orders_count_when_placed_and_the_last_one_has_one_taker(alpha: TenantRef):
    on = stage(on_plan(alpha, limits={"orders": 2}))
    assert "code" not in place(on)()
    answers = at_once(*(place(on, key) for key in ("a", "b", "c", "d")))
    assert sorted(answer.get("code", "placed") for answer in answers) == [REACHED] * 3 + ["placed"]
    late = place(on, "late")
    with nothing_changes(alpha):
        refused = late()
    assert refused["code"] == REACHED
    assert refused["message"] == "The plan “tiny” allows no more than 2 (orders)."
    with tenant_scope(alpha):
        assert Order.objects.count() == 2
    assert counted(alpha, Meter.ORDERS) == [2]


def test_the_same_key_places_and_counts_once(alpha: TenantRef):
    on = stage(on_plan(alpha, limits={"orders": 1}))
    again = place(on)
    assert again() == again()
    assert counted(alpha, Meter.ORDERS) == [1]


def test_turnover_is_what_completed_orders_cost(alpha: TenantRef):
    on = stage(alpha)
    with tenant_scope(alpha):
        one = order_at("delivered", customer=on.maya, courier=on.courier)
        two = order_at("delivered", customer=on.maya, courier=on.courier)
    assert counted(alpha, Meter.TURNOVER) == []
    input = {"orderId": global_id("Order", one.id), "idempotencyKey": "one"}
    for _ in range(2):
        mutate(on.maya.api, "orderConfirm", input)
    with tenant_scope(alpha):
        for _ in range(2):
            order_confirm_by_time(order_id=two.id, at=clock.now())
    assert counted(alpha, Meter.TURNOVER) == [one.total + two.total]


def picture(tenant: TenantRef, service: Any, size: tuple[int, int] = (40, 30)) -> Any:
    input = {"serviceId": global_id("Service", service.id), "alt": []}
    select = "media { id }"
    api = cast(tenant).ines.api
    return mutate(api, "serviceMediaAdd", input, select, upload=photo(size))


def test_files_take_room_and_give_it_back(alpha: TenantRef):
    ines = cast(alpha).ines
    before = bytes_of(alpha)
    with tenant_scope(alpha):
        service = ServiceFactory()
    media = picture(alpha, service)["media"]["id"]
    first = bytes_of(alpha) - before
    assert counted(alpha, Meter.STORAGE) == [first] != [0]
    mutate(ines.api, "brandUpdate", {}, logo=photo((20, 20)))
    small = bytes_of(alpha) - before - first
    mutate(ines.api, "brandUpdate", {}, logo=photo((600, 400)))
    logo = bytes_of(alpha) - before - first
    assert logo > small and counted(alpha, Meter.STORAGE) == [first + logo]
    mutate(ines.api, "serviceMediaRemove", {"mediaId": media})
    assert counted(alpha, Meter.STORAGE) == [logo] == [bytes_of(alpha) - before]


def test_what_finds_no_room_leaves_nothing(alpha: TenantRef):
    tenant = on_plan(alpha, limits={"storage": 10})
    bo, ines = cast(tenant).person(20, "Bo", "customer", phone="+8613800138020"), cast(tenant).ines
    with tenant_scope(tenant):
        service = ServiceFactory()
        CourierFactory(person_id=bo.id, applied=True)
    files = files_of(tenant)
    with nothing_changes(tenant):
        assert picture(tenant, service)["code"] == REACHED
        assert mutate(ines.api, "brandUpdate", {}, logo=photo())["code"] == REACHED
        kind = {"kind": "IDENTITY"}
        refused = mutate(bo.api, "courierDocumentUpload", kind, file=photo())
        assert refused["code"] == REACHED and "tiny" in refused["message"]
    assert files_of(tenant) == files


def test_nobody_stands_at_a_door_because_of_a_plan(alpha: TenantRef):
    on = stage(on_plan(alpha, limits={"storage": 10}))
    with tenant_scope(alpha):
        order = order_at("arrived", customer=on.maya, courier=on.courier)
        taken = sum(counted(alpha, Meter.STORAGE))
        stop = order.stops.all()[0]
        proofs = Proof.objects.count()
    input = {
        "orderId": global_id("Order", order.id),
        "stopId": global_id("Stop", stop.id),
        "idempotencyKey": "photo",
    }
    assert "code" not in mutate(on.tomas.api, "stopComplete", input, photo=photo())
    with tenant_scope(alpha):
        assert Proof.objects.count() == proofs + 1
    assert sum(counted(alpha, Meter.STORAGE)) > taken


@pytest.mark.parametrize("language", ["en", "zh-Hans"])
def test_the_refusal_names_the_plan_in_both_languages(alpha: TenantRef, language: str):
    on = stage(on_plan(alpha, limits={"orders": 0}))
    with tenant_scope(alpha):
        quote = QuoteFactory(customer_id=on.maya.id, at=clock.now())
    input = {
        "quoteId": global_id("Quote", quote.id),
        "paymentMethod": "ON_DELIVERY",
        "idempotencyKey": "one",
    }
    document = mutation("orderPlace", "__typename").replace(
        "... on UserError", "... on PlanLimitReachedError { meter limit plan } ... on UserError"
    )
    answer = on.maya.api.run(document, {"input": input}, language=language)["result"]
    assert (answer["meter"], answer["limit"], answer["plan"]) == ("orders", 0, "tiny")
    assert "tiny" in answer["message"]


def test_a_new_operator_begins_with_one_of_staff(beta: TenantRef):
    assert counted(beta, Meter.STAFF) == [1]
