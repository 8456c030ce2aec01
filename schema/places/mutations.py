"""Writes of places, zones and addresses."""

from typing import Any, cast

import strawberry
from strawberry.relay import GlobalID
from strawberry.scalars import JSON

from kernel import clock
from schema.core.context import Info
from schema.core.fields import mutation
from schema.core.ids import row_id
from schema.core.rights import actor_of
from schema.core.texts import TextInput, texts_of
from schema.places.hours import OpeningHoursInput
from schema.places.imports import PlacesImportMutations
from schema.places.types import (
    Address,
    AddressPositionInput,
    Place,
    PlaceKind,
    PointInput,
    Zone,
    position_of,
)
from tenants.access.rights import Right
from tenants.places import services


@strawberry.input(description="A zone to draw, or to redraw.")
class ZoneSaveInput:
    """Name, area and priority."""

    id: GlobalID | None = strawberry.field(default=None, description="The zone to redraw.")
    name: list[TextInput] = strawberry.field(description="In the operator's language at least.")
    polygon: JSON = strawberry.field(
        description="A GeoJSON Polygon or MultiPolygon of at most 500 points; longitude comes"
        " first. Over the antimeridian it is cut in two."
    )
    priority: int = strawberry.field(
        default=0, description="Where zones overlap, the highest counts; -1000 to 1000."
    )
    service_ids: list[GlobalID] = strawberry.field(
        default_factory=list, description="The services that it covers; none means all."
    )


@strawberry.input(description="A zone to remove.")
class ZoneRemoveInput:
    """Which."""

    zone_id: GlobalID = strawberry.field(description="The zone.")


@strawberry.input(description="A place to add, or to change.")
class PlaceSaveInput:
    """What it is, what it is called, where it is."""

    id: GlobalID | None = strawberry.field(default=None, description="The place to change.")
    kind: PlaceKind = strawberry.field(description="What it is.")
    parent_id: GlobalID | None = strawberry.field(
        default=None, description="What it lies in; at most six deep."
    )
    name: list[TextInput] = strawberry.field(description="In the operator's language at least.")
    point: PointInput = strawberry.field(description="Where it is.")
    hours: OpeningHoursInput | None = strawberry.field(
        default=None, description="When it is open; left out, nobody keeps hours."
    )
    active: bool = strawberry.field(
        default=True, description="False takes it out of use, with all that lies in it."
    )


@strawberry.input(description="From the first to the last, both included.")
class NumbersInput:
    """A row of numbers."""

    first: int = strawberry.field(description="The first; a basement is below 0.")
    last: int = strawberry.field(description="The last.")


@strawberry.input(description="A building to fill with floors and rooms.")
class PlacesFillInput:
    """Which numbers, and how they are called."""

    building_id: GlobalID = strawberry.field(description="A place that is a BUILDING.")
    floors: NumbersInput = strawberry.field(description="At most 200.")
    floor_name: list[TextInput] = strawberry.field(
        description='{floor} stands for the number: "{floor}F".'
    )
    rooms: NumbersInput | None = strawberry.field(
        default=None, description="Of each floor, at most 200; without them there are floors only."
    )
    room_name: list[TextInput] = strawberry.field(
        default_factory=list,
        description="{room} stands for the number, with two digits at least, {floor} for the"
        ' floor\'s: "{floor}{room}".',
    )


@strawberry.input(description="An address to keep, or to change.")
class AddressSaveInput:
    """Where, and whom to ask for."""

    id: GlobalID | None = strawberry.field(default=None, description="The address to change.")
    position: AddressPositionInput = strawberry.field(description="Where it lies.")
    contact_name: str = strawberry.field(description="Whom to ask for; up to 60 characters.")
    phone: str = strawberry.field(
        description="With a country (+86…), or as dialled in the operator's country."
    )
    text: str = strawberry.field(description="The written address; up to 200 characters.")
    door: str = strawberry.field(default="", description="Floor and door; up to 60 characters.")


@strawberry.input(description="An address to remove.")
class AddressRemoveInput:
    """Which."""

    address_id: GlobalID = strawberry.field(description="The address.")


@strawberry.type(description="Saved.")
class ZoneSaveSuccess:
    """The zone."""

    zone: Zone = strawberry.field(description="As it is now.")


@strawberry.type(description="Removed.")
class ZoneRemoveSuccess:
    """Which."""

    zone_id: GlobalID = strawberry.field(description="It exists no more.")


@strawberry.type(description="Saved.")
class PlaceSaveSuccess:
    """The place."""

    place: Place = strawberry.field(description="As it is now.")


@strawberry.type(description="Filled.")
class PlacesFillSuccess:
    """How many are new."""

    added: int = strawberry.field(description="Floors and rooms that were not there before.")


@strawberry.type(description="Saved.")
class AddressSaveSuccess:
    """The address."""

    address: Address = strawberry.field(description="As it is now.")


@strawberry.type(description="Removed, and what it said erased.")
class AddressRemoveSuccess:
    """Which."""

    address_id: GlobalID = strawberry.field(description="It exists no more.")


@strawberry.type
class PlacesMutations(PlacesImportMutations):
    """Root mutations of places, zones and addresses."""

    @mutation(right=Right.PLACES_MANAGE, refusals=[services.TooMany])
    def zone_save(self, info: Info, input: ZoneSaveInput) -> ZoneSaveSuccess:
        """Draw a zone, or redraw one. What is wrong with a polygon is said with its place."""
        zone = services.zone_save(
            actor=actor_of(info.context),
            zone_id=None if input.id is None else row_id(input.id, "Zone"),
            name=texts_of(input.name),
            polygon=cast(Any, input.polygon),
            priority=input.priority,
            service_ids=[row_id(service_id, "Service") for service_id in input.service_ids],
            at=clock.now(),
        )
        return ZoneSaveSuccess(zone=cast(Zone, zone))

    @mutation(right=Right.PLACES_MANAGE)
    def zone_remove(self, info: Info, input: ZoneRemoveInput) -> ZoneRemoveSuccess:
        """Stop covering a zone. Without any zone left, everywhere is served."""
        services.zone_remove(actor=actor_of(info.context), zone_id=row_id(input.zone_id, "Zone"))
        return ZoneRemoveSuccess(zone_id=input.zone_id)

    @mutation(right=Right.PLACES_MANAGE, refusals=[services.TooMany])
    def place_save(self, info: Info, input: PlaceSaveInput) -> PlaceSaveSuccess:
        """Add a place, change or move one, or take one out of use with all that lies in it."""
        place = services.place_save(
            actor=actor_of(info.context),
            place_id=None if input.id is None else row_id(input.id, "Place"),
            kind=input.kind,
            parent_id=None if input.parent_id is None else row_id(input.parent_id, "Place"),
            name=texts_of(input.name),
            position=position_of(input.point, "point"),
            hours=None if input.hours is None else input.hours.checked(),
            active=input.active,
        )
        return PlaceSaveSuccess(place=cast(Place, place))

    @mutation(right=Right.PLACES_MANAGE, refusals=[services.TooMany])
    def places_fill(self, info: Info, input: PlacesFillInput) -> PlacesFillSuccess:
        """Give a building its floors and rooms; those that it has by the same names stay."""
        added = services.places_fill(
            actor=actor_of(info.context),
            building_id=row_id(input.building_id, "Place"),
            floors=services.Numbers(input.floors.first, input.floors.last),
            floor_name=texts_of(input.floor_name),
            rooms=services.Numbers(input.rooms.first, input.rooms.last) if input.rooms else None,
            room_name=texts_of(input.room_name),
        )
        return PlacesFillSuccess(added=added)

    @mutation(right=Right.ORDER_AS_CUSTOMER, refusals=[services.TooMany])
    def address_save(self, info: Info, input: AddressSaveInput) -> AddressSaveSuccess:
        """Keep an address of one's own, at most 20, or change one."""
        place_id, point = input.position.place_id, input.position.point
        address = services.address_save(
            actor=actor_of(info.context),
            address_id=None if input.id is None else row_id(input.id, "Address"),
            place_id=row_id(place_id, "Place") if place_id else None,
            point=position_of(point, "position.point") if point else None,
            contact_name=input.contact_name,
            phone=input.phone,
            text=input.text,
            door=input.door,
            at=clock.now(),
        )
        return AddressSaveSuccess(address=cast(Address, address))

    @mutation(right=Right.ORDER_AS_CUSTOMER)
    def address_remove(self, info: Info, input: AddressRemoveInput) -> AddressRemoveSuccess:
        """Forget an address of one's own; orders that went there keep their own copy."""
        services.address_remove(
            actor=actor_of(info.context),
            address_id=row_id(input.address_id, "Address"),
        )
        return AddressRemoveSuccess(address_id=input.address_id)
