"""GraphQL types of places, zones and addresses."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import strawberry
import strawberry_django
from django.db.models import QuerySet
from strawberry import relay
from strawberry.scalars import JSON

from schema.core.context import Info
from schema.core.enums import described_enum
from schema.core.texts import Text, all_texts_field, text_field
from schema.places.hours import Opening, OpeningHours, hours_of, opening_of
from tenants.places import models, selectors
from tenants.places.geometry import Position, position_checked
from tenants.places.maps import Found

PlaceKind = models.Place.Kind
described_enum(
    PlaceKind,
    "What a place is.",
    name="PlaceKind",
    CAMPUS="A campus or an estate; by itself, or part of another.",
    BUILDING="A building.",
    GATE="A gate or an entrance.",
    FLOOR="A floor of a building.",
    ROOM="A room of a building or of one of its floors.",
    STATION="A station or a locker where parcels are picked up.",
)


@strawberry.input(description="A point on the earth, WGS-84 degrees.")
class PointInput:
    """Latitude and longitude."""

    latitude: float = strawberry.field(description="From -90 to 90.")
    longitude: float = strawberry.field(description="From -180 to 180.")


@strawberry.input(one_of=True, description="Where something lies: one of the two.")
class AddressPositionInput:
    """A known place or a free point."""

    place_id: relay.GlobalID | None = strawberry.field(
        default=strawberry.UNSET, description="One of the operator's places."
    )
    point: PointInput | None = strawberry.field(
        default=strawberry.UNSET, description="A free point."
    )


def position_of(point: PointInput, field: str) -> Position:
    """The input as a position. Raises `InvalidInput(field)` when it is not on the earth."""
    return position_checked(latitude=point.latitude, longitude=point.longitude, field=field)


@strawberry_django.type(models.Zone, name="Zone", description="An area that the operator covers.")
class Zone(relay.Node):
    """Public: customers see where they are served."""

    id: relay.NodeID[UUID]
    name: str = text_field("name", "What it is called.")
    names: list[Text] = all_texts_field("name", "The name in every language, for its editors.")
    polygon: JSON = strawberry_django.field(
        description="A GeoJSON Polygon or MultiPolygon: of each polygon the exterior ring, then"
        " its holes; longitude comes first."
    )
    priority: int = strawberry_django.field(description="Where zones overlap, the highest counts.")

    @strawberry_django.field(
        only=["services"], description="The services that it covers; none means all."
    )
    def service_ids(root: models.Zone) -> list[relay.GlobalID]:
        return [relay.GlobalID("Service", key) for key in root.services]

    @classmethod
    def get_queryset(
        cls, queryset: QuerySet[models.Zone], info: Info, **_: Any
    ) -> QuerySet[models.Zone]:
        """What is covered now."""
        return queryset.filter(active=True)


@strawberry_django.type(
    models.Place, name="Place", description="A place the operator knows by name."
)
class Place(relay.Node):
    """Public; in a tree."""

    id: relay.NodeID[UUID]
    kind: PlaceKind = strawberry_django.field(description="What it is.")
    name: str = text_field("name", "What it is called.")
    names: list[Text] = all_texts_field("name", "The name in every language, for its editors.")
    latitude: float = strawberry_django.field(description="WGS-84 degrees.")
    longitude: float = strawberry_django.field(description="WGS-84 degrees.")
    parent: "Place | None" = strawberry_django.field(description="What it lies in; null on top.")

    @strawberry_django.field(
        only=["hours"], description="When it is open; null where nobody keeps hours."
    )
    def hours(root: models.Place) -> OpeningHours | None:
        return hours_of(root)

    @strawberry_django.field(
        only=["hours"], description="Whether it is open; null where nobody keeps hours."
    )
    def opening(
        root: models.Place,
        info: Info,
        at: Annotated[
            datetime | None, strawberry.argument(description="When; now if it is left out.")
        ] = None,
    ) -> Opening | None:
        return opening_of(root, at=at, info=info)

    @classmethod
    def get_queryset(
        cls, queryset: QuerySet[models.Place], info: Info, **_: Any
    ) -> QuerySet[models.Place]:
        """What is in use."""
        return queryset.filter(active=True)


@strawberry_django.type(models.Address, name="Address", description="A person's own address.")
class Address(relay.Node):
    """Visible to its owner alone."""

    id: relay.NodeID[UUID]
    place: Place | None = strawberry_django.field(
        description="The operator's place that it lies at; null at a free point."
    )
    latitude: float = strawberry_django.field(description="WGS-84 degrees.")
    longitude: float = strawberry_django.field(description="WGS-84 degrees.")

    @strawberry_django.field(only=["details"], description="Whom to ask for.")
    def contact_name(root: models.Address) -> str:
        return str(root.details["contact_name"])

    @strawberry_django.field(only=["details"], description="Their phone, E.164.")
    def phone(root: models.Address) -> str:
        return str(root.details["phone"])

    @strawberry_django.field(only=["details"], description="The address as it is written.")
    def text(root: models.Address) -> str:
        return str(root.details["text"])

    @strawberry_django.field(only=["details"], description="Floor and door; may be empty.")
    def door(root: models.Address) -> str:
        return str(root.details["door"])

    @classmethod
    def get_queryset(
        cls, queryset: QuerySet[models.Address], info: Info, **_: Any
    ) -> QuerySet[models.Address]:
        """One's own, unless removed."""
        actor = info.context.actor
        if actor is None:
            return queryset.none()
        return selectors.own_addresses(queryset, actor)


@strawberry.type(description="Whether a position is served, and what is nearest if it is not.")
class Coverage:
    """Answered, never refused: an app asks while people are still typing."""

    covered: bool = strawberry.field(description="Whether orders can go there.")
    zone: Zone | None = strawberry.field(
        description="The zone that covers it; null where it is outside, or no zone is drawn."
    )
    nearest_place: Place | None = strawberry.field(
        description="Outside: the nearest known place that is covered, if there is one."
    )
    nearest_zone: Zone | None = strawberry.field(
        description="Outside: the zone of that place, or else the one whose border is nearest;"
        " null where no zone covers the service at all."
    )
    distance_meters: int | None = strawberry.field(
        description="Outside: to the nearest place, or else to the nearest zone; straight."
    )
    opening: Opening | None = strawberry.field(
        description="Whether the place that was asked about is open then: a warning, not a"
        " refusal. Null at a free point, and where nobody keeps hours."
    )


@strawberry.type(description="Something found on the map.")
class FoundAddress:
    """One of the operator's own places, or what the map knows."""

    name: str = strawberry.field(description="What it is called.")
    address: str = strawberry.field(description="Where that is, in words; may be empty.")
    latitude: float = strawberry.field(description="WGS-84 degrees.")
    longitude: float = strawberry.field(description="WGS-84 degrees.")
    place_id: relay.GlobalID | None = strawberry.field(
        description="The operator's own place that it is; null for what the map has found."
    )


@strawberry.type(description="What a text may mean on the map.")
class AddressSearch:
    """Own places, then the map's."""

    found: list[FoundAddress] = strawberry.field(description="The likeliest first; at most 15.")
    complete: bool = strawberry.field(
        description="False when the map did not answer, and there are own places only."
    )


def found_of(found: Found) -> FoundAddress:
    """As the API shows it."""
    return FoundAddress(
        name=found.name,
        address=found.address,
        latitude=found.position.latitude,
        longitude=found.position.longitude,
        place_id=relay.GlobalID("Place", str(found.place_id)) if found.place_id else None,
    )
