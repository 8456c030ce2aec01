"""Writes of the operator's settings."""

from kernel.events import Fact
from tenants.brand.models import Settings


def brand_start(fact: Fact) -> None:
    """A new operator's settings, as onboarding asked for them."""
    brand = fact.data["brand"]
    Settings.objects.create(
        name=brand["name"],
        primary_color=brand["primary_color"],
        accent_color=brand["accent_color"],
        language=brand["language"],
        currency=brand["currency"],
        time_zone=brand["time_zone"],
        updated_at=fact.at,
    )
