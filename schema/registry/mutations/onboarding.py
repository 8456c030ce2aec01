"""How an owner takes on an operator."""

from typing import cast

import strawberry
from strawberry.file_uploads import Upload

from kernel import clock, files
from kernel.refusals import IdempotencyKeyReused
from registry import onboarding
from registry.provisioning import Center, SlugTaken
from schema.core.context import Info
from schema.core.fields import mutation
from schema.core.rights import Audience, owner_of
from schema.core.texts import TextInput, texts_of
from schema.places.types import PointInput, position_of
from schema.registry.types.tenants import WithTenant


@strawberry.input(description="How a new operator presents itself.")
class BrandInput:
    """Name, look, language, money and time."""

    name: list[TextInput] = strawberry.field(
        description="What customers read; in the operator's language at least."
    )
    primary_color: str = strawberry.field(description="#rrggbb.")
    accent_color: str = strawberry.field(description="#rrggbb.")
    logo: Upload | None = strawberry.field(
        default=None, description="A JPEG, PNG or WebP, up to 2 MB."
    )
    language: str = strawberry.field(description="BCP 47, such as zh-Hans or en.")
    currency: str = strawberry.field(description="ISO 4217; cannot change later.")
    time_zone: str = strawberry.field(description="IANA name, such as Asia/Shanghai.")


@strawberry.input(description="The operator's first administrator.")
class AdministratorInput:
    """Who is invited."""

    name: str = strawberry.field(description="Up to 60 characters.")
    email: str = strawberry.field(description="How they will sign in.")


@strawberry.input(description="A new operator.")
class TenantOnboardInput:
    """All that it begins with."""

    name: str = strawberry.field(description="What the platform calls it.")
    slug: str = strawberry.field(
        description="Its subdomain: 3 to 63 of a-z, 0-9 and hyphens, not reserved."
    )
    brand: BrandInput = strawberry.field(description="How it presents itself.")
    template: str = strawberry.field(description="The key of the template it begins with.")
    administrator: AdministratorInput = strawberry.field(description="Who runs it first.")
    center: PointInput | None = strawberry.field(
        default=None,
        description="Where it works: the template's places are laid out around it, if it has any.",
    )
    idempotency_key: str = strawberry.field(
        description="Same key and input: the same answer, and nothing done twice."
    )


@strawberry.type(description="The operator is live.")
class TenantOnboardSuccess(WithTenant):
    """The tenant and the link."""

    invitation_url: str = strawberry.field(
        description="For the administrator alone; works once, for a week."
    )


@strawberry.type
class OnboardingMutations:
    """Root mutations of onboarding."""

    @mutation(
        right=Audience.OWNER,
        refusals=[SlugTaken, IdempotencyKeyReused, files.FileTooLarge, files.FileTypeRefused],
    )
    def tenant_onboard(self, info: Info, input: TenantOnboardInput) -> TenantOnboardSuccess:
        """Take on an operator. It is live when this answers."""
        brand = input.brand
        done = onboarding.tenant_onboard(
            owner=owner_of(info.context),
            name=input.name,
            slug=input.slug,
            brand=onboarding.Brand(
                name=texts_of(brand.name),
                primary_color=brand.primary_color,
                accent_color=brand.accent_color,
                language=brand.language,
                currency=brand.currency,
                time_zone=brand.time_zone,
                logo=cast(files.Upload | None, brand.logo),
            ),
            template=input.template,
            administrator=onboarding.Administrator(
                name=input.administrator.name, email=input.administrator.email
            ),
            key=input.idempotency_key,
            center=_center(input.center),
            at=clock.now(),
        )
        return TenantOnboardSuccess(row=done.tenant.id, invitation_url=done.invitation_url)


def _center(point: PointInput | None) -> Center | None:
    if point is None:
        return None
    position = position_of(point, "center")
    return Center(latitude=position.latitude, longitude=position.longitude)
