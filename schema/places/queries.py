"""Reads of places, zones and addresses."""

from datetime import datetime
from typing import Annotated, cast

import strawberry
from django.db.models import QuerySet
from strawberry.relay import GlobalID
from strawberry.scalars import JSON
from strawberry_django.relay import DjangoListConnection

from kernel import clock
from schema.core.context import Info
from schema.core.fields import connection, query
from schema.core.ids import row_id
from schema.core.rights import Audience, actor_of
from schema.core.tables import FORMAT, TableFormat
from schema.places.hours import opening_of
from schema.places.types import (
    Address,
    AddressPositionInput,
    AddressSearch,
    Coverage,
    FoundAddress,
    Place,
    PlaceKind,
    PointInput,
    Zone,
    found_of,
    position_of,
)
from tenants.access.rights import Right
from tenants.places import models, services
from tenants.places.selectors import addresses_of, place_position, places_known, zones_active


@strawberry.type
class PlacesQueries:
    """Root query fields of places, zones and addresses."""

    @query(right=Audience.PUBLIC, shared=True)
    def zones(self, info: Info) -> list[Zone]:
        """Where the operator works, at most 500 zones; with none, everywhere is served."""
        return cast(list[Zone], zones_active())

    @connection(DjangoListConnection[Place], right=Audience.PUBLIC, shared=True)
    def places(
        self,
        info: Info,
        kind: Annotated[
            PlaceKind | None, strawberry.argument(description="Only places of this kind.")
        ] = None,
        parent_id: Annotated[
            GlobalID | None, strawberry.argument(description="Only what lies in this place.")
        ] = None,
        text: Annotated[
            str, strawberry.argument(description="A part of the name in any language.")
        ] = "",
    ) -> QuerySet[models.Place]:
        """The places that the operator knows by name."""
        parent = row_id(parent_id, "Place") if parent_id else None
        return places_known(kind, parent_id=parent, text=text)

    @query(right=Audience.PUBLIC)
    def coverage(
        self,
        info: Info,
        position: Annotated[
            AddressPositionInput, strawberry.argument(description="What is asked about.")
        ],
        service_id: Annotated[
            GlobalID | None,
            strawberry.argument(description="Whether this service is to be had there."),
        ] = None,
        at: Annotated[
            datetime | None,
            strawberry.argument(description="When one would be there; now if it is left out."),
        ] = None,
    ) -> Coverage:
        """Whether a place or a point is served, or else what is nearest that is."""
        place = (
            services.access_place(row_id(position.place_id, "Place")) if position.place_id else None
        )
        if place is not None:
            where = place_position(place)
        else:
            assert position.point  # one of the two, by the input's type
            where = position_of(position.point, "position.point")
        service = row_id(service_id, "Service") if service_id else None
        found = services.coverage_of(where, service_id=service)
        return Coverage(
            covered=found.covered,
            zone=cast(Zone | None, found.zone),
            nearest_place=cast(Place | None, found.nearest_place),
            nearest_zone=cast(Zone | None, found.nearest_zone),
            distance_meters=found.distance_meters,
            opening=None if place is None else opening_of(place, at=at, info=info),
        )

    @query(right=Right.ORDER_AS_CUSTOMER)
    def addresses(self, info: Info) -> list[Address]:
        """One's own addresses, newest first, at most 20."""
        return cast(list[Address], addresses_of(actor_of(info.context)))

    @query(right=Audience.SIGNED_IN)
    def address_search(
        self,
        info: Info,
        text: Annotated[str, strawberry.argument(description="Up to 80 characters.")],
        near: Annotated[
            PointInput | None, strawberry.argument(description="What is near here comes first.")
        ] = None,
    ) -> AddressSearch:
        """What somebody may mean who types an address: own places, then the map's.

        The error MAP_UNAVAILABLE says that the map did not answer, and no own place is meant.
        """
        answer = services.address_search(
            text=text,
            near=position_of(near, "near") if near else None,
            language=info.context.language,
            at=clock.now(),
        )
        return AddressSearch(
            found=[found_of(each) for each in answer.found], complete=answer.complete
        )

    @query(right=Audience.SIGNED_IN)
    def address_at(
        self,
        info: Info,
        point: Annotated[PointInput, strawberry.argument(description="Where.")],
    ) -> FoundAddress | None:
        """What is at a point; null where nothing is known. MAP_UNAVAILABLE as in addressSearch."""
        found = services.address_at(
            position=position_of(point, "point"), language=info.context.language, at=clock.now()
        )
        return found_of(found) if found else None

    @query(right=Right.PLACES_MANAGE)
    def zones_export(self, info: Info) -> JSON:
        """Every zone as a GeoJSON FeatureCollection, as zonesImport takes it."""
        return cast(JSON, services.zones_exported(actor=actor_of(info.context)))

    @query(right=Right.PLACES_MANAGE)
    def zones_table(
        self,
        info: Info,
        format: Annotated[TableFormat, strawberry.argument(description=FORMAT)] = TableFormat.CSV,
    ) -> str:
        """Every zone as a table with its GeoJSON in a column, as zonesImport takes it too."""
        return services.zones_table(actor=actor_of(info.context), format=format)

    @query(right=Right.PLACES_MANAGE)
    def places_export(
        self,
        info: Info,
        format: Annotated[TableFormat, strawberry.argument(description=FORMAT)] = TableFormat.CSV,
    ) -> str:
        """Every place as a table, as placesImport takes it."""
        return services.places_exported(actor=actor_of(info.context), format=format)
