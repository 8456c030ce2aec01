"""Reads of couriers."""

from typing import Annotated

import strawberry
from django.db.models import QuerySet
from strawberry import relay
from strawberry_django.relay import DjangoListConnection

from kernel import clock
from schema.core.context import Info
from schema.core.fields import connection, query
from schema.core.ids import row_id
from schema.core.rights import Audience, actor_of
from schema.couriers.types import Courier, CourierDocumentLink, CourierState
from tenants.access.rights import Right
from tenants.couriers import models
from tenants.couriers.selectors import courier_of, couriers_listed
from tenants.couriers.services.reviewing import document_open


@strawberry.type
class CourierQueries:
    """Root query fields of couriers."""

    @query(right=Audience.SIGNED_IN)
    def courier(self, info: Info) -> Courier | None:
        """The caller's own file as a courier; null if they never registered."""
        return courier_of(actor_of(info.context).person_id)  # type: ignore[return-value]

    @connection(
        DjangoListConnection[Courier],
        right=(Right.COURIERS_READ, Right.COURIERS_REVIEW),
        steady=True,
    )
    def couriers(
        self,
        info: Info,
        states: Annotated[
            list[CourierState] | None, strawberry.argument(description="Only those; null for all.")
        ] = None,
        text: Annotated[str, strawberry.argument(description="A part of the display name.")] = "",
    ) -> QuerySet[models.Courier]:
        """The operator's couriers and applicants, the newest application first."""
        return couriers_listed(states, text=text)

    @query(right=Audience.SIGNED_IN)
    def courier_document_link(
        self,
        info: Info,
        document_id: Annotated[
            relay.GlobalID, strawberry.argument(description="A courier's document.")
        ],
    ) -> CourierDocumentLink:
        """A link to look at a document: one's own, or any with COURIERS_REVIEW, which is on record.

        NOT_FOUND when there is none that the caller may look at.
        """
        link = document_open(
            actor=actor_of(info.context),
            document_id=row_id(document_id, "CourierDocument"),
            at=clock.now(),
        )
        return CourierDocumentLink(url=link.url, expires_at=link.expires_at)
