"""Reads of dispatch."""

import strawberry
from django.db.models import QuerySet
from strawberry_django.relay import DjangoListConnection

from kernel import clock
from schema.core.context import Info
from schema.core.fields import connection
from schema.core.rights import actor_of
from schema.dispatch.types import Offer
from tenants.access.rights import Right
from tenants.dispatch import models
from tenants.dispatch.selectors import offers_open


@strawberry.type
class DispatchQueries:
    """Root query fields of dispatch."""

    @connection(DjangoListConnection[Offer], right=Right.FULFIL_AS_COURIER)
    def offers(self, info: Info) -> QuerySet[models.Offer]:
        """The offers that the caller can take now, the soonest to expire first."""
        return offers_open(actor=actor_of(info.context), at=clock.now())
