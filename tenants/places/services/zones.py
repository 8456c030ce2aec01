"""Drawing zones and taking them away."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from kernel.events import Fact, announce
from kernel.locks import transaction_lock
from kernel.refusals import InvalidInput, NotFound
from kernel.texts import texts_checked
from tenants.access.actors import Actor
from tenants.access.rights import Right
from tenants.brand.selectors import brand_language
from tenants.places.events import ZONES_DRAWN
from tenants.places.models import Zone
from tenants.places.polygons import FIELD, check_not_swapped, polygon_checked
from tenants.places.selectors import positions_known, zones_active
from tenants.places.services.limits import NAME_LENGTH, TooMany

MAX_ZONES: Final = 500
PRIORITIES: Final = range(-1000, 1001)


@transaction.atomic
def zone_save(
    *,
    actor: Actor,
    zone_id: UUID | None,
    name: Mapping[str, str],
    polygon: Any,
    priority: int,
    service_ids: Sequence[UUID],
    at: datetime,
) -> Zone:
    """Draw a zone, or redraw the one with `zone_id`. `polygon` is as in `polygon_checked`.

    It covers the services named, or all if none is. Raises `InvalidInput`, `NotFound` and
    `TooMany`.
    """
    actor.require(Right.PLACES_MANAGE)
    # The count, and an import that goes by what there is.
    transaction_lock("zones")
    zone = Zone() if zone_id is None else access_zone(actor=actor, zone_id=zone_id)
    zone.name = texts_checked(name, field="name", max_length=NAME_LENGTH, language=brand_language())
    zone.polygon = polygon_checked(polygon)
    check_not_swapped(zone.polygon, positions_known(), field=FIELD)
    zone.priority = priority_checked(priority, field="priority")
    zone.services = sorted({str(service_id) for service_id in service_ids})
    if zone_id is None and zones_active().count() >= MAX_ZONES:
        raise TooMany(limit=MAX_ZONES)
    zone.save()
    services_check([zone], at=at)
    return zone


@transaction.atomic
def zone_remove(*, actor: Actor, zone_id: UUID) -> Zone:
    """Stop covering a zone. Raises `NotFound`."""
    zone = access_zone(actor=actor, zone_id=zone_id)
    zone.active = False
    zone.save(update_fields=["active"])
    return zone


def access_zone(*, actor: Actor, zone_id: UUID) -> Zone:
    """An active zone to change, its row locked. Raises `NotFound`."""
    actor.require(Right.PLACES_MANAGE)
    zone = zones_active().select_for_update().filter(id=zone_id).first()
    if zone is None:
        raise NotFound(what="Zone")
    return zone


def priority_checked(priority: int, *, field: str) -> int:
    """Raises `InvalidInput(field)` for one beyond `PRIORITIES`."""
    if priority not in PRIORITIES:
        raise InvalidInput(field=field, reason=f"between {PRIORITIES[0]} and {PRIORITIES[-1]}")
    return priority


def services_check(zones: Sequence[Zone], *, at: datetime) -> None:
    """The catalogue raises `NotFound` for a service that a zone names and that there is not."""
    named = sorted({service_id for zone in zones for service_id in zone.services})
    if named:
        announce(Fact(ZONES_DRAWN, zones[0].id, at, {"service_ids": named}))
