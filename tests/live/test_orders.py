"""A real order, followed by those it concerns, each with what they may see of it."""

from uuid import UUID

import pytest
from strawberry.relay import GlobalID

from kernel import clock
from kernel.tenancy import TenantRef, in_tenant, tenant_scope
from tenants.dispatch.events import offer_facts
from tenants.dispatch.models import Offer
from tenants.dispatch.services.assigning import assignment_give_back
from tenants.journal.services import event_record
from tenants.orders.events import GiveBackReason
from tests.live.client import Live
from tests.support.database import fixed_id
from tests.support.factories_orders import Lead, order_at
from tests.support.stage import Stage, stage

FOLLOW = """subscription($order: ID!, $after: String) {
    orderEvents(orderId: $order, after: $after) {
        cursor seq kind order { number state stops { pin } courier { displayName } moves }
    }
}"""
OFFERS = "subscription { offerEvents { kind offer { id state fee { amount } } } }"


@pytest.fixture
def house(alpha: TenantRef) -> Stage:
    return stage(alpha)


@pytest.fixture
def lead(house: Stage) -> Lead:
    """An order of maya's that tomas has accepted."""
    with tenant_scope(house.tenant):
        order = order_at("accepted", customer=house.maya, courier=house.courier)
        return Lead(order, house.maya, house.courier, clock.now())


def id_of(order_id: UUID) -> str:
    return str(GlobalID("Order", str(order_id)))


async def test_each_follows_the_order_with_their_own_eyes(live: Live, house: Stage, lead: Lead):
    async with (
        live.as_member(house.maya) as maya,
        live.as_member(house.tomas) as tomas,
        live.as_member(house.dora) as dora,
    ):
        for wire in (maya, tomas, dora):
            await wire.subscribe(FOLLOW, order=id_of(lead.order.id))
            await wire.ask("{ brand { currency } }")
        await in_tenant(house.tenant, lead.depart)
        seen = [await wire.data() for wire in (maya, tomas, dora)]
    assert {event["kind"] for event in seen} == {"order.departed"}
    assert {event["order"]["state"] for event in seen} == {"DEPARTED"}
    assert len({event["seq"] for event in seen}) == 1
    pins = [any(stop["pin"] for stop in event["order"]["stops"]) for event in seen]
    assert pins == [True, False, False], "the PIN is for the customer's eyes alone"
    assert ["ARRIVE" in event["order"]["moves"] for event in seen] == [False, True, False]


async def test_a_lost_connection_misses_no_step(live: Live, house: Stage, lead: Lead):
    order = id_of(lead.order.id)
    async with live.as_member(house.maya) as wire:
        cursor = (await wire.ask("{ liveCursor }"))["data"]["liveCursor"]
        await wire.subscribe(FOLLOW, order=order, after=cursor)
        await in_tenant(house.tenant, lead.depart)
        cursor = (await wire.data())["cursor"]
        wire.connection.transport.abort()
    for step in (lead.arrive, lead.complete, lead.depart):
        await in_tenant(house.tenant, step)
    async with live.as_member(house.maya) as wire:
        await wire.subscribe(FOLLOW, order=order, after=cursor)
        await in_tenant(house.tenant, lead.arrive)
        kinds = [(await wire.data())["kind"] for _ in range(4)]
        assert await wire.quiet()
    assert kinds == ["order.arrived", "order.stop_completed", "order.departed", "order.arrived"]


async def test_an_order_of_others_reads_like_one_that_never_was(
    live: Live, house: Stage, lead: Lead
):
    for member in (house.noor, house.rita):
        async with live.as_member(member) as wire:
            answers = []
            for id in (lead.order.id, fixed_id(999)):
                await wire.subscribe(FOLLOW, id="same", order=id_of(id))
                answers.append(await wire.receive())
            assert answers[0] == answers[1]
            assert answers[0]["payload"][0]["extensions"]["code"] == "NOT_FOUND"


async def test_a_courier_who_gives_the_order_back_follows_it_no_more(
    live: Live, house: Stage, lead: Lead
):
    async with live.as_member(house.tomas) as tomas, live.as_member(house.maya) as maya:
        for wire in (tomas, maya):
            await wire.subscribe(FOLLOW, id="order", order=id_of(lead.order.id))
            await wire.ask("{ brand { currency } }")
        await in_tenant(
            house.tenant,
            assignment_give_back,
            actor=house.tomas.actor,
            order_id=lead.order.id,
            reason=GiveBackReason.TOO_FAR,
            key="back",
            at=lead.now(),
        )
        assert await tomas.receive() == {"type": "complete", "id": "order"}
        event = await maya.data()
        assert (event["kind"], event["order"]["courier"]) == ("order.given_back", None)


async def test_an_offer_tells_what_the_courier_may_know(live: Live, house: Stage, lead: Lead):
    def make() -> None:
        offer = Offer.objects.create(
            order=lead.order,
            courier=house.other,
            round=1,
            created_at=clock.now(),
            expires_at=clock.now(),
        )
        event_record(
            kind="offer.made",
            subject=offer.id,
            stream=f"order:{lead.order.id}",
            seq=1000,
            actor_id=None,
            at=clock.now(),
            data=offer_facts(offer, Offer.State.OPEN),
        )

    async with live.as_member(house.rita) as wire:
        await wire.subscribe(
            "subscription { offerEvents { kind offer { id state fee { amount } } } }"
        )
        await wire.ask("{ brand { currency } }")
        await in_tenant(house.tenant, make)
        event = await wire.data()
    assert (event["kind"], event["offer"]["state"]) == ("offer.made", "OPEN")
    assert event["offer"]["fee"] == {"amount": 900}
