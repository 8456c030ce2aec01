"""Memberships: staff give them, prices heed them while they hold, and quotes keep their price."""

from datetime import timedelta
from typing import Any

import pytest

from kernel import clock
from kernel.tenancy import TenantRef, tenant_scope
from tenants.journal.models import AuditEntry
from tenants.pricing.models import Quote, Tariff
from tenants.pricing.selectors import quote_replay
from tenants.promotions.models import Membership
from tests.pricing.test_quotes import ask, offered
from tests.support.cast import Member, cast
from tests.support.ids import global_id
from tests.support.stage import mutate, nothing_changes
from tests.support.threads import at_once

FIELDS = "membership { level validUntil customerId } } ... on InvalidInputError { field"


def membership(tenant: TenantRef, whose: Member, **given: Any) -> Any:
    input = {"customerId": global_id("Person", whose.id), **given}
    return mutate(cast(tenant).ines.api, "membershipSet", input, FIELDS)


def with_gold(tenant: TenantRef) -> str:
    """The id of a service for which gold members pay a tenth less."""
    service_id = offered(tenant)
    with tenant_scope(tenant):
        tariff = Tariff.objects.get()
        tariff.rules += [
            {
                "step": "member",
                "service_id": None,
                "label": {"en": "Gold member", "zh-Hans": "金卡会员"},
                "params": {"percent_bps": 1000},
                "when": {"member_levels": ["gold"]},
            }
        ]
        tariff.save()
    return service_id


def off(member: Member, service_id: str) -> list[int]:
    quote = ask(member, service_id)["quote"]
    return [line["amount"]["amount"] for line in quote["lines"] if line["code"] == "MEMBER"]


def test_prices_heed_it_while_it_holds(alpha: TenantRef):
    service_id, maya = with_gold(alpha), cast(alpha).maya
    assert off(maya, service_id) == []
    given = membership(alpha, maya, level="gold")["membership"]
    assert given == {
        "level": "gold",
        "validUntil": None,
        "customerId": global_id("Person", maya.id),
    }
    assert off(maya, service_id) == [-65]
    assert maya.api.run("{ membership { level } }") == {"membership": {"level": "gold"}}
    membership(alpha, maya, level="silver")
    assert off(maya, service_id) == []
    until = (clock.now() + timedelta(days=1)).isoformat()
    membership(alpha, maya, level="gold", validUntil=until)
    assert off(maya, service_id) == [-65]
    with tenant_scope(alpha):
        Membership.objects.update(valid_until=clock.now())
    assert off(maya, service_id) == []
    assert maya.api.run("{ membership { level } }") == {"membership": None}
    assert membership(alpha, maya)["membership"] is None
    with tenant_scope(alpha):
        assert not Membership.objects.exists()
        entries = AuditEntry.objects.filter(action="membership.set")
        assert [entry.data["level"] for entry in entries.order_by("seq")] == [
            "gold",
            "silver",
            "gold",
            None,
        ]


def test_a_quote_keeps_what_it_promised(alpha: TenantRef):
    service_id, maya = with_gold(alpha), cast(alpha).maya
    membership(alpha, maya, level="gold")
    assert off(maya, service_id) == [-65]
    membership(alpha, maya)
    with tenant_scope(alpha):
        quote = Quote.objects.get()
        assert quote.inputs["facts"]["member_level"] == "gold"
        assert quote_replay(quote).total == quote.total == 585


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"level": "Gold"}, "level"),
        ({"level": ""}, "level"),
        ({"level": "g" * 25}, "level"),
        ({"level": "gold\n"}, "level"),
        ({"level": "gold", "validUntil": "2020-01-01T00:00:00Z"}, "validUntil"),
        ({"validUntil": "2099-01-01T00:00:00Z"}, "validUntil"),
    ],
)
def test_what_makes_no_sense_is_refused(alpha: TenantRef, given: dict[str, Any], field: str):
    people = cast(alpha)
    ines, input = people.ines, {"customerId": global_id("Person", people.maya.id), **given}
    with nothing_changes(alpha):
        refused = mutate(ines.api, "membershipSet", input, FIELDS)
    assert (refused["code"], refused["field"]) == ("INVALID_INPUT", field)


def test_only_staff_give_it_and_see_all(alpha: TenantRef):
    people = cast(alpha)
    membership(alpha, people.maya, level="gold")
    input = {"customerId": global_id("Person", people.maya.id), "level": "gold"}
    document = """mutation ($input: MembershipSetInput!) { membershipSet(input: $input) {
      __typename } }"""
    listed = "{ memberships(first: 5) { edges { node { level } } } }"
    with nothing_changes(alpha):
        assert people.maya.api.error_code(document, {"input": input}) == "FORBIDDEN"
        assert people.maya.api.error_code(listed) == "FORBIDDEN"
    assert people.ines.api.run(listed)["memberships"]["edges"] == [{"node": {"level": "gold"}}]


def test_two_at_once_leave_one(alpha: TenantRef):
    people = cast(alpha)
    maya, ines = people.maya, people.ines
    input = {"customerId": global_id("Person", maya.id)}

    def give(level: str) -> Any:
        return mutate(ines.api, "membershipSet", {**input, "level": level}, FIELDS)

    answers = at_once(*(lambda level=level: give(level) for level in ("gold", "silver", "basic")))
    assert all("code" not in answer for answer in answers)
    with tenant_scope(alpha):
        assert Membership.objects.count() == 1
