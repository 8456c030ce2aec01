"""Finding services by what people type."""

from datetime import datetime
from typing import Annotated

import strawberry
from django.db.models import QuerySet
from strawberry.relay import GlobalID

from kernel import clock
from schema.catalog.kinds import ServiceKind
from schema.catalog.types import Service
from schema.core.context import Info
from schema.core.enums import described_enum
from schema.core.fields import connection
from schema.core.ids import row_id
from schema.core.keyset import KeysetConnection
from schema.core.rights import Audience
from schema.places.types import PointInput, position_of
from tenants.catalog import models
from tenants.catalog.declaration.terms import Gender
from tenants.catalog.search.find import Filters, Sort, services_found

described_enum(
    Sort,
    "In what order services are shown; among equals it is the operator's.",
    name="CatalogSort",
    RELEVANCE="What fits the words best first; without words, the operator's order.",
    PRICE_UP="The cheapest first; those without a price last.",
    PRICE_DOWN="The dearest first; those without a price last.",
    RATING="The best first; of few ratings each counts for less.",
    POPULAR="The most ordered first.",
    NEWEST="Those on sale for the shortest time first.",
    DISTANCE="What is offered nearest to `near` first; what is offered nowhere last.",
)


@strawberry.input(description="What services must be; all of it.")
class CatalogFiltersInput:
    """What is left out does not matter."""

    line_id: GlobalID | None = strawberry.field(default=None, description="Of this line.")
    kind: ServiceKind | None = strawberry.field(default=None, description="Of this kind.")
    category_id: GlobalID | None = strawberry.field(
        default=None, description="On this shelf, or on one below it."
    )
    price_at_least: int | None = strawberry.field(
        default=None, description="Minor units of the operator's currency, by the price-from."
    )
    price_at_most: int | None = strawberry.field(
        default=None, description="Minor units of the operator's currency, by the price-from."
    )
    rating_at_least: float | None = strawberry.field(
        default=None, description="1 to 5, on average; what nobody has rated is left out."
    )
    open_now: bool = strawberry.field(
        default=False, description="Taken on at this hour, by the hours of its line."
    )
    slot_by: datetime | None = strawberry.field(
        default=None, description="With a free appointment from now until then."
    )
    gender: Gender | None = strawberry.field(
        default=None,
        description="Which people of this gender may do: without those that ask for another.",
    )
    served_at: PointInput | None = strawberry.field(
        default=None, description="Covered by a zone there; with no zones, all is."
    )
    within_meters: int | None = strawberry.field(
        default=None, description="Offered so near to `near`, as `distanceMeters` says; to 50,000."
    )


@strawberry.type
class SearchQueries:
    """Root query fields of the search."""

    @connection(KeysetConnection[Service], right=Audience.PUBLIC, shared=True)
    def catalog_search(
        self,
        info: Info,
        text: Annotated[
            str,
            strawberry.argument(
                description="Chinese, pinyin, initials or any other words; the first 200 "
                "characters and 8 words of it. Empty finds all."
            ),
        ] = "",
        filters: Annotated[
            CatalogFiltersInput | None, strawberry.argument(description="What they must be.")
        ] = None,
        near: Annotated[
            PointInput | None,
            strawberry.argument(description="Where one is, to measure distances from."),
        ] = None,
        sort: Annotated[Sort, strawberry.argument(description="In what order.")] = Sort.RELEVANCE,
    ) -> QuerySet[models.Service]:
        """Services on sale by words, with typing errors forgiven. `first` or `last` is needed."""
        given = filters or CatalogFiltersInput()
        is_of_now = given.open_now or given.slot_by is not None
        return services_found(
            text=text,
            filters=_filters(given),
            sort=sort,
            at=clock.now() if is_of_now else clock.about_now(),
            zone=lambda: info.context.time_zone,
            near=position_of(near, "near") if near else None,
        )


def _filters(given: CatalogFiltersInput) -> Filters:
    return Filters(
        line_id=row_id(given.line_id, "Line") if given.line_id else None,
        kind=given.kind,
        category_id=row_id(given.category_id, "Category") if given.category_id else None,
        price_at_least=given.price_at_least,
        price_at_most=given.price_at_most,
        rating_at_least=given.rating_at_least,
        open_now=given.open_now,
        slot_by=given.slot_by,
        gender=given.gender.value if given.gender else None,
        served_at=position_of(given.served_at, "filters.servedAt") if given.served_at else None,
        within_meters=given.within_meters,
    )
