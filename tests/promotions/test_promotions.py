"""What is taken off a price: for whom, how much, how often, and never more than was set aside."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernel import clock
from kernel.ids import new_id
from kernel.tenancy import TenantRef, tenant_scope
from tenants.access.rights import CUSTOMER
from tenants.orders.models import Order, OrderState
from tenants.pricing.models import Quote
from tenants.pricing.selectors import quote_replay
from tenants.promotions.models import Code, Promotion, Redemption
from tenants.promotions.selectors import amount_off
from tests.pricing.test_quotes import HERE, THERE, ask, offered
from tests.support.cast import Member, cast
from tests.support.factories import ServiceFactory
from tests.support.factories_orders import WAYS, Lead
from tests.support.ids import global_id
from tests.support.stage import Stage, mutate, nothing_changes, stage
from tests.support.threads import at_once

NAME = [{"language": "zh-Hans", "text": "立减"}, {"language": "en", "text": "Off"}]
SAVED = "promotion { id name audience amount percentBps spent uses budget serviceIds }"


def promote(tenant: TenantRef, **terms: Any) -> str:
    """The id of a promotion that ines has made; 1.00 off unless told otherwise."""
    given = {"name": NAME, "startsAt": (clock.now() - timedelta(days=1)).isoformat()}
    given |= {} if "percentBps" in terms else {"amount": 100}
    saved = mutate(cast(tenant).ines.api, "promotionSave", given | terms, SAVED)
    assert "code" not in saved, saved
    promotion_id: str = saved["promotion"]["id"]
    return promotion_id


def codes(tenant: TenantRef, promotion_id: str, **given: Any) -> list[str]:
    input = {"promotionId": promotion_id, **given}
    made = mutate(cast(tenant).ines.api, "promotionCodesMake", input, "codes { code channel }")
    return [each["code"] for each in made["codes"]]


def lines(answer: Any) -> list[int]:
    """What promotions take off, in the quote's order."""
    return [
        line["amount"]["amount"] for line in answer["quote"]["lines"] if line["code"] == "PROMOTION"
    ]


def place(member: Member, answer: Any, key: str = "") -> Any:
    quote_id = answer["quote"]["id"]
    input = {
        "quoteId": quote_id, "paymentMethod": "ON_DELIVERY", "idempotencyKey": key or quote_id
    }  # fmt: skip
    return mutate(member.api, "orderPlace", input, "order { id total { amount } }")


def counts(tenant: TenantRef) -> tuple[int, int]:
    with tenant_scope(tenant):
        return Promotion.objects.values_list("spent", "uses").get()


def test_it_is_in_the_price_and_counted_with_the_order(alpha: TenantRef):
    promotion_id, service_id = promote(alpha, budget=1000), offered(alpha)
    maya = cast(alpha).maya
    answer = ask(maya, service_id)
    assert lines(answer) == [-100] and answer["quote"]["total"]["amount"] == 550
    assert answer["quote"]["lines"][-1]["text"] == "Off"
    assert counts(alpha) == (0, 0)
    assert place(maya, answer)["order"]["total"] == {"amount": 550}
    assert counts(alpha) == (100, 1)
    with tenant_scope(alpha):
        redemption = Redemption.objects.get()
        assert (redemption.amount, redemption.person_id) == (100, maya.id)
        assert global_id("Promotion", redemption.promotion_id) == promotion_id
        quote = Quote.objects.get()
        assert quote_replay(quote).total == 550


@pytest.mark.parametrize(
    ("terms", "off"),
    [
        ({"amount": 649}, 649),
        ({"amount": 650}, 649),  # one minor unit is left to pay
        ({"amount": 10**9}, 649),
        ({"percentBps": 1000}, 65),
        ({"percentBps": 1}, 0),  # 0.065
        ({"percentBps": 5000, "ceiling": 200}, 200),
        ({"percentBps": 10_000}, 649),
        ({"amount": 100, "threshold": 650}, 100),
        ({"amount": 100, "threshold": 651}, 0),
        ({"amount": 100, "firstOrder": True}, 100),
        ({"amount": 100, "audience": "REFERRED"}, 0),
        ({"amount": 100, "audience": "REFERRER"}, 0),
        ({"amount": 100, "budget": 99}, 0),
        ({"amount": 100, "startsAt": (clock.now() + timedelta(days=1)).isoformat()}, 0),
        ({"amount": 100, "endsAt": (clock.now() - timedelta(hours=1)).isoformat()}, 0),
        ({"amount": 100, "byCode": True}, 0),
    ],
)
def test_what_it_takes_off_a_price_of_650(alpha: TenantRef, terms: dict[str, Any], off: int):
    promote(alpha, **terms)
    assert lines(ask(cast(alpha).maya, offered(alpha))) == ([-off] if off else [])


def test_it_may_be_for_some_services_alone(alpha: TenantRef, beta: TenantRef):
    service_id = offered(alpha)
    promote(alpha, serviceIds=[service_id])
    assert lines(ask(cast(alpha).maya, service_id)) == [-100]
    with tenant_scope(alpha):
        other = global_id("Service", ServiceFactory(published=True).id)
    assert lines(ask(cast(alpha).maya, other)) == []
    given = {"name": NAME, "amount": 5, "startsAt": clock.now().isoformat()}
    ines_of_beta = cast(beta).ines.api
    with nothing_changes(beta):
        refused = mutate(ines_of_beta, "promotionSave", given | {"serviceIds": [service_id]})
    assert refused["code"] in ("NOT_FOUND", "INVALID_INPUT")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ([{"amount": 100}, {"amount": 250}], [-250]),
        ([{"amount": 100, "stackable": True}, {"amount": 50, "stackable": True}], [-100, -50]),
        ([{"amount": 100, "stackable": True}, {"amount": 120}], [-120]),
        (
            [
                {"amount": 100, "stackable": True},
                {"amount": 50, "stackable": True},
                {"amount": 120},
            ],
            [-100, -50],
        ),
    ],
)
def test_what_combines_and_what_stands_alone(alpha: TenantRef, given, expected: list[int]):
    for terms in given:
        promote(alpha, **terms)
    assert lines(ask(cast(alpha).maya, offered(alpha))) == expected


def test_a_code_is_typed_as_people_type(alpha: TenantRef):
    promotion_id, service_id = promote(alpha, byCode=True), offered(alpha)
    assert codes(alpha, promotion_id, code="wel-come 5", channel="Poster") == ["WELCOME5"]
    maya = cast(alpha).maya
    assert lines(ask(maya, service_id)) == []
    answer = ask(maya, service_id, codes=["Welcome-5 "])
    assert lines(answer) == [-100]
    place(maya, answer)
    with tenant_scope(alpha):
        code = Code.objects.get()
        assert (code.uses, code.channel) == (1, "Poster")
        assert Redemption.objects.get().code_id == code.id


@pytest.mark.parametrize(
    ("terms", "code", "why"),
    [
        ({}, {"code": "OTHER1"}, "unknown"),
        ({"startsAt": (clock.now() + timedelta(days=1)).isoformat()}, {}, "not_started"),
        ({"endsAt": (clock.now() - timedelta(hours=1)).isoformat()}, {}, "ended"),
        ({"threshold": 10_000}, {}, "below_threshold"),
        ({"budget": 50}, {}, "used_up"),
    ],
)
def test_a_code_that_does_nothing_says_why(alpha: TenantRef, terms, code, why: str):
    promotion_id, service_id = promote(alpha, byCode=True, **terms), offered(alpha)
    codes(alpha, promotion_id, **({"code": "SUMMER"} | code))
    maya = cast(alpha).maya
    with nothing_changes(alpha):
        document = """mutation ($input: QuoteCreateInput!) { result: quoteCreate(input: $input) {
          __typename ... on CodeRefusedError { code why promoCode } } }"""
        input = {"serviceId": service_id, "stops": [HERE, THERE], "codes": ["SUMMER"]}
        refused = maya.api.run(document, {"input": input})["result"]
    assert (refused["code"], refused["why"]) == ("CODE_REFUSED", why)


def test_a_code_that_cannot_be_combined_is_not_silently_lost(alpha: TenantRef):
    promotion_id, service_id = promote(alpha, byCode=True), offered(alpha)
    other = promote(alpha, byCode=True, amount=50)
    codes(alpha, promotion_id, code="FIRST1")
    codes(alpha, other, code="SECOND2")
    maya = cast(alpha).maya
    assert ask(maya, service_id, codes=["FIRST1", "SECOND2"])["code"] == "CODE_REFUSED"
    promote(alpha, amount=500)  # more, but the customer asked for the code
    assert lines(ask(maya, service_id, codes=["FIRST1"])) == [-100]


def test_each_may_have_it_so_often(alpha: TenantRef):
    promote(alpha, perPerson=1)
    on, service_id = stage(alpha), offered(alpha)
    two = [ask(on.maya, service_id) for _ in range(2)]
    assert [lines(answer) for answer in two] == [[-100], [-100]]
    assert "order" in place(on.maya, two[0])
    with nothing_changes(alpha):
        assert place(on.maya, two[1])["code"] == "PROMOTION_GONE"
    assert lines(ask(on.maya, service_id)) == []
    assert lines(ask(on.noor, service_id)) == [-100]


def test_a_first_order_is_one(alpha: TenantRef):
    promote(alpha, firstOrder=True)
    maya, service_id = cast(alpha).maya, offered(alpha)
    two = [ask(maya, service_id) for _ in range(2)]
    assert "order" in place(maya, two[0])
    with nothing_changes(alpha):
        assert place(maya, two[1])["code"] == "PROMOTION_GONE"
    assert lines(ask(maya, service_id)) == []


def test_of_two_first_orders_at_once_one_is_the_first(alpha: TenantRef):
    promote(alpha, firstOrder=True)
    maya, service_id = cast(alpha).maya, offered(alpha)
    quotes = [ask(maya, service_id) for _ in range(4)]
    answers = at_once(*(lambda quote=quote: place(maya, quote) for quote in quotes))
    assert sorted(answer.get("code", "placed") for answer in answers) == [
        *["PROMOTION_GONE"] * 3,
        "placed",
    ]
    assert counts(alpha) == (100, 1)


def test_a_cancelled_order_gives_it_back_once(alpha: TenantRef):
    promotion_id, service_id = promote(alpha, perPerson=1, byCode=True), offered(alpha)
    codes(alpha, promotion_id, code="AGAIN", usesLimit=1)
    maya = cast(alpha).maya
    order = place(maya, ask(maya, service_id, codes=["AGAIN"]))["order"]
    assert ask(maya, service_id, codes=["AGAIN"])["code"] == "CODE_REFUSED"
    input = {"orderId": order["id"], "reason": "OTHER", "idempotencyKey": "x"}
    for _ in range(2):
        mutate(maya.api, "orderCancel", input)
    assert counts(alpha) == (0, 0)
    assert lines(ask(maya, service_id, codes=["AGAIN"])) == [-100]


def test_an_ended_promotion_is_not_paid_out_any_more(alpha: TenantRef):
    promotion_id, service_id = promote(alpha), offered(alpha)
    maya = cast(alpha).maya
    answer = ask(maya, service_id)
    mutate(cast(alpha).ines.api, "promotionEnd", {"promotionId": promotion_id})
    with nothing_changes(alpha):
        assert place(maya, answer)["code"] == "PROMOTION_GONE"
    assert lines(ask(maya, service_id)) == []


def test_200_customers_race_for_the_last_coupon(alpha: TenantRef):
    """Two hundred, twenty at a time; the database's checks hold even if the lock did not."""
    promotion_id, service_id = promote(alpha, byCode=True, usesLimit=1), offered(alpha)
    codes(alpha, promotion_id, code="LAST1", usesLimit=1)
    people = cast(alpha)
    racers = [
        people.person(1000 + number, f"R{number}", CUSTOMER, phone=f"+86139100{number:05}")
        for number in range(200)
    ]
    quotes = [ask(racer, service_id, codes=["LAST1"]) for racer in racers]
    assert all(lines(quote) == [-100] for quote in quotes)
    answers: list[Any] = []
    for start in range(0, 200, 20):
        few = list(zip(racers, quotes, strict=True))[start : start + 20]
        answers += at_once(*(lambda r=r, q=q: place(r, q) for r, q in few))
    won = [answer for answer in answers if "order" in answer]
    lost = [answer for answer in answers if answer.get("code") == "PROMOTION_GONE"]
    assert (len(won), len(lost)) == (1, 199)
    assert counts(alpha) == (100, 1)
    with tenant_scope(alpha):
        assert Redemption.objects.count() == 1


def test_a_budget_is_never_overdrawn(alpha: TenantRef):
    promote(alpha, budget=250)
    on, service_id = stage(alpha), offered(alpha)
    members = [on.maya, on.noor, on.maya, on.noor]
    quotes = [ask(member, service_id) for member in members]
    answers = at_once(*(lambda m=m, q=q: place(m, q) for m, q in zip(members, quotes, strict=True)))
    assert sum("order" in answer for answer in answers) == 2
    assert counts(alpha) == (200, 2)


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        ({"amount": 5, "percentBps": 5}, "amount"),
        ({"amount": None}, "amount"),
        ({"amount": 0}, "amount"),
        ({"amount": 10**13}, "amount"),
        ({"amount": None, "percentBps": 0}, "percentBps"),
        ({"amount": None, "percentBps": 10_001}, "percentBps"),
        ({"ceiling": 5}, "ceiling"),
        ({"threshold": -1}, "threshold"),
        ({"budget": 0}, "budget"),
        ({"usesLimit": 0}, "usesLimit"),
        ({"perPerson": 0}, "perPerson"),
        ({"endsAt": "2020-01-01T00:00:00+00:00"}, "endsAt"),
        ({"audience": "REFERRER", "byCode": True}, "byCode"),
        ({"name": [{"language": "en", "text": "Off"}]}, "name"),
    ],
)
def test_terms_that_make_no_sense(alpha: TenantRef, terms: dict[str, Any], field: str):
    given = {"name": NAME, "amount": 100, "startsAt": clock.now().isoformat()} | terms
    ines = cast(alpha).ines.api
    with nothing_changes(alpha):
        refused = mutate(
            ines, "promotionSave", given, "x: __typename } ... on InvalidInputError { field"
        )
    assert (refused["code"], refused["field"]) == ("INVALID_INPUT", field)


def test_a_limit_is_not_set_below_what_was_used(alpha: TenantRef):
    promotion_id, service_id = promote(alpha), offered(alpha)
    maya = cast(alpha).maya
    for _ in range(2):
        place(maya, ask(maya, service_id))
    ines = cast(alpha).ines.api
    given = {
        "id": promotion_id, "name": NAME, "amount": 100, "startsAt": clock.now().isoformat()
    }  # fmt: skip
    for limit in ({"usesLimit": 1}, {"budget": 199}):
        with nothing_changes(alpha):
            assert mutate(ines, "promotionSave", given | limit)["code"] == "INVALID_INPUT"
    saved = mutate(ines, "promotionSave", given | {"usesLimit": 2, "budget": 200}, SAVED)
    assert saved["promotion"] | {"id": ""} == {
        "id": "", "name": "Off", "audience": "EVERYBODY", "amount": 100, "percentBps": None,
        "spent": 200, "uses": 2, "budget": 200, "serviceIds": [],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"code": "abc"}, "INVALID_INPUT"),
        ({"code": "x" * 25}, "INVALID_INPUT"),
        ({"code": "夏天夏天"}, "INVALID_INPUT"),
        ({"code": "TAKEN1"}, "CODE_TAKEN"),
        ({"code": "taken-1"}, "CODE_TAKEN"),
        ({"number": 0}, "INVALID_INPUT"),
        ({"number": 5001}, "INVALID_INPUT"),
        ({"number": 2, "code": "TWICE"}, "INVALID_INPUT"),
        ({"usesLimit": 0}, "INVALID_INPUT"),
    ],
)
def test_codes_that_cannot_be_made(alpha: TenantRef, given: dict[str, Any], code: str):
    promotion_id = promote(alpha, byCode=True)
    codes(alpha, promotion_id, code="TAKEN1")
    ines = cast(alpha).ines.api
    with nothing_changes(alpha):
        input = {"promotionId": promotion_id, **given}
        assert mutate(ines, "promotionCodesMake", input)["code"] == code


def test_many_codes_are_all_different(alpha: TenantRef):
    made = codes(alpha, promote(alpha, byCode=True), number=500, usesLimit=1)
    assert len(set(made)) == 500 and {len(code) for code in made} == {10}


def test_customers_see_what_runs_without_a_code(alpha: TenantRef):
    promote(alpha, name=[{"language": "zh-Hans", "text": "公开"}])
    promote(alpha, byCode=True)
    promote(alpha, endsAt=(clock.now() - timedelta(hours=1)).isoformat())
    promote(alpha, audience="REFERRER")
    document = "{ promotions { edges { node { name amount budget uses } } } }"
    people = cast(alpha)
    seen = [edge["node"] for edge in people.maya.api.run(document)["promotions"]["edges"]]
    assert seen == [{"name": "公开", "amount": 100, "budget": None, "uses": None}]
    assert len(people.ines.api.run(document)["promotions"]["edges"]) == 4


def code_of(on: Stage) -> str:
    """Maya's own code."""
    document = "mutation { made: referralCodeMake { ... on ReferralCodeMakeSuccess { code } } }"
    made: str = on.maya.api.run(document)["made"]["code"]
    return made


def friend(on: Stage, code: str) -> Any:
    return mutate(on.noor.api, "referralAccept", {"code": code}, "accepted: code")


def test_a_friend_and_who_brought_them_both_gain(alpha: TenantRef):
    promote(alpha, audience="REFERRED", firstOrder=True, amount=200)
    promote(alpha, audience="REFERRER", amount=300)
    on, service_id = stage(alpha), offered(alpha)
    standing = "{ referral { code friends rewarded } }"
    assert on.maya.api.run(standing)["referral"] == {"code": None, "friends": 0, "rewarded": 0}
    code = code_of(on)
    assert on.maya.api.run(standing)["referral"]["code"] == code == code_of(on)
    assert lines(ask(on.noor, service_id)) == []
    assert friend(on, code.lower())["accepted"] == code
    answer = ask(on.noor, service_id)
    assert lines(answer) == [-200] and lines(ask(on.maya, service_id)) == []
    place(on.noor, answer)
    assert on.maya.api.run(standing)["referral"] == {"code": code, "friends": 1, "rewarded": 0}
    _completed(on)
    assert on.maya.api.run(standing)["referral"]["rewarded"] == 1
    two = [ask(on.maya, service_id) for _ in range(2)]
    assert [lines(each) for each in two] == [[-300], [-300]]
    assert "order" in place(on.maya, two[0])
    with nothing_changes(alpha):
        assert place(on.maya, two[1])["code"] == "PROMOTION_GONE"  # once for each friend


def test_referrals_that_are_none(alpha: TenantRef, beta: TenantRef):
    on, service_id = stage(alpha), offered(alpha)
    code = code_of(on)
    with nothing_changes(alpha):
        assert friend(on, "NOBODYS1")["code"] == "CODE_REFUSED"
        own = mutate(on.maya.api, "referralAccept", {"code": code})
        assert own["code"] == "CODE_REFUSED"
        elsewhere = mutate(cast(beta).maya.api, "referralAccept", {"code": code})
        assert elsewhere["code"] == "CODE_REFUSED"
    assert "accepted" in friend(on, code)
    with nothing_changes(alpha):
        assert friend(on, code)["code"] == "REFERRED_ALREADY"
    place(on.rita, ask(on.rita, service_id))
    with nothing_changes(alpha):
        late = mutate(on.rita.api, "referralAccept", {"code": code})
        assert late["code"] == "CODE_REFUSED"  # had ordered before


def _completed(on: Stage) -> None:
    """Carry the one order to its end."""
    with tenant_scope(on.tenant):
        lead = Lead(Order.objects.get(), on.noor, on.courier, clock.now())
        for step in WAYS[OrderState.COMPLETED].split():
            getattr(lead, step)()


@settings(max_examples=200)
@given(
    worth=st.integers(1, 10**9),
    percent=st.integers(1, 10_000),
    ceiling=st.none() | st.integers(1, 10**9),
    budget=st.none() | st.integers(1, 10**9),
    spent=st.integers(0, 10**9),
)
def test_a_share_is_never_more_than_it_may_be(worth, percent, ceiling, budget, spent):
    spent = min(spent, budget or 0)
    promotion = Promotion(
        id=new_id(), percent_bps=percent, ceiling=ceiling, budget=budget, spent=spent
    )
    off = amount_off(promotion, worth)
    assert 0 <= off <= worth
    assert ceiling is None or off <= ceiling
    assert budget is None or spent + off <= budget
    assert (
        off == 0 or abs(off * 10_000 - min(worth * percent, (ceiling or 10**18) * 10_000)) <= 5_000
    )
