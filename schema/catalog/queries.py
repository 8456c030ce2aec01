"""Reads of the catalogue."""

from typing import Annotated
from uuid import UUID

import strawberry
from django.db.models import QuerySet
from strawberry.relay import GlobalID
from strawberry_django.relay import DjangoListConnection

from schema.catalog.content import Line
from schema.catalog.kinds import BACK_OFFICE, ServiceKind
from schema.catalog.types import Category, Service, ServiceState
from schema.core.context import Info
from schema.core.fields import connection, query
from schema.core.ids import row_id
from schema.core.rights import Audience
from tenants.catalog import models
from tenants.catalog.selectors import (
    category_roots,
    lines_declared,
    service_by_id,
    services_drafted,
    services_on_sale,
)

Ids = Annotated[
    list[GlobalID] | None, strawberry.argument(description="Only these, at most 100; null for all.")
]


@strawberry.type
class CatalogQueries:
    """Root query fields of the catalogue."""

    @query(right=Audience.PUBLIC, shared=True)
    def categories(self, info: Info) -> list[Category]:
        """The shelves at the top, in order; the others hang below them, at most 5 levels."""
        return category_roots()  # type: ignore[return-value]

    @query(right=Audience.PUBLIC, shared=True)
    def lines(self, info: Info) -> list[Line]:
        """The lines of service that the operator declares, in order, at most 50."""
        return lines_declared()  # type: ignore[return-value]

    @connection(DjangoListConnection[Service], right=Audience.PUBLIC, shared=True)
    def services(
        self,
        info: Info,
        kind: Annotated[
            ServiceKind | None, strawberry.argument(description="Only services of this kind.")
        ] = None,
        category_id: Annotated[
            GlobalID | None,
            strawberry.argument(description="Only services on this shelf, or on one below it."),
        ] = None,
        ids: Ids = None,
    ) -> QuerySet[models.Service]:
        """The storefront: what is on sale, in the operator's order."""
        return services_on_sale(
            kind=kind,
            category_id=row_id(category_id, "Category") if category_id else None,
            ids=_rows(ids),
        )

    @query(right=Audience.PUBLIC, shared=True)
    def service(
        self,
        info: Info,
        id: Annotated[GlobalID, strawberry.argument(description="A Service's id.")],
    ) -> Service | None:
        """One service on sale; whoever manages services or prices gets any."""
        return service_by_id(row_id(id, "Service"))  # type: ignore[return-value]

    @connection(DjangoListConnection[Service], right=BACK_OFFICE, steady=True)
    def draft_services(
        self,
        info: Info,
        state: Annotated[
            ServiceState | None, strawberry.argument(description="Only services in this state.")
        ] = None,
        category_id: Annotated[
            GlobalID | None,
            strawberry.argument(description="Only services on this shelf, or on one below it."),
        ] = None,
        text: Annotated[
            str,
            strawberry.argument(
                description="A part of the draft's name in any language, or the words of the name "
                "on sale, in pinyin too."
            ),
        ] = "",
        ids: Ids = None,
    ) -> QuerySet[models.Service]:
        """Every service, with its draft, in the operator's order."""
        return services_drafted(
            state=state,
            category_id=row_id(category_id, "Category") if category_id else None,
            text=text,
            ids=_rows(ids),
        )


def _rows(ids: list[GlobalID] | None) -> list[UUID] | None:
    return None if ids is None else [row_id(each, "Service") for each in ids]
