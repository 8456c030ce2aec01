"""People's own addresses: kept, changed, forgotten."""

from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from kernel.contacts import phone_checked
from kernel.refusals import NotFound
from kernel.texts import line_checked
from tenants.access.actors import Actor
from tenants.access.models import Person
from tenants.brand.selectors import brand_region
from tenants.places.geometry import Position
from tenants.places.models import Address
from tenants.places.selectors import address_of, addresses_of
from tenants.places.services.limits import TooMany
from tenants.places.services.tree import access_place

MAX_ADDRESSES: Final = 20


@transaction.atomic
def address_save(
    *,
    actor: Actor,
    address_id: UUID | None,
    place_id: UUID | None,
    point: Position | None,
    contact_name: str,
    phone: str,
    text: str,
    door: str,
    at: datetime,
) -> Address:
    """Keep an address of the actor's own, or change the one with `address_id`.

    It lies at a place or at a free `point`, one of the two. Raises `InvalidInput`, `NotFound` and
    `TooMany`.
    """
    details = {
        "contact_name": line_checked(contact_name, field="contactName", max_length=60),
        "phone": phone_checked(phone, region=brand_region()),
        "text": line_checked(text, field="text", max_length=200),
        "door": line_checked(door, field="door", max_length=60, min_length=0),
    }
    # The person's row is the lock under which their addresses are counted.
    Person.objects.select_for_update().get(id=actor.person_id)
    if address_id is not None:
        address = access_address(actor=actor, address_id=address_id)
    elif addresses_of(actor).count() >= MAX_ADDRESSES:
        raise TooMany(limit=MAX_ADDRESSES)
    else:
        address = Address(person_id=actor.person_id, created_at=at)
    address.place = None if place_id is None else access_place(place_id)
    where = address.place or point
    assert where is not None
    address.latitude, address.longitude = where.latitude, where.longitude
    address.details = details
    address.save()
    return address


@transaction.atomic
def address_remove(*, actor: Actor, address_id: UUID) -> None:
    """Forget an address of the actor's own. Raises `NotFound`."""
    access_address(actor=actor, address_id=address_id).delete()


def access_address(*, actor: Actor, address_id: UUID) -> Address:
    """The actor's own address. Raises `NotFound` for anybody else's, or none."""
    address = address_of(actor, address_id)
    if address is None:
        raise NotFound(what="Address")
    return address
