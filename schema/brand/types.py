"""GraphQL types of the brand."""

from datetime import datetime

import strawberry_django

from schema.core.texts import text_field
from tenants.brand.models import Settings


@strawberry_django.type(Settings, description="How the operator presents itself, and its settings.")
class Brand:
    """The operator's one row of settings."""

    name: str = text_field("name", "The operator's name.")
    primary_color: str = strawberry_django.field(description="Main colour, #rrggbb.")
    language: str = strawberry_django.field(description="The operator's own language, BCP 47.")
    currency: str = strawberry_django.field(description="ISO 4217 code of every price here.")
    time_zone: str = strawberry_django.field(description="IANA name of the operator's zone.")
    paused_until: datetime | None = strawberry_django.field(
        description="No new orders are taken before this instant; null when not paused."
    )
