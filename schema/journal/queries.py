"""Reads of the audit log."""

import strawberry
from django.db.models import QuerySet
from strawberry_django.relay import DjangoListConnection

from schema.core.context import Info
from schema.core.fields import connection
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
    def audit_entries(self, info: Info) -> QuerySet[models.AuditEntry]:
        """Who did what in the back office, and what the platform did, the newest first."""
        return audit_entries()
