"""GraphQL types of the audit log."""

from datetime import datetime
from typing import Any, cast

import strawberry_django
from strawberry import relay
from strawberry.scalars import JSON

from schema.core.context import Info
from schema.core.scalars import BigInt
from tenants.access.rights import Right
from tenants.access.selectors import staff_name_column
from tenants.couriers.selectors import courier_name_column
from tenants.journal import models


@strawberry_django.type(
    models.AuditEntry,
    name="AuditEntry",
    description="A line of the operator's audit log; never changed, never removed.",
)
class AuditEntry:
    """Visible to whoever may read the log."""

    seq: BigInt = strawberry_django.field(description="Counts from 1, without gaps.")
    action: str = strawberry_django.field(description="What was done: a mutation, or a fact.")
    at: datetime = strawberry_django.field(description="When.")
    data: JSON = strawberry_django.field(description="To what, by name: ids, figures, reasons.")

    @strawberry_django.field(only=["actor_id"], description="Who; null for the platform itself.")
    def actor_id(root: models.AuditEntry) -> relay.GlobalID | None:
        return relay.GlobalID("Person", str(root.actor_id)) if root.actor_id else None

    @strawberry_django.field(
        annotate={
            "staff_name": staff_name_column("actor_id"),
            "courier_name": courier_name_column("actor_id"),
        },
        description="What they are called: a courier as customers know them, a member of staff "
        "for whoever manages the staff; null for anybody else, and for the platform.",
    )
    def actor_name(root: models.AuditEntry, info: Info) -> str | None:
        actor, line = info.context.actor, cast(Any, root)
        sees_staff = actor is not None and Right.STAFF_MANAGE in actor.rights
        name: str | None = (line.staff_name if sees_staff else None) or line.courier_name
        return name

    @strawberry_django.field(
        only=["impersonation_id"], description="Whether the platform's owner did it, as support."
    )
    def impersonated(root: models.AuditEntry) -> bool:
        return root.impersonation_id is not None

    @strawberry_django.field(
        only=["digest"], description="SHA-256, in hex, over the digest before and this line."
    )
    def digest(root: models.AuditEntry) -> str:
        return bytes(root.digest).hex()
