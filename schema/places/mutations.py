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
from schema.places.types import Address, Place, PlaceKind, PointInput, Zone, position_of
from tenants.access.rights import Right
from tenants.places import services


@strawberry.input(description="A zone to draw, or to redraw.")
class ZoneSaveInput:
    """Name, area and priority."""

    id: GlobalID | None = strawberry.field(default=None, description="The zone to redraw.")
    name: list[TextInput] = strawberry.field(description="In the operator's language at least.")
    polygon: JSON = strawberry.field(
        description="A GeoJSON Polygon of at most 500 points; longitude comes first."
    )
    priority: int = strawberry.field(
        default=0, description="Where zones overlap, the highest counts."
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
    active: bool = strawberry.field(default=True, description="False takes it out of use.")


@strawberry.input(one_of=True, description="Where an address lies: one of the two.")
class AddressPositionInput:
    """A known place or a free point."""

    place_id: GlobalID | None = strawberry.field(
        default=strawberry.UNSET, description="One of the operator's places."
    )
    point: PointInput | None = strawberry.field(
        default=strawberry.UNSET, description="A free point."
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


@strawberry.type(description="Saved.")
class AddressSaveSuccess:
    """The address."""

    address: Address = strawberry.field(description="As it is now.")


@strawberry.type(description="Removed, and what it said erased.")
class AddressRemoveSuccess:
    """Which."""

    address_id: GlobalID = strawberry.field(description="It exists no more.")


@strawberry.type
class PlacesMutations:
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
        )
        return ZoneSaveSuccess(zone=cast(Zone, zone))

    @mutation(right=Right.PLACES_MANAGE)
    def zone_remove(self, info: Info, input: ZoneRemoveInput) -> ZoneRemoveSuccess:
        """Stop covering a zone. Without any zone left, everywhere is served."""
        services.zone_remove(actor=actor_of(info.context), zone_id=row_id(input.zone_id, "Zone"))
        return ZoneRemoveSuccess(zone_id=input.zone_id)

    @mutation(right=Right.PLACES_MANAGE)
    def place_save(self, info: Info, input: PlaceSaveInput) -> PlaceSaveSuccess:
        """Add a place, change one, or take one out of use."""
        place = services.place_save(
            actor=actor_of(info.context),
            place_id=None if input.id is None else row_id(input.id, "Place"),
            kind=input.kind,
            parent_id=None if input.parent_id is None else row_id(input.parent_id, "Place"),
            name=texts_of(input.name),
            position=position_of(input.point, "point"),
            active=input.active,
        )
        return PlaceSaveSuccess(place=cast(Place, place))

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
