"""Writes of the brand."""

from datetime import date as Date
from datetime import datetime
from typing import cast

import strawberry
from strawberry.file_uploads import Upload

from kernel import clock, files
from kernel.meters import PlanLimitReached
from schema.brand.types import Brand, CalendarDay, SpecialDay
from schema.core.context import Info
from schema.core.fields import mutation
from schema.core.rights import actor_of
from schema.core.texts import TextInput, texts_of
from tenants.access.rights import Right
from tenants.brand import calendar, modules, services
from tenants.brand.modules import Module


@strawberry.input(description="What to change; what is left out, or null, stays.")
class BrandUpdateInput:
    """The operator's looks and settings. The currency cannot change."""

    name: list[TextInput] | None = strawberry.field(
        default=None, description="In every language there is; in the operator's at least."
    )
    slogan: list[TextInput] | None = strawberry.field(
        default=None, description="In every language there is; an empty list removes it."
    )
    primary_color: str | None = strawberry.field(default=None, description="#rrggbb.")
    accent_color: str | None = strawberry.field(default=None, description="#rrggbb.")
    language: str | None = strawberry.field(default=None, description="BCP 47.")
    more_languages: list[str] | None = strawberry.field(
        default=None,
        description="BCP 47; the others in which every text of what is sold must be there, "
        "at most 10.",
    )
    time_zone: str | None = strawberry.field(default=None, description="IANA name.")
    support_phone: str | None = strawberry.field(
        default=None, description="Up to 20 characters; empty removes it."
    )
    logo: Upload | None = strawberry.field(
        default=None, description="A JPEG, PNG or WebP, up to 2 MB."
    )


@strawberry.input(description="Until when no new orders are taken, and why.")
class BrandPauseInput:
    """A pause."""

    until: datetime = strawberry.field(description="With its offset; within the next 30 days.")
    message: list[TextInput] = strawberry.field(
        default_factory=list, description="What customers are told, in any languages."
    )


@strawberry.input(description="A date that is no ordinary one.")
class CalendarDayInput:
    """Of the year's table."""

    date: Date = strawberry.field(description="Which day.")
    kind: SpecialDay = strawberry.field(description="What is special about it.")
    name: list[TextInput] = strawberry.field(
        description="What it is called, in the operator's language at least."
    )


@strawberry.input(description="The table of a year.")
class CalendarSaveInput:
    """It takes the place of the one that there was."""

    year: int = strawberry.field(description="2000 to 2100.")
    days: list[CalendarDayInput] = strawberry.field(description="Of that year, at most 366.")


@strawberry.input(description="Which country's table to take.")
class CalendarSeedInput:
    """What was set by hand stays."""

    year: int = strawberry.field(description="2000 to 2100.")
    country: str = strawberry.field(
        description="ISO 3166: CN; with a subdivision where holidays differ: GB-ENG."
    )


@strawberry.type(description="Saved; quotes heed it at once.")
class CalendarSaveSuccess:
    """The year's table."""

    days: list[CalendarDay] = strawberry.field(description="As it is now, in order.")


@strawberry.type(description="Taken; quotes heed it at once.")
class CalendarSeedSuccess:
    """The year's table."""

    days: list[CalendarDay] = strawberry.field(description="As it is now, in order.")


@strawberry.input(description="How busy it is.")
class DemandSetInput:
    """Which prices may follow."""

    demand_bps: int = strawberry.field(
        description="Basis points of the fullest: 0 is ordinary, 10,000 the fullest."
    )


@strawberry.type(description="Said; quotes heed it at once.")
class DemandSetSuccess:
    """The brand, as it is now."""

    brand: Brand = strawberry.field(description="As it is now.")


@strawberry.input(description="What the operator does without.")
class ModulesSetInput:
    """Everything else is on."""

    off: list[Module] = strawberry.field(description="Parts to switch off.")


@strawberry.type(description="Switched.")
class ModulesSetSuccess:
    """The brand, as it is now."""

    brand: Brand = strawberry.field(description="As it is now.")


@strawberry.type(description="Changed.")
class BrandUpdateSuccess:
    """The brand, as it is now."""

    brand: Brand = strawberry.field(description="As it is now.")


@strawberry.type(description="Paused.")
class BrandPauseSuccess:
    """The brand, as it is now."""

    brand: Brand = strawberry.field(description="As it is now.")


@strawberry.type(description="Taking orders.")
class BrandResumeSuccess:
    """The brand, as it is now."""

    brand: Brand = strawberry.field(description="As it is now.")


@strawberry.type
class BrandMutations:
    """Root mutations of the brand."""

    @mutation(
        right=Right.BRAND_MANAGE,
        refusals=[files.FileTooLarge, files.FileTypeRefused, PlanLimitReached],
    )
    def brand_update(self, info: Info, input: BrandUpdateInput) -> BrandUpdateSuccess:
        """Change the operator's looks and settings."""
        settings = services.brand_update(
            actor=actor_of(info.context),
            name=None if input.name is None else texts_of(input.name),
            slogan=None if input.slogan is None else texts_of(input.slogan),
            primary_color=input.primary_color,
            accent_color=input.accent_color,
            language=input.language,
            more_languages=input.more_languages,
            time_zone=input.time_zone,
            support_phone=input.support_phone,
            logo=cast(files.Upload | None, input.logo),
            at=clock.now(),
        )
        return BrandUpdateSuccess(brand=cast(Brand, settings))

    @mutation(right=Right.BRAND_MANAGE)
    def modules_set(self, info: Info, input: ModulesSetInput) -> ModulesSetSuccess:
        """Switch parts of the product off, and all others on; what was written stays."""
        settings = modules.modules_set(actor=actor_of(info.context), off=input.off, at=clock.now())
        return ModulesSetSuccess(brand=cast(Brand, settings))

    @mutation(right=Right.BRAND_MANAGE)
    def brand_pause(self, info: Info, input: BrandPauseInput) -> BrandPauseSuccess:
        """Take no new orders until a time; orders that are placed go on."""
        settings = services.brand_pause(
            actor=actor_of(info.context),
            until=input.until,
            message=texts_of(input.message),
            at=clock.now(),
        )
        return BrandPauseSuccess(brand=cast(Brand, settings))

    @mutation(right=Right.BRAND_MANAGE)
    def brand_resume(self, info: Info) -> BrandResumeSuccess:
        """Take new orders again, before the pause has ended."""
        settings = services.brand_resume(actor=actor_of(info.context), at=clock.now())
        return BrandResumeSuccess(brand=cast(Brand, settings))

    @mutation(right=Right.PRICES_MANAGE)
    def demand_set(self, info: Info, input: DemandSetInput) -> DemandSetSuccess:
        """Say how busy it is; rules of the step DEMAND follow it."""
        settings = services.demand_set(
            actor=actor_of(info.context), demand_bps=input.demand_bps, at=clock.now()
        )
        return DemandSetSuccess(brand=cast(Brand, settings))

    @mutation(right=Right.PRICES_MANAGE)
    def calendar_save(self, info: Info, input: CalendarSaveInput) -> CalendarSaveSuccess:
        """Set the holidays of a year and the days worked for them, all of them together."""
        days = calendar.calendar_save(
            actor=actor_of(info.context),
            year=input.year,
            days=[calendar.Entry(day.date, day.kind, texts_of(day.name)) for day in input.days],
        )
        return CalendarSaveSuccess(days=cast(list[CalendarDay], days))

    @mutation(right=Right.PRICES_MANAGE)
    def calendar_seed(self, info: Info, input: CalendarSeedInput) -> CalendarSeedSuccess:
        """Take a country's public holidays of a year, with its make-up working days."""
        days = calendar.calendar_seed(
            actor=actor_of(info.context), country=input.country, year=input.year
        )
        return CalendarSeedSuccess(days=cast(list[CalendarDay], days))
