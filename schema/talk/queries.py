"""Reads of reviews."""

from typing import Annotated

import strawberry
from django.db.models import QuerySet
from strawberry import relay
from strawberry_django.relay import DjangoListConnection

from schema.core.context import Info
from schema.core.fields import connection
from schema.core.ids import row_id
from schema.core.rights import Audience
from schema.talk.types import Review
from tenants.talk import models
from tenants.talk.selectors import reviews_listed


@strawberry.type
class TalkQueries:
    """Root query fields of reviews."""

    @connection(DjangoListConnection[Review], right=Audience.PUBLIC)
    def reviews(
        self,
        info: Info,
        service_id: Annotated[
            relay.GlobalID | None, strawberry.argument(description="Only of this service.")
        ] = None,
        courier_id: Annotated[
            relay.GlobalID | None, strawberry.argument(description="Only of this courier.")
        ] = None,
    ) -> QuerySet[models.Review]:
        """What customers say, the newest first."""
        return reviews_listed(
            service_id=row_id(service_id, "Service") if service_id else None,
            courier_id=row_id(courier_id, "Courier") if courier_id else None,
        )
