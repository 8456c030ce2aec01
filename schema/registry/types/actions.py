"""What was done to the platform."""

from datetime import datetime

import strawberry_django
from strawberry.scalars import JSON

from registry import models
from schema.registry.types.owners import Owner
from schema.registry.types.tenants import Tenant


@strawberry_django.type(
    models.OwnerAction,
    name="OwnerAction",
    description="Something that was done to the platform; never changed, never removed.",
)
class OwnerAction:
    """A line of the platform's audit log."""

    action: str = strawberry_django.field(description="Named like the mutation that did it.")
    at: datetime = strawberry_django.field(description="When.")
    data: JSON = strawberry_django.field(
        description="What else there is to know: ids and figures by name."
    )
    owner: Owner | None = strawberry_django.field(
        field_name="account", description="Who; null for a command, or billing."
    )
    tenant: Tenant | None = strawberry_django.field(
        description="To which tenant, where it was to one."
    )
