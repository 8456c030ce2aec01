"""Taking an order: exactly one has it, whoever else tries at the same instant."""

import threading
from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kernel import clock
from kernel.tenancy import TenantRef, tenant_scope
from tenants.access.actors import Actor
from tenants.access.rights import COURIER, STARTER_ROLES
from tenants.dispatch.models import Assignment, Offer
from tenants.dispatch.services import answers, rounds
from tenants.dispatch.services.answers import OfferGone, offer_accept
from tenants.journal.models import Event
from tenants.orders.models import Order
from tenants.orders.services.moves import LockedOrder
from tests.support.factories import PersonFactory
from tests.support.factories_orders import CourierFactory, order_placed
from tests.support.ids import global_id
from tests.support.stage import Stage, mutate, nothing_changes, stage
from tests.support.threads import at_once

OFFERS = """{ offers { totalCount edges { node {
  id state round expiresAt serviceName serviceKind urgent distanceMeters
  fee { amount currency } stops { kind latitude longitude }
} } } }"""


def offered(on: Stage) -> Order:
    with tenant_scope(on.tenant):
        order = order_placed(on.maya, clock.now())
        rounds.offer_round(order_id=order.id, attempt=0, at=clock.now())
        order.refresh_from_db()
        return order


def offer_of(on: Stage, order: Order, courier: Any) -> Offer:
    with tenant_scope(on.tenant):
        return Offer.objects.get(order=order, courier=courier)


def accept(member: Any, offer: Offer, key: str = "one", select: str = "order { state }") -> Any:
    input = {"offerId": global_id("Offer", offer.id), "idempotencyKey": key}
    return mutate(member.api, "offerAccept", input, select)


def test_an_offer_shows_the_fee_and_no_address(alpha: TenantRef):
    on = stage(alpha, on_duty=True)
    offered(on)
    with CaptureQueriesContext(connection) as queries:
        shown = on.tomas.api.run(OFFERS)["offers"]
    # session and rights; the offers with order, version, quote; their stops without the address
    assert len([1 for query in queries if "registry_" not in query["sql"]]) == 3
    assert "address" not in str(queries.captured_queries)
    (edge,) = shown["edges"]
    offer = edge["node"]
    assert offer["state"] == "OPEN"
    assert offer["serviceName"] == "Parcel pick-up"
    assert offer["fee"] == {"amount": 900, "currency": "CNY"}
    assert offer["distanceMeters"] == 1500
    assert offer["stops"] == [
        {"kind": "PICK_UP", "latitude": 39.99, "longitude": 116.305},
        {"kind": "DROP_OFF", "latitude": 39.995, "longitude": 116.305},
    ]
    document = "query($id: ID!) { node(id: $id) { id } }"
    assert on.tomas.api.run(document, {"id": offer["id"]})["node"]
    assert not on.rita.api.run(document, {"id": offer["id"]})["node"]
    assert not on.maya.api.run(document, {"id": offer["id"]})["node"]
    for member in (on.maya, on.ines):
        assert member.api.error_code(OFFERS) == "FORBIDDEN"


def test_offers_are_read_in_as_many_queries_however_many(alpha: TenantRef):
    on = stage(alpha, on_duty=True)
    for _ in range(6):
        offered(on)
    with CaptureQueriesContext(connection) as queries:
        assert on.tomas.api.run(OFFERS)["offers"]["totalCount"] == 6
    assert len([1 for query in queries if "registry_" not in query["sql"]]) == 3


def test_whoever_takes_it_has_it_and_the_others_offers_end(alpha: TenantRef):
    on = stage(alpha, on_duty=True)
    order = offered(on)
    mine, hers = offer_of(on, order, on.courier), offer_of(on, order, on.other)
    select = "order { state courier { displayName } moves stops { address { contactName } } }"
    answer = accept(on.tomas, mine, select=select)
    assert answer["order"] == {
        "state": "ACCEPTED",
        "courier": {"displayName": "Tomas B."},
        "moves": ["GIVE_BACK", "DEPART"],
        "stops": [{"address": {"contactName": "Maya"}}] * 2,
    }
    assert on.rita.api.run(OFFERS)["offers"]["edges"] == []
    with nothing_changes(alpha):
        assert accept(on.tomas, mine, select=select) == answer  # its answer was lost
        assert accept(on.rita, hers)["code"] == "OFFER_GONE"
        assert accept(on.tomas, mine, "two")["code"] == "OFFER_GONE"
        assert accept(on.tomas, hers, "three")["code"] == "NOT_FOUND"
    with tenant_scope(alpha):
        kinds = list(Event.objects.order_by("seq").values_list("kind", flat=True))
        assert Offer.objects.get(id=hers.id).state == "withdrawn"
        assert Assignment.objects.get().courier_id == on.courier.id
    assert kinds[4:] == ["offer.accepted", "offer.withdrawn", "order.accepted"]


@pytest.mark.parametrize("name", ["offerAccept", "offerDecline"])
def test_an_answer_sent_twice_is_given_once(alpha: TenantRef, name: str):
    on = stage(alpha, on_duty=True)
    mine, other = (offer_of(on, offered(on), on.courier) for _ in range(2))
    select = "order { state }" if name == "offerAccept" else "offer { state }"

    def sent(offer: Offer) -> Any:
        input = {"offerId": global_id("Offer", offer.id), "idempotencyKey": "one"}
        return mutate(on.tomas.api, name, input, select)

    first = sent(mine)
    assert "code" not in first
    with nothing_changes(alpha):
        assert sent(mine) == first
        assert sent(other)["code"] == "IDEMPOTENCY_KEY_REUSED"


def test_a_minute_later_it_is_too_late(alpha: TenantRef, monkeypatch: pytest.MonkeyPatch):
    """Even before the job has been there to end it."""
    on = stage(alpha, on_duty=True)
    mine = offer_of(on, offered(on), on.courier)
    monkeypatch.setattr(clock, "now", lambda: mine.expires_at)
    assert on.tomas.api.run(OFFERS)["offers"]["edges"] == []
    with nothing_changes(alpha):
        assert accept(on.tomas, mine)["code"] == "OFFER_GONE"


def test_another_tenants_offer_is_none(alpha: TenantRef, beta: TenantRef):
    on, there = stage(alpha, on_duty=True), stage(beta, on_duty=True)
    order = offered(there)
    theirs = offer_of(there, order, there.courier)
    with nothing_changes(beta):
        assert accept(on.tomas, theirs) == accept(on.tomas, Offer(id=on.maya.id))


def riders(on: Stage, count: int) -> list[Actor]:
    with tenant_scope(on.tenant):
        people = [PersonFactory(courier=True) for _ in range(count)]
        for person in people:
            CourierFactory(person_id=person.id, on_duty=True)
    return [Actor(person.id, UUID(int=1), STARTER_ROLES[COURIER]) for person in people]


def race(on: Stage, count: int) -> list[Any]:
    """All couriers who were offered an order take it at the same instant.

    Each has seen its offer open before any goes on, unless the lock keeps the others out.
    """
    actors = riders(on, count)
    order = offered(on)
    seen = threading.Barrier(count)
    access = answers.access_offer_locked

    def access_and_wait(**which: Any) -> Any:
        found = access(**which)
        with suppress(threading.BrokenBarrierError):
            seen.wait(timeout=0.5)
        return found

    def take(actor: Actor) -> UUID:
        with tenant_scope(on.tenant):
            mine = Offer.objects.get(order=order, courier__person_id=actor.person_id)
            return offer_accept(actor=actor, offer_id=mine.id, key="one", at=clock.now())

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(answers, "access_offer_locked", access_and_wait)
        return at_once(*(lambda actor=actor: take(actor) for actor in actors))


@pytest.mark.parametrize("count", [2, 4, 8])
def test_of_all_who_take_it_at_once_one_has_it(alpha: TenantRef, count: int):
    on = stage(alpha)
    took = race(on, count)
    assert sum(isinstance(answer, UUID) for answer in took) == 1
    assert sum(isinstance(answer, OfferGone) for answer in took) == count - 1
    with tenant_scope(alpha):
        order, assignment = Order.objects.get(), Assignment.objects.get()
        assert (order.state, order.courier_id) == ("accepted", assignment.courier_id)
        assert Offer.objects.filter(state="accepted").get().courier_id == assignment.courier_id
        assert Offer.objects.filter(state="withdrawn").count() == count - 1
        seqs = list(Event.objects.order_by("seq").values_list("seq", flat=True))
        assert seqs == list(range(1, order.seq + 1))


def test_without_the_lock_they_all_go_on_to_take_it(alpha: TenantRef, monkeypatch):
    """What stops all but one then is the database: a constraint or a deadlock, not a refusal."""

    def unlocked(order_id: UUID) -> LockedOrder:
        return LockedOrder(Order.objects.select_related("courier", "version").get(id=order_id))

    monkeypatch.setattr(answers, "order_lock", unlocked)
    on = stage(alpha)
    took = race(on, 4)
    assert sum(isinstance(answer, UUID) for answer in took) <= 1
    assert not any(isinstance(answer, OfferGone) for answer in took)
    with tenant_scope(alpha):
        assert Assignment.objects.count() <= 1


def test_taking_and_expiring_at_once_leave_one_story(alpha: TenantRef):
    on = stage(alpha, on_duty=True)
    for number in range(4):
        order = offered(on)
        mine = offer_of(on, order, on.courier)

        def take(mine: Offer = mine, number: int = number) -> UUID:
            with tenant_scope(alpha):
                at = mine.expires_at - timedelta(seconds=1)
                return offer_accept(actor=on.tomas.actor, offer_id=mine.id, key=str(number), at=at)

        def expire(order: Order = order, mine: Offer = mine) -> None:
            with tenant_scope(alpha):
                rounds.offers_expire(order_id=order.id, number=1, at=mine.expires_at)

        took, _ = at_once(take, expire)
        with tenant_scope(alpha):
            order.refresh_from_db()
            is_taken = isinstance(took, UUID)
            assert is_taken or isinstance(took, OfferGone)
            assert order.state == ("accepted" if is_taken else "placed")
            assert Assignment.objects.filter(order=order).count() == is_taken
            assert not Offer.objects.filter(order=order, state="open").exists()
            Assignment.objects.filter(order=order).update(ended_at=clock.now())


def test_an_acceptance_said_again_after_giving_back_finds_nothing(alpha: TenantRef):
    on = stage(alpha, on_duty=True)
    mine = offer_of(on, order := offered(on), on.courier)
    assert accept(on.tomas, mine)["order"] == {"state": "ACCEPTED"}
    back = {"orderId": global_id("Order", order.id), "reason": "NO_TIME", "idempotencyKey": "back"}
    assert "code" not in mutate(on.tomas.api, "assignmentGiveBack", back, "orderId")
    with nothing_changes(alpha):
        assert accept(on.tomas, mine)["code"] == "NOT_FOUND"
