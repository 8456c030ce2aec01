"""Reviews: once per order, public, and never lost from the ratings."""

import threading
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kernel import clock
from kernel.tenancy import TenantRef, tenant_scope
from tenants.catalog.models import Service
from tenants.couriers.models import Courier
from tenants.journal.models import Event
from tenants.orders.models import Order
from tenants.talk import services
from tenants.talk.models import Review
from tenants.talk.services import review_create
from tests.support.factories_orders import order_at, service_version
from tests.support.graphql import Api
from tests.support.ids import global_id
from tests.support.stage import Stage, mutate, nothing_changes, stage
from tests.support.threads import at_once

REVIEWS = """query($serviceId: ID, $courierId: ID) {
  reviews(serviceId: $serviceId, courierId: $courierId) { totalCount edges { node {
    score text author createdAt courier { displayName rating ratingCount courierId }
} } } }"""


def led(on: Stage, state: str = "delivered", **quote: Any) -> Order:
    with tenant_scope(on.tenant):
        return order_at(state, customer=on.maya, courier=on.courier, **quote)


def review(on: Stage, order: Order, score: int = 5, key: str = "one", **more: Any) -> Any:
    input = {
        "orderId": global_id("Order", order.id),
        "score": score,
        "idempotencyKey": key,
        **more,
    }
    return mutate(on.maya.api, "reviewCreate", input, "review { id score text author }")


@pytest.mark.parametrize("state", ["delivered", "completed"])
def test_a_review_is_public_and_counted(alpha: TenantRef, beta: TenantRef, state: str):
    on = stage(alpha)
    stage(beta)
    order = led(on, state)
    done = review(on, order, 4, text="Quick and kind")["review"]
    assert (done["score"], done["text"], done["author"]) == (4, "Quick and kind", "M**")
    anybody = Api("alpha.localhost")
    courier = {"courierId": global_id("Courier", on.courier.id)}
    for which in ({}, courier, {"serviceId": global_id("Service", order.service_id)}):
        (edge,) = anybody.run(REVIEWS, which)["reviews"]["edges"]
        face = edge["node"]["courier"]
        assert face == {
            "displayName": "Tomas B.",
            "rating": 4.0,
            "ratingCount": 1,
            "courierId": courier["courierId"],
        }
    other = {"courierId": global_id("Courier", on.other.id)}
    assert anybody.run(REVIEWS, other)["reviews"]["totalCount"] == 0
    assert Api("beta.localhost").run(REVIEWS, courier)["reviews"]["totalCount"] == 0
    with tenant_scope(alpha):
        service = Service.objects.get(id=order.service_id)
        assert (service.rating_sum, service.rating_count) == (4, 1)
        event = Event.objects.filter(stream=f"order:{order.id}").order_by("seq").last()
        assert (event.kind, event.data["score"]) == ("order.reviewed", 4)
        assert (event.data["from"], event.data["to"]) == (state, state)


def test_an_order_is_reviewed_once(alpha: TenantRef):
    on = stage(alpha)
    order = led(on)
    first = review(on, order, 5)
    with nothing_changes(alpha):
        assert review(on, order, 5) == first
        assert review(on, order, 1)["code"] == "IDEMPOTENCY_KEY_REUSED"
        assert review(on, order, 1, "two")["code"] == "ALREADY_REVIEWED"


def test_what_is_no_review(alpha: TenantRef, beta: TenantRef):
    on, there = stage(alpha), stage(beta)
    order, early, elsewhere = led(on), led(on, "arrived"), led(there)
    with nothing_changes(alpha):
        for score in (0, 6, -1, 2**31 - 1):
            assert review(on, order, score)["code"] == "INVALID_INPUT"
        assert review(on, order, text="x" * 1001)["code"] == "INVALID_INPUT"
        assert review(on, early)["code"] == "NOT_REVIEWABLE"
        assert review(on, elsewhere)["code"] == "NOT_FOUND"
    answer = Api("alpha.localhost").error_code(
        REVIEWS, {"courierId": global_id("Order", on.maya.id)}
    )
    assert answer == "NOT_FOUND"


def race(on: Stage, add: Any) -> Courier:
    """Four orders of one courier and one service are reviewed at the same instant."""
    with tenant_scope(on.tenant):
        version = service_version()
    orders = [led(on, version=version) for _ in range(4)]

    def act(order: Order) -> None:
        with tenant_scope(on.tenant):
            review_create(
                actor=on.maya.actor,
                order_id=order.id,
                score=5,
                text="",
                key=str(order.id),
                at=clock.now(),
            )

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(services, "rating_add", add)
        assert at_once(*(lambda order=order: act(order) for order in orders)) == [None] * 4
    with tenant_scope(on.tenant):
        assert Review.objects.count() == 4
        return Courier.objects.get(id=on.courier.id)


def test_reviews_at_once_are_all_counted(alpha: TenantRef):
    courier = race(stage(alpha), services.rating_add)
    assert (courier.rating_sum, courier.rating_count) == (20, 4)


def test_read_then_written_some_would_be_lost(alpha: TenantRef):
    read = threading.Barrier(4)

    def read_then_write(*, courier_id: Any, service_id: Any, score: int) -> None:
        courier = Courier.objects.get(id=courier_id)
        read.wait(timeout=10)
        courier.rating_sum += score
        courier.rating_count += 1
        courier.save(update_fields=["rating_sum", "rating_count"])

    courier = race(stage(alpha), read_then_write)
    assert (courier.rating_sum, courier.rating_count) == (5, 1)


def test_reviews_take_one_query_however_many(alpha: TenantRef):
    on = stage(alpha)
    for number in range(3):
        review(on, led(on), key=str(number))
        with CaptureQueriesContext(connection) as queries:
            answer = Api("alpha.localhost").run(REVIEWS)["reviews"]
        assert len(answer["edges"]) == number + 1
        # the reviews with their authors, couriers and number in all
        assert len([1 for query in queries if "registry_" not in query["sql"]]) == 1
