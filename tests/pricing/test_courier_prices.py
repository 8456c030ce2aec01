"""A courier's own price: within the band, decided on by staff, and heard when they are chosen."""

from typing import Any

import pytest

from kernel.tenancy import TenantRef, tenant_scope
from tenants.journal.models import AuditEntry, Event
from tenants.pricing.models import CourierPrice, Quote, Tariff
from tenants.pricing.selectors import quote_replay
from tests.pricing.test_publishing import refused
from tests.pricing.test_quotes import ask, offered
from tests.support.cast import Member
from tests.support.factories import RuleFactory, ServiceFactory
from tests.support.ids import global_id
from tests.support.stage import Stage, mutate, nothing_changes, stage
from tests.support.threads import at_once

PRICE = "price { id state amount median note courier { displayName } }"
BOUND = PRICE + " } ... on CourierPriceOutOfBandError { side bound"
FIELD = PRICE + " } ... on InvalidInputError { field"
BAND = {"amount": 500, "courier_least": 400, "courier_most": 900}


def with_band(tenant: TenantRef, **base: Any) -> str:
    """The id of a service for which couriers may ask 4.00 to 9.00 instead of the 5.00."""
    service_id = offered(tenant)
    with tenant_scope(tenant):
        tariff_of(base or BAND)
    return service_id


def tariff_of(base: dict[str, Any]) -> None:
    last = Tariff.objects.order_by("-number")[0]
    rules = [{**rule, "params": base} if rule["step"] == "base" else rule for rule in last.rules]
    Tariff.objects.create(
        number=last.number + 1, currency="CNY", rules=rules, published_at=last.published_at
    )


def propose(member: Member, service_id: str, amount: int) -> Any:
    input = {"serviceId": service_id, "amount": amount}
    return mutate(member.api, "courierPricePropose", input, BOUND)


def decide(on: Stage, price: Any, approve: bool = True, **given: Any) -> Any:
    input = {"courierPriceId": price["price"]["id"], "approve": approve, **given}
    return mutate(on.ines.api, "courierPriceDecide", input, FIELD)


def base(on: Stage, service_id: str, chosen: str | None) -> int:
    given = {"courierId": chosen} if chosen else {}
    amount: int = ask(on.maya, service_id, **given)["quote"]["lines"][0]["amount"]["amount"]
    return amount


def test_it_is_heard_when_staff_approved_it_and_the_courier_is_chosen(alpha: TenantRef):
    on, service_id = stage(alpha), with_band(alpha)
    tomas, rita = (global_id("Courier", each.id) for each in (on.courier, on.other))
    proposed = propose(on.tomas, service_id, 700)
    assert proposed["price"]["state"] == "PROPOSED"
    assert base(on, service_id, tomas) == 500
    assert decide(on, proposed)["price"]["state"] == "APPROVED"
    assert [base(on, service_id, each) for each in (tomas, rita, None)] == [700, 500, 500]
    with tenant_scope(alpha):
        quote = Quote.objects.get(total__gt=800)
        assert quote.inputs["courier"] == str(on.courier.id)
        line = quote.lines.all()[0]
        assert line.inputs["courier_base"] == 700
        kinds = Event.objects.filter(kind__startswith="courier_price").order_by("id")
        assert [event.kind for event in kinds] == [
            "courier_price.proposed",
            "courier_price.approved",
        ]
        entry = AuditEntry.objects.get(action="courier_price.approved")
        assert (entry.actor_id, entry.data["amount"]) == (on.ines.id, 700)
    answer = mutate(
        on.maya.api,
        "quoteCreate",
        {
            "serviceId": service_id,
            "courierId": tomas,
            "stops": [{"position": {"point": {"latitude": 1.0, "longitude": 1.0}}}] * 2,
        },
        "quote { courierId }",
    )
    assert answer["quote"] == {"courierId": tomas}
    withdrawn = mutate(
        on.tomas.api, "courierPriceWithdraw", {"courierPriceId": proposed["price"]["id"]}, PRICE
    )
    assert withdrawn["price"]["state"] == "WITHDRAWN"
    assert base(on, service_id, tomas) == 500
    with tenant_scope(alpha):
        quote.refresh_from_db()
        assert quote_replay(quote).total == quote.total


@pytest.mark.parametrize(
    ("amount", "side", "bound"),
    [(399, "too_low", "400"), (901, "too_high", "900"), (-5, "too_low", "400")],
)  # fmt: skip
def test_outside_the_band_it_is_refused(alpha: TenantRef, amount: int, side: str, bound: str):
    on, service_id = stage(alpha), with_band(alpha)
    assert {propose(on.tomas, service_id, each)["price"]["amount"] for each in (400, 900)}
    with nothing_changes(alpha):
        answer = propose(on.tomas, service_id, amount)
    assert answer["code"] == "COURIER_PRICE_OUT_OF_BAND"
    assert (answer["side"], answer["bound"]) == (side, bound)


def test_where_there_is_no_band_there_is_no_own_price(alpha: TenantRef):
    on, service_id = stage(alpha), with_band(alpha, amount=500)
    with nothing_changes(alpha):
        assert propose(on.tomas, service_id, 500)["code"] == "COURIER_PRICE_NOT_ALLOWED"


def test_a_band_that_moved_leaves_the_price_behind(alpha: TenantRef):
    on, service_id = stage(alpha), with_band(alpha)
    tomas = global_id("Courier", on.courier.id)
    decide(on, propose(on.tomas, service_id, 850))
    waiting = propose(on.rita, service_id, 880)
    with tenant_scope(alpha):
        tariff_of({"amount": 500, "courier_least": 400, "courier_most": 800})
    assert base(on, service_id, tomas) == 500
    with nothing_changes(alpha):
        assert decide(on, waiting)["code"] == "COURIER_PRICE_OUT_OF_BAND"


def test_the_reviewer_sees_what_others_ask_and_says_why_not(alpha: TenantRef):
    on, service_id = stage(alpha), with_band(alpha)
    first = propose(on.rita, service_id, 600)
    assert first["price"]["median"] is None
    decide(on, first)
    dear = propose(on.tomas, service_id, 900)
    assert dear["price"]["median"] == 600
    with nothing_changes(alpha):
        unexplained = decide(on, dear, approve=False)
    assert (unexplained["code"], unexplained["field"]) == ("INVALID_INPUT", "reason")
    declined = decide(on, dear, approve=False, reason="Far above the others")
    assert declined["price"]["state"] == "DECLINED"
    assert declined["price"]["note"] == "Far above the others"
    with nothing_changes(alpha):
        assert decide(on, dear)["code"] == "ILLEGAL_MOVE"


def test_one_waits_and_one_is_in_force(alpha: TenantRef):
    on, service_id = stage(alpha), with_band(alpha)
    tomas = global_id("Courier", on.courier.id)
    decide(on, propose(on.tomas, service_id, 600))
    propose(on.tomas, service_id, 650)
    last = propose(on.tomas, service_id, 700)
    assert base(on, service_id, tomas) == 600
    decide(on, last)
    assert base(on, service_id, tomas) == 700
    with tenant_scope(alpha):
        states = CourierPrice.objects.order_by("id").values_list("amount", "state")
        assert [*states] == [(600, "replaced"), (650, "replaced"), (700, "approved")]


def test_several_at_once_leave_one_waiting_and_one_in_force(alpha: TenantRef):
    on, service_id = stage(alpha), with_band(alpha)
    assert propose(on.tomas, service_id, 500)["price"]
    asked = at_once(
        *(lambda n=n: propose(on.tomas, service_id, 500 + n) for n in range(4))
    )  # fmt: skip
    assert all("price" in answer for answer in asked)
    with tenant_scope(alpha):
        assert CourierPrice.objects.filter(state="proposed").count() == 1
        waiting = CourierPrice.objects.get(state="proposed")
    price = {"price": {"id": global_id("CourierPrice", waiting.id)}}
    answers = at_once(*(lambda: decide(on, price) for _ in range(3)))
    assert sorted("code" in answer for answer in answers) == [False, True, True]


def test_each_sees_their_own_and_only_approved_couriers_ask(alpha: TenantRef):
    on, service_id = stage(alpha), with_band(alpha)
    propose(on.tomas, service_id, 600)
    mine = propose(on.rita, service_id, 700)
    listed = "{ courierPrices(first: 9, states: [PROPOSED]) { edges { node { amount } } } }"

    def seen(member: Member) -> list[int]:
        edges = member.api.run(listed)["courierPrices"]["edges"]
        return [edge["node"]["amount"] for edge in edges]

    assert (seen(on.tomas), seen(on.rita), seen(on.ines)) == ([600], [700], [700, 600])
    assert on.maya.api.error_code(listed) == "FORBIDDEN"
    with nothing_changes(alpha):
        input = {"courierPriceId": mine["price"]["id"]}
        assert mutate(on.tomas.api, "courierPriceWithdraw", input)["code"] == "NOT_FOUND"
    with tenant_scope(alpha):
        on.courier.state = "frozen"
        on.courier.save()
    with nothing_changes(alpha):
        assert propose(on.tomas, service_id, 650)["code"] == "NOT_FOUND"
        assert ask(on.maya, service_id, courierId=global_id("Courier", on.courier.id)) == {
            "__typename": "NotFoundError",
            "code": "NOT_FOUND",
            "message": ask(on.maya, service_id, courierId=global_id("Courier", on.courier.id))[
                "message"
            ],
            "what": "Courier",
        }


@pytest.mark.parametrize(
    ("band", "field"),
    [
        ({"courierLeast": 5}, "params.base.courierLeast"),
        ({"courierMost": 5}, "params.base.courierLeast"),
        ({"courierLeast": 6, "courierMost": 5}, "params.base.courierMost"),
        ({"courierLeast": 0, "courierMost": 5}, "params.base.courierLeast"),
    ],
)
def test_a_band_has_two_ends(alpha: TenantRef, band: dict[str, int], field: str):
    ines = stage(alpha).ines.api
    given = {
        "step": "BASE",
        "label": [{"language": "zh-Hans", "text": "起步价"}],
        "params": {"base": {"amount": 5, **band}},
    }
    select = "rule { id } } ... on InvalidInputError { field"
    with nothing_changes(alpha):
        answer = mutate(ines, "priceRuleSave", given, select)
    assert (answer["code"], answer["field"]) == ("INVALID_INPUT", field)


def test_prices_over_the_whole_band_are_proven(alpha: TenantRef):
    stops = [{"kind": "pick_up"}, {"kind": "drop_off"}]
    with tenant_scope(alpha):
        RuleFactory(params=BAND)
        declaration = {"stops": stops, "price": {"least": 401}}
        ServiceFactory(published=True, declaration=declaration)
    answer = refused(alpha)
    assert (answer["fault"], answer["amount"]) == ("below the least declared, 401", "400")
    assert "courier_base 400" in answer["figures"]
