"""The people who run the platform."""

import strawberry_django

from registry import models


@strawberry_django.type(
    models.OwnerAccount, name="Owner", description="Somebody who runs the platform."
)
class Owner:
    """Oneself, or a colleague."""

    name: str = strawberry_django.field(description="Their name.")
    email: str = strawberry_django.field(description="How they sign in.")
