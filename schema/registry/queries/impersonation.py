"""Reads of impersonations."""

import strawberry
from django.db.models import QuerySet
from strawberry_django.relay import DjangoListConnection

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
    def impersonations(self, info: Info) -> QuerySet[models.Impersonation]:
        """Every impersonation there was, the newest first."""
        return impersonations_known()
