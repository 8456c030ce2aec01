"""Reads of places, zones and addresses."""

from typing import Annotated, cast

import strawberry
from django.db.models import QuerySet
from strawberry_django.relay import DjangoListConnection

from schema.core.context import Info
from schema.core.fields import connection, query
from schema.core.rights import Audience, actor_of
from schema.places.types import Address, Place, PlaceKind, Zone
from tenants.access.rights import Right
from tenants.places import models
from tenants.places.selectors import addresses_of, places_known, zones_active


@strawberry.type
class PlacesQueries:
    """Root query fields of places, zones and addresses."""

    @query(right=Audience.PUBLIC)
    def zones(self, info: Info) -> list[Zone]:
        """Where the operator works, at most 100 zones; with none, everywhere is served."""
        return cast(list[Zone], zones_active())

    @connection(DjangoListConnection[Place], right=Audience.PUBLIC)
    def places(
        self,
        info: Info,
        kind: Annotated[
            PlaceKind | None, strawberry.argument(description="Only places of this kind.")
        ] = None,
    ) -> QuerySet[models.Place]:
        """The places that the operator knows by name."""
        return places_known(kind)

    @query(right=Right.ORDER_AS_CUSTOMER)
    def addresses(self, info: Info) -> list[Address]:
        """One's own addresses, newest first, at most 20."""
        return cast(list[Address], addresses_of(actor_of(info.context)))
