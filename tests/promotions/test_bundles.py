"""Bundles: services ordered together within so many days, and each order in one set at most."""

from datetime import timedelta
from typing import Any

import pytest

from kernel import clock
from kernel.tenancy import TenantRef, tenant_scope
from tenants.promotions.models import BundlePart, Promotion, Purchase, Redemption
from tests.pricing.test_quotes import ask, offered
from tests.promotions.test_promotions import NAME, codes, lines, place, promote
from tests.support.cast import Member, cast
from tests.support.factories import ServiceFactory
from tests.support.ids import global_id
from tests.support.stage import mutate, nothing_changes
from tests.support.threads import at_once

SAVED = "promotion { id bundleDays bundleServiceIds } } ... on InvalidInputError { field"


def services(tenant: TenantRef, number: int) -> list[str]:
    """The ids of so many services on sale, each 6.50."""
    first = offered(tenant)
    with tenant_scope(tenant):
        more = ServiceFactory.create_batch(number - 1, published=True)
        return [first, *(global_id("Service", service.id) for service in more)]


def bundle(tenant: TenantRef, members: list[str], *, days: int = 7, **terms: Any) -> str:
    return promote(tenant, bundleServiceIds=members, bundleDays=days, **terms)


def buy(member: Member, service_id: str, key: str = "") -> Any:
    answer = ask(member, service_id)
    return lines(answer), place(member, answer, key)["order"]["id"]


def test_the_order_that_completes_the_set_has_it(alpha: TenantRef):
    cleaning, laundry, other = services(alpha, 3)
    bundle(alpha, [cleaning, laundry])
    maya = cast(alpha).maya
    assert buy(maya, other)[0] == []
    assert buy(maya, cleaning)[0] == []
    assert buy(maya, cleaning)[0] == []
    assert lines(ask(maya, other)) == []
    assert buy(maya, laundry)[0] == [-100]
    # The second cleaning is still there for another set; then nothing is left.
    assert buy(maya, laundry)[0] == [-100]
    assert buy(maya, laundry)[0] == []
    assert buy(maya, cleaning)[0] == [-100]
    with tenant_scope(alpha):
        assert Redemption.objects.count() == 3
        assert BundlePart.objects.count() == 6
        assert Promotion.objects.get().spent == 300


def test_three_make_a_set_in_any_order(alpha: TenantRef):
    members = services(alpha, 3)
    bundle(alpha, members)
    maya = cast(alpha).maya
    assert [buy(maya, each)[0] for each in reversed(members)] == [[], [], [-100]]


def test_of_others_and_of_earlier_days_nothing_counts(alpha: TenantRef):
    cleaning, laundry = services(alpha, 2)
    bundle(alpha, [cleaning, laundry], days=7)
    people = cast(alpha)
    buy(people.maya, cleaning)
    assert lines(ask(people.tomas, laundry)) == []
    with tenant_scope(alpha):
        Purchase.objects.update(at=clock.now() - timedelta(days=7, minutes=1))
    assert lines(ask(people.maya, laundry)) == []
    with tenant_scope(alpha):
        Purchase.objects.update(at=clock.now() - timedelta(days=6, hours=23))
    assert lines(ask(people.maya, laundry)) == [-100]


def test_a_cancelled_order_is_no_part_and_gives_the_others_back(alpha: TenantRef):
    cleaning, laundry = services(alpha, 2)
    bundle(alpha, [cleaning, laundry])
    maya = cast(alpha).maya

    def cancel(order_id: str) -> None:
        input = {"orderId": order_id, "reason": "OTHER", "idempotencyKey": order_id}
        mutate(maya.api, "orderCancel", input)

    _, first = buy(maya, cleaning)
    cancel(first)
    assert lines(ask(maya, laundry)) == []
    buy(maya, cleaning)
    off, last = buy(maya, laundry)
    assert off == [-100]
    assert lines(ask(maya, laundry)) == []
    cancel(last)
    # The cleaning is free again.
    assert lines(ask(maya, laundry)) == [-100]


def test_of_two_that_complete_it_at_once_one_has_it(alpha: TenantRef):
    cleaning, laundry = services(alpha, 2)
    bundle(alpha, [cleaning, laundry])
    maya = cast(alpha).maya
    buy(maya, cleaning)
    quotes = [ask(maya, laundry) for _ in range(4)]
    assert all(lines(quote) == [-100] for quote in quotes)
    answers = at_once(*(lambda quote=quote: place(maya, quote) for quote in quotes))
    assert sorted(answer.get("code", "placed") for answer in answers) == [
        *["PROMOTION_GONE"] * 3,
        "placed",
    ]
    with tenant_scope(alpha):
        assert BundlePart.objects.count() == 2


def test_of_two_bundles_at_once_one_has_the_order_that_both_want(alpha: TenantRef):
    cleaning, laundry, ironing = services(alpha, 3)
    bundle(alpha, [cleaning, laundry])
    bundle(alpha, [cleaning, ironing])
    maya = cast(alpha).maya
    buy(maya, cleaning)
    quotes = [ask(maya, each) for each in (laundry, ironing)]
    answers = at_once(*(lambda quote=quote: place(maya, quote) for quote in quotes))
    assert sorted(answer.get("code", "placed") for answer in answers) == [
        "PROMOTION_GONE",
        "placed",
    ]
    with tenant_scope(alpha):
        assert BundlePart.objects.count() == 2


def test_one_that_is_gone_refuses_the_order_and_changes_nothing(alpha: TenantRef):
    cleaning, laundry = services(alpha, 2)
    bundle(alpha, [cleaning, laundry])
    maya = cast(alpha).maya
    buy(maya, cleaning)
    two = [ask(maya, laundry) for _ in range(2)]
    assert "order" in place(maya, two[0])
    with nothing_changes(alpha):
        assert place(maya, two[1])["code"] == "PROMOTION_GONE"


def test_an_order_is_in_one_bundle_even_where_they_combine(alpha: TenantRef):
    cleaning, laundry = services(alpha, 2)
    bundle(alpha, [cleaning, laundry], stackable=True, amount=50)
    bundle(alpha, [cleaning, laundry], stackable=True, amount=80)
    promote(alpha, stackable=True, amount=10)
    maya = cast(alpha).maya
    assert buy(maya, cleaning)[0] == [-10]
    assert buy(maya, laundry)[0] == [-80, -10]


def test_a_code_for_a_set_that_is_not_whole_says_so(alpha: TenantRef):
    cleaning, laundry = services(alpha, 2)
    promotion_id = bundle(alpha, [cleaning, laundry], byCode=True)
    codes(alpha, promotion_id, code="BOTH1")
    maya = cast(alpha).maya
    with nothing_changes(alpha):
        refused = ask(maya, laundry, codes=["BOTH1"])
    assert refused["code"] == "CODE_REFUSED"
    assert "bundle_incomplete" in refused["message"]
    buy(maya, cleaning)
    assert lines(ask(maya, laundry, codes=["BOTH1"])) == [-100]


@pytest.mark.parametrize(
    ("number", "given", "field"),
    [
        (2, {}, "bundleDays"),
        (0, {"bundleDays": 7}, "bundleDays"),
        (2, {"bundleDays": 0}, "bundleDays"),
        (2, {"bundleDays": 366}, "bundleDays"),
        (1, {"bundleDays": 7}, "bundleServiceIds"),
        (11, {"bundleDays": 7}, "bundleServiceIds"),
    ],
)
def test_a_set_that_makes_no_sense_is_refused(
    alpha: TenantRef, number: int, given: dict[str, Any], field: str
):
    members, ines = services(alpha, 11)[:number], cast(alpha).ines.api
    terms = {"name": NAME, "amount": 5, "startsAt": clock.now().isoformat()}
    with nothing_changes(alpha):
        input = {**terms, **given, "bundleServiceIds": members}
        refused = mutate(ines, "promotionSave", input, SAVED)
    assert (refused["code"], refused["field"]) == ("INVALID_INPUT", field)
