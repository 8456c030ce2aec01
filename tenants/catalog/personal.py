"""What one person likes, looked at and ordered; and their switch for recommendations."""

from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F, QuerySet

from kernel.ids import new_id
from kernel.locks import transaction_lock
from kernel.refusals import InvalidInput
from tenants.access.actors import Actor
from tenants.access.rights import Right
from tenants.catalog.models import Chosen, Favourite, Preference, Seen, Service
from tenants.catalog.selectors import in_order, service_on_sale

MAX_FAVOURITES: Final = 200
MAX_SEEN: Final = 50

_CHOSEN: Final = """
INSERT INTO catalog_chosen AS known (id, person_id, service_id, times, at, place_id)
VALUES (%s, %s, %s, 1, %s, %s)
ON CONFLICT (person_id, service_id) DO UPDATE
SET times = known.times + 1, at = EXCLUDED.at,
  place_id = COALESCE(EXCLUDED.place_id, known.place_id)
"""


@transaction.atomic
def favourite_set(*, actor: Actor, service_id: UUID, kept: bool, at: datetime) -> Service:
    """Keep a service at hand, or no longer; twice is as good as once.

    Raises `NotFound` for one that is not on sale, `InvalidInput` beyond `MAX_FAVOURITES`.
    """
    actor.require(Right.ORDER_AS_CUSTOMER)
    service = service_on_sale(service_id)
    own = Favourite.objects.filter(person_id=actor.person_id)
    if not kept:
        own.filter(service=service).delete()
        return service
    # One at a time: two would each count one too few.
    transaction_lock("catalog.favourites", actor.person_id)
    if own.exclude(service=service).count() >= MAX_FAVOURITES:
        raise InvalidInput(field="serviceId", reason=f"at most {MAX_FAVOURITES} favourites")
    own.get_or_create(person_id=actor.person_id, service=service, defaults={"created_at": at})
    return service


@transaction.atomic
def seen_note(*, actor: Actor, service_id: UUID, at: datetime) -> Service:
    """Note that the actor looks at a service; the latest `MAX_SEEN` are kept. Raises `NotFound`."""
    actor.require(Right.ORDER_AS_CUSTOMER)
    service = service_on_sale(service_id)
    transaction_lock("catalog.seen", actor.person_id)
    Seen.objects.update_or_create(person_id=actor.person_id, service=service, defaults={"at": at})
    kept = Seen.objects.filter(person_id=actor.person_id).order_by("-at", "-id")
    older = list(kept.values_list("id", flat=True)[MAX_SEEN:])
    Seen.objects.filter(id__in=older).delete()
    return service


def seen_clear(*, actor: Actor) -> int:
    """Forget what the actor looked at; answers how many there were."""
    actor.require(Right.ORDER_AS_CUSTOMER)
    forgotten, _ = Seen.objects.filter(person_id=actor.person_id).delete()
    return forgotten


def recommendations_switch(*, actor: Actor, on: bool, at: datetime) -> bool:
    """Have recommendations made of what the actor does, or not. Answers which."""
    actor.require(Right.ORDER_AS_CUSTOMER)
    Preference.objects.update_or_create(
        person_id=actor.person_id, defaults={"recommendations": on, "updated_at": at}
    )
    return on


def service_chosen(
    *, person_id: UUID, service_id: UUID, place_id: UUID | None, at: datetime
) -> None:
    """For the layer of orders: a person ordered a service, to the operator's place or elsewhere.

    Last in its transaction, since others who order the service wait for the count's row.
    """
    with connection.cursor() as cursor:
        cursor.execute(_CHOSEN, [new_id(), person_id, service_id, at, place_id])
    Service.objects.filter(id=service_id).update(chosen_count=F("chosen_count") + 1)


def slots_set(*, slots: dict[UUID, datetime | None]) -> None:
    """For the layer of appointments: set when each service is next free, None for never."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE catalog_service SET next_slot_at = free.at"
            " FROM unnest(%s::uuid[], %s::timestamptz[]) free (id, at)"
            " WHERE catalog_service.id = free.id"
            " AND catalog_service.next_slot_at IS DISTINCT FROM free.at",
            [list(slots), list(slots.values())],
        )


def favourites_of(actor: Actor) -> QuerySet[Service]:
    """What the actor keeps at hand and is on sale, the latest first."""
    own = Favourite.objects.filter(person_id=actor.person_id).order_by("-created_at", "-id")
    return in_order(list(own.values_list("service_id", flat=True)[:MAX_FAVOURITES]))


def seen_by(actor: Actor) -> QuerySet[Service]:
    """What the actor looked at and is on sale, the latest first."""
    own = Seen.objects.filter(person_id=actor.person_id).order_by("-at", "-id")
    return in_order(list(own.values_list("service_id", flat=True)[:MAX_SEEN]))


def recommendations_are_on(person_id: UUID) -> bool:
    """Whether recommendations may be made of what the person does."""
    off = Preference.objects.filter(person_id=person_id, recommendations=False)
    return not off.exists()


def chosen_by(person_id: UUID) -> QuerySet[Chosen]:
    """What the person ordered, the latest first."""
    return Chosen.objects.filter(person_id=person_id).order_by("-at", "-id")
