"""GraphQL types of places, zones and addresses."""

from typing import Any
from uuid import UUID

import strawberry
import strawberry_django
from django.db.models import QuerySet
from strawberry import relay
from strawberry.scalars import JSON

from schema.core.context import Info
from schema.core.enums import described_enum
from schema.core.texts import Text, all_texts_field, text_field
from tenants.places import models, selectors
from tenants.places.geometry import Position, position_checked

PlaceKind = models.Place.Kind
described_enum(
    PlaceKind,
    "What a place is.",
    name="PlaceKind",
    CAMPUS="A campus or an estate.",
    BUILDING="A building on it.",
    GATE="A gate or an entrance.",
    STATION="A station where parcels are picked up.",
)


@strawberry.input(description="A point on the earth, WGS-84 degrees.")
class PointInput:
    """Latitude and longitude."""

    latitude: float = strawberry.field(description="From -90 to 90.")
    longitude: float = strawberry.field(description="From -180 to 180.")


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
        description="A GeoJSON Polygon: the exterior ring, then holes; longitude comes first."
    )
    priority: int = strawberry_django.field(description="Where zones overlap, the highest counts.")

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
