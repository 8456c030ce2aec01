"""Reads of impersonations."""

from typing import Annotated

import strawberry
from django.db.models import QuerySet
from strawberry_django.relay import DjangoListConnection

from kernel import clock
from registry import models
from registry.impersonation import impersonations_known
from schema.core.context import Info
from schema.core.fields import connection
from schema.core.rights import Audience
from schema.registry.types.impersonation import Impersonation


@strawberry.type
class ImpersonationQueries:
    """Root query fields of impersonations."""

    @connection(DjangoListConnection[Impersonation], right=Audience.OWNER)
    def impersonations(
        self,
        info: Info,
        open: Annotated[
            bool | None,
            strawberry.argument(description="Only those under way, or only the others."),
        ] = None,
    ) -> QuerySet[models.Impersonation]:
        """Every impersonation there was, the newest first."""
        return impersonations_known(open_now=open, at=clock.now())
