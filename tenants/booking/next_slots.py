"""When each service can next be had by appointment, for searches that ask for a slot.

The earliest that anybody is free for it, wherever the visit is: which zones a courier serves and
the way there are asked for with the address, when slots are listed.
"""

from collections import defaultdict
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import ceil, floor
from typing import Final
from uuid import UUID

from tenants.booking.availability import agendas_of
from tenants.booking.engine import STEP, Agenda, Wanted, starts_of
from tenants.booking.selectors import booking_terms
from tenants.brand.modules import Module, module_is_on
from tenants.brand.selectors import brand_zone
from tenants.catalog.declaration import Declaration, Need
from tenants.catalog.declaration.terms import Requirements
from tenants.catalog.models import Service
from tenants.catalog.selectors import only_on_sale
from tenants.couriers.models import Courier
from tenants.couriers.qualified import only_qualified
from tenants.places.geometry import Position

AHEAD: Final = timedelta(days=14)
"""How far is looked; a service that nobody is free for until then has no next slot."""

_SOMEWHERE: Final = Position(0.0, 0.0)


def next_slots(*, at: datetime) -> dict[UUID, datetime | None]:
    """The first free slot of each service on sale; None where there is none, or no appointments.

    Ten queries, and one for each set of requirements among the services.
    """
    found: dict[UUID, datetime | None] = {}
    wishes: defaultdict[tuple[Requirements, int], list[UUID]] = defaultdict(list)
    rows = only_on_sale(Service.objects.all()).values_list(
        "id", "version__duration_minutes", "version__declaration"
    )
    for service_id, minutes, stored in rows:
        found[service_id] = None
        declaration = Declaration.parse(stored)
        if minutes is not None and declaration.asked.appointment is not Need.OFF:
            wishes[replace(declaration.requirements, reason=None), minutes].append(service_id)
    if not wishes or not module_is_on(Module.APPOINTMENTS):
        return found
    low, high = at + booking_terms().lead, at + AHEAD
    approved = Courier.objects.filter(state=Courier.State.APPROVED)
    agendas = agendas_of(approved, low=low, high=high, zone=brand_zone(), at=at)
    everybody = [_at_one_place(agenda) for agenda in agendas]
    able = {needed: _able(everybody, needed) for needed in {needed for needed, _ in wishes}}
    for (needed, minutes), service_ids in wishes.items():
        found.update(dict.fromkeys(service_ids, _first(able[needed], minutes, low, high)))
    return found


def _at_one_place(agenda: Agenda) -> Agenda:
    """The same with all its visits at one place, so that no way counts."""
    visits = [replace(visit, position=_SOMEWHERE) for visit in agenda.visits]
    return replace(agenda, visits=visits)


def _able(everybody: list[Agenda], needed: Requirements) -> list[Agenda]:
    ids = set(
        only_qualified(
            Courier.objects.filter(id__in=[agenda.courier_id for agenda in everybody]),
            certificates=needed.certificates,
            exams=needed.exams,
            level=needed.level,
            gender=needed.gender,
            courier="",
        ).values_list("id", flat=True)
    )
    return [agenda for agenda in everybody if agenda.courier_id in ids]


def _first(able: list[Agenda], minutes: int, low: datetime, high: datetime) -> datetime | None:
    wanted = Wanted(
        duration=minutes * 60,
        position=_SOMEWHERE,
        first=ceil(low.timestamp()),
        last=floor(high.timestamp()),
        step=int(STEP.total_seconds()),
    )
    earliest = [starts[0] for agenda in able if (starts := starts_of(agenda, wanted))]
    return datetime.fromtimestamp(min(earliest), UTC) if earliest else None
