"""How an owner takes on an operator."""

from typing import cast

import strawberry
from strawberry.file_uploads import Upload
from strawberry.relay import GlobalID

from kernel import clock, files
from kernel.meters import PlanLimitReached
from kernel.refusals import IdempotencyKeyReused
from kernel.transitions import IllegalMove
from registry import administrators, onboarding
from registry.provisioning import Center, SlugTaken
from schema.core.context import Info
from schema.core.fields import mutation
from schema.core.ids import row_id
from schema.core.rights import Audience, owner_of
from schema.core.texts import TextInput, texts_of
from schema.places.types import PointInput, position_of
from schema.registry.types.tenants import WithTenant
from tenants.access.services.staff import AdministratorPresent, EmailTaken


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


@strawberry.input(description="Who is to administer an operator that nobody administers yet.")
class TenantAdministratorInviteInput:
    """Which operator, and who."""

    tenant_id: GlobalID = strawberry.field(description="A Tenant's id.")
    administrator: AdministratorInput = strawberry.field(
        description="Whoever was invited before by this email keeps the name they have."
    )


@strawberry.type(description="Invited; links that went to this email before work no more.")
class TenantAdministratorInviteSuccess(WithTenant):
    """The tenant and the link."""

    invitation_url: str = strawberry.field(
        description="For the administrator alone; works once, for a week. Told this once."
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
            administrator=_administrator(input.administrator),
            key=input.idempotency_key,
            center=_center(input.center),
            at=clock.now(),
        )
        return TenantOnboardSuccess(row=done.tenant.id, invitation_url=done.invitation_url)

    @mutation(
        right=Audience.OWNER,
        refusals=[IllegalMove, AdministratorPresent, EmailTaken, PlanLimitReached],
    )
    def tenant_administrator_invite(
        self, info: Info, input: TenantAdministratorInviteInput
    ) -> TenantAdministratorInviteSuccess:
        """Make a new link for an operator's administrator, until one has accepted.

        The operator's own log says so, too.
        """
        invited = administrators.tenant_administrator_invite(
            owner=owner_of(info.context),
            tenant_id=row_id(input.tenant_id, "Tenant"),
            administrator=_administrator(input.administrator),
            at=clock.now(),
        )
        return TenantAdministratorInviteSuccess(
            row=invited.tenant.id, invitation_url=invited.invitation_url
        )


def _administrator(input: AdministratorInput) -> onboarding.Administrator:
    return onboarding.Administrator(name=input.name, email=input.email)


def _center(point: PointInput | None) -> Center | None:
    if point is None:
        return None
    position = position_of(point, "center")
    return Center(latitude=position.latitude, longitude=position.longitude)
