"""Reviews: said once, and counted into the ratings that lists show."""

from datetime import datetime
from uuid import UUID

from django.db.models import F

from kernel.refusals import InvalidInput, Refusal
from kernel.texts import line_checked
from tenants.access.actors import Actor
from tenants.brand.modules import Module, module_check
from tenants.catalog.models import Service
from tenants.couriers.models import Courier
from tenants.journal.services import idempotent
from tenants.orders.events import REVIEWED
from tenants.orders.models import OrderState
from tenants.orders.services.moves import (
    access_order_locked,
    acting_role,
    events_record,
    order_facts,
)
from tenants.orders.states import CUSTOMER
from tenants.talk.models import Review

REVIEWABLE = frozenset({OrderState.DELIVERED, OrderState.COMPLETED})


class NotReviewable(Refusal):
    """An order can be reviewed once it is delivered."""


class AlreadyReviewed(Refusal):
    """This order has its review."""


def review_create(
    *, actor: Actor, order_id: UUID, score: int, text: str, key: str, at: datetime
) -> UUID:
    """Review one's own order, once; `score` is 1 to 5. Answers the review's id.

    Raises `NotReviewable`, `AlreadyReviewed`, `NotFound`, `InvalidInput`, `ModuleOff` and
    `IdempotencyKeyReused`.
    """
    if not 1 <= score <= 5:
        raise InvalidInput(field="score", reason="between 1 and 5")
    text = line_checked(text, field="text", max_length=1000, min_length=0)

    def act() -> UUID:
        module_check(Module.REVIEWS)
        order = access_order_locked(actor=actor, order_id=order_id)
        acting_role(actor=actor, order=order, roles=frozenset({CUSTOMER}))
        if order.state not in REVIEWABLE or order.courier is None:
            raise NotReviewable
        review, is_new = Review.objects.get_or_create(
            order=order,
            defaults={
                "customer_id": order.customer_id,
                "service_id": order.service_id,
                "courier": order.courier,
                "score": score,
                "text": text,
                "created_at": at,
            },
        )
        if not is_new:
            raise AlreadyReviewed
        rating_add(courier_id=order.courier.id, service_id=order.service_id, score=score)
        facts = order_facts(order=order, holder=order.courier, before=order.state, by=CUSTOMER)
        events = [(REVIEWED, {**facts, "score": score})]
        events_record(order=order, events=events, actor=actor, at=at)
        return review.id

    return idempotent(
        actor_id=actor.person_id,
        operation="review_create",
        key=key,
        inputs={"order": order_id, "score": score, "text": text},
        at=at,
        act=act,
    )


def rating_add(*, courier_id: UUID, service_id: UUID, score: int) -> None:
    """Count a score. The database adds, so that two reviews at once are both counted.

    Always the courier before the service, so that no two wait for each other.
    """
    counted = {"rating_sum": F("rating_sum") + score, "rating_count": F("rating_count") + 1}
    Courier.objects.filter(id=courier_id).update(**counted)
    Service.objects.filter(id=service_id).update(**counted)
