"""Reads of erasures."""

import strawberry
from django.db.models import QuerySet
from strawberry_django.relay import DjangoListConnection

from registry import models
from registry.erasure import erasures_known
from schema.core.context import Info
from schema.core.fields import connection
from schema.core.rights import Audience
from schema.registry.types.erasure import Erasure


@strawberry.type
class ErasureQueries:
    """Root query fields of erasures."""

    @connection(DjangoListConnection[Erasure], right=Audience.OWNER)
    def erasures(self, info: Info) -> QuerySet[models.Erasure]:
        """Every erasure that was ever asked for, the newest first."""
        return erasures_known()
