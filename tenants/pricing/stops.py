"""The stops of a quote: where each lies and whom to ask for, held against the declaration.

What comes out is a snapshot: a later change of an address or a place changes no quote.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final
from uuid import UUID

from kernel.contacts import phone_checked
from kernel.refusals import InvalidInput, NotFound
from kernel.texts import line_checked, text_in
from tenants.access.actors import Actor
from tenants.brand.selectors import brand_language, brand_region
from tenants.catalog.declaration import Declaration, Need, StopKind
from tenants.places.geometry import Position
from tenants.places.models import Address, Place
from tenants.places.selectors import addresses_of, places_known
from tenants.pricing.figures import check_need

NAME_LENGTH: Final = 60
TEXT_LENGTH: Final = 300


@dataclass(frozen=True, slots=True)
class StopRequest:
    """A stop as the customer gives it: one of the first three says where.

    Empty words fall back to those of the saved address.
    """

    address_id: UUID | None = None
    place_id: UUID | None = None
    point: Position | None = None
    contact_name: str = ""
    phone: str = ""
    detail: str = ""
    parcel_code: str | None = None


@dataclass(frozen=True, slots=True)
class StopSnapshot:
    """A stop as it was promised. Without a contact, the customer is the one to ask for."""

    kind: StopKind
    latitude: float
    longitude: float
    place_id: str | None
    text: str
    door: str
    contact_name: str
    phone: str
    parcel_code: str | None

    @property
    def position(self) -> Position:
        """Where it lies."""
        return Position(latitude=self.latitude, longitude=self.longitude)

    def serialise(self) -> dict[str, Any]:
        """Plain JSON, as it is stored, encrypted."""
        return asdict(self)


def stops_resolved(
    *, actor: Actor, requests: Sequence[StopRequest], declaration: Declaration
) -> list[StopSnapshot]:
    """Each requested stop as a snapshot. Raises `InvalidInput`, and `NotFound` for an address that
    is not the actor's or a place that is not known."""
    if len(requests) != len(declaration.stops):
        raise InvalidInput(field="stops", reason=f"this service has {len(declaration.stops)} stops")
    known = _Known(actor, requests)
    return [
        _resolved(request, declared.kind, declaration.asked.parcel_code, known, f"stops.{number}")
        for number, (request, declared) in enumerate(zip(requests, declaration.stops, strict=True))
    ]


class _Known:
    """What the requests refer to, read at once: a query for each kind of it that occurs."""

    def __init__(self, actor: Actor, requests: Sequence[StopRequest]) -> None:
        address_ids = {request.address_id for request in requests} - {None}
        place_ids = {request.place_id for request in requests} - {None}
        local_phones = any(request.phone and request.phone[0] != "+" for request in requests)
        self.addresses = addresses_of(actor).in_bulk(address_ids) if address_ids else {}
        self.places = places_known().in_bulk(place_ids) if place_ids else {}
        self.language = brand_language() if place_ids else ""
        self.region = brand_region() if local_phones else None


def _resolved(
    request: StopRequest, kind: StopKind, parcel_code: Need, known: _Known, path: str
) -> StopSnapshot:
    where = _where(request, known, path)
    saved = where.details if isinstance(where, Address) else {}
    text = saved.get("text", "")
    place_id = None
    if isinstance(where, Place):
        text, place_id = text_in(where.name, known.language, known.language), where.id
    elif isinstance(where, Address):
        place_id = where.place_id
    phone = request.phone and phone_checked(
        request.phone, region=known.region, field=f"{path}.phone"
    )
    return StopSnapshot(
        kind=kind,
        latitude=where.latitude,
        longitude=where.longitude,
        place_id=str(place_id) if place_id else None,
        text=text,
        door=_line(request.detail, f"{path}.detail", TEXT_LENGTH) or saved.get("door", ""),
        contact_name=_line(request.contact_name, f"{path}.contactName", NAME_LENGTH)
        or saved.get("contact_name", ""),
        phone=phone or saved.get("phone", ""),
        parcel_code=_parcel_code(request, kind, parcel_code, f"{path}.parcelCode"),
    )


def _where(request: StopRequest, known: _Known, path: str) -> Address | Place | Position:
    given = (request.address_id, request.place_id, request.point)
    if sum(value is not None for value in given) != 1:
        raise InvalidInput(field=f"{path}.position", reason="one of addressId, placeId and point")
    if request.point is not None:
        return request.point
    if request.address_id is not None:
        if request.address_id not in known.addresses:
            raise NotFound(what="Address")
        return known.addresses[request.address_id]
    if request.place_id not in known.places:
        raise NotFound(what="Place")
    return known.places[request.place_id]


def _parcel_code(request: StopRequest, kind: StopKind, need: Need, path: str) -> str | None:
    code = _line(request.parcel_code or "", path, TEXT_LENGTH)
    check_need(need if kind is StopKind.PICK_UP else Need.OFF, code or None, field=path)
    return code or None


def _line(value: str, field: str, max_length: int) -> str:
    return line_checked(value, field=field, max_length=max_length, min_length=0)
