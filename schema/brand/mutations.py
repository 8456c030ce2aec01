"""Writes of the brand."""

from datetime import datetime
from typing import cast

import strawberry
from strawberry.file_uploads import Upload

from kernel import clock, files
from kernel.meters import PlanLimitReached
from schema.brand.types import Brand
from schema.core.context import Info
from schema.core.fields import mutation
from schema.core.rights import actor_of
from schema.core.texts import TextInput, texts_of
from tenants.access.rights import Right
from tenants.brand import services


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
            time_zone=input.time_zone,
            support_phone=input.support_phone,
            logo=cast(files.Upload | None, input.logo),
            at=clock.now(),
        )
        return BrandUpdateSuccess(brand=cast(Brand, settings))

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
