"""Reads of the audit log."""

from typing import Annotated

import strawberry
from django.db.models import QuerySet
from strawberry.relay import GlobalID
from strawberry_django.relay import DjangoListConnection

from schema.core.context import Info
from schema.core.fields import connection
from schema.core.ids import row_id
from schema.journal.types import AuditEntry
from tenants.access.rights import Right
from tenants.journal import models
from tenants.journal.audit import audit_entries


@strawberry.type
class JournalQueries:
    """Root query fields of the audit log."""

    # A line has no identity but its place, and is no Node.
    @connection(
        DjangoListConnection[AuditEntry],  # type: ignore[type-var]
        right=Right.AUDIT_READ,
    )
    def audit_entries(
        self,
        info: Info,
        actor_id: Annotated[
            GlobalID | None,
            strawberry.argument(description="A StaffMember's id: only what they did."),
        ] = None,
    ) -> QuerySet[models.AuditEntry]:
        """Who did what in the back office, and what the platform did, the newest first."""
        return audit_entries(actor_id=row_id(actor_id, "StaffMember") if actor_id else None)
