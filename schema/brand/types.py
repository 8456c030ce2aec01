"""GraphQL types of the brand."""

from datetime import date as Date
from datetime import datetime, timedelta

import strawberry_django

from kernel import clock
from kernel.files import signed_url
from schema.core.enums import described_enum
from schema.core.texts import Text, all_texts_field, text_field
from tenants.brand import models
from tenants.brand.models import Settings
from tenants.brand.modules import Module

described_enum(
    Module,
    "A part of the product that an operator can switch off as a whole.",
    name="Module",
    APPLICATIONS="That people apply as couriers by themselves.",
    APPOINTMENTS="Booking a courier's time beforehand, once or again and again.",
    FOLLOWING="That customers keep couriers at hand.",
    PROVIDERS="That customers see and compare couriers before they order.",
    RECOMMENDATIONS="Services that one may like.",
    REVIEWS="That customers review what was done, and everybody reads it.",
    SHIFTS="That couriers sign up for shifts.",
)


@strawberry_django.type(
    Settings, name="Brand", description="How the operator presents itself, and its settings."
)
class Brand:
    """The operator's one row of settings."""

    name: str = text_field("name", "The operator's name.")
    names: list[Text] = all_texts_field("name", "The name in every language, for its editors.")
    slogan: str = text_field("slogan", "What it says of itself; may be empty.")
    slogans: list[Text] = all_texts_field("slogan", "The slogan in every language.")
    primary_color: str = strawberry_django.field(description="Main colour, #rrggbb.")
    accent_color: str = strawberry_django.field(description="Second colour, #rrggbb.")
    language: str = strawberry_django.field(description="The operator's own language, BCP 47.")
    more_languages: list[str] = strawberry_django.field(
        description="The others in which customers can read all that is sold."
    )
    currency: str = strawberry_django.field(description="ISO 4217 code of every price here.")
    time_zone: str = strawberry_django.field(description="IANA name of the operator's zone.")
    demand_bps: int = strawberry_django.field(
        description="How busy it is, in basis points of the fullest; prices may follow it."
    )
    support_phone: str = strawberry_django.field(description="Where people call; may be empty.")
    pause_message: str = text_field(
        "pause_message", "What customers are told during the pause; may be empty."
    )

    @strawberry_django.field(
        only=["modules_off"],
        description="Parts of the product that the operator has switched off: show none of them.",
    )
    def modules_off(root: Settings) -> list[Module]:
        return [Module(module) for module in root.modules_off]

    @strawberry_django.field(
        only=["logo"], description="A link to the logo, good for a day; null when there is none."
    )
    def logo_url(root: Settings) -> str | None:
        return signed_url(root.logo, clock.about_now(), timedelta(days=1)) if root.logo else None

    @strawberry_django.field(
        only=["paused_until"],
        description="No new orders are taken before this instant; null when not paused.",
    )
    def paused_until(root: Settings) -> datetime | None:
        until = root.paused_until
        return until if until is not None and until > clock.now() else None


SpecialDay = models.CalendarDay.Kind
described_enum(
    SpecialDay,
    "What is special about a date.",
    name="SpecialDay",
    HOLIDAY="A holiday.",
    WORKING="A weekend day that is worked for a holiday.",
)


@strawberry_django.type(
    models.CalendarDay, name="CalendarDay", description="A date that is no ordinary one."
)
class CalendarDay:
    """In the operator's own time zone."""

    date: Date = strawberry_django.field(description="Which day.")
    kind: SpecialDay = strawberry_django.field(description="What is special about it.")
    name: str = text_field("name", "What it is called.")
    names: list[Text] = all_texts_field("name", "The name in every language.")
    country: str = strawberry_django.field(
        description="Whose table it comes from, ISO 3166; empty when it was set by hand."
    )
