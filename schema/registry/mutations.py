"""Writes of the platform's register, on the platform's host."""

from datetime import datetime
from typing import cast

import strawberry
from strawberry.file_uploads import Upload
from strawberry.relay import GlobalID

from kernel import clock, files
from kernel.refusals import IdempotencyKeyReused, TooManyAttempts, WrongCredentials
from kernel.transitions import IllegalMove
from registry import life_cycle, onboarding, owners
from registry.provisioning import SlugTaken
from schema.core.context import Info
from schema.core.fields import mutation
from schema.core.ids import row_id
from schema.core.rights import Audience, owner_of
from schema.core.texts import TextInput, texts_of
from schema.registry.types import Tenant


@strawberry.input(description="An owner's way in.")
class OwnerSignInInput:
    """Email and password."""

    email: str = strawberry.field(description="In any case.")
    password: str = strawberry.field(description="As it was set.")


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
        description="Its subdomain: 3 to 40 of a-z, 0-9 and hyphens, not reserved."
    )
    brand: BrandInput = strawberry.field(description="How it presents itself.")
    template: str = strawberry.field(description="The key of the template it begins with.")
    administrator: AdministratorInput = strawberry.field(description="Who runs it first.")
    idempotency_key: str = strawberry.field(
        description="Same key and input: the same answer, and nothing done twice."
    )


@strawberry.input(description="A tenant to suspend.")
class TenantSuspendInput:
    """Which, and why."""

    tenant_id: GlobalID = strawberry.field(description="A Tenant's id.")
    reason: str = strawberry.field(description="For the record; up to 500 characters.")


@strawberry.input(description="A tenant to let go on.")
class TenantResumeInput:
    """Which, and why."""

    tenant_id: GlobalID = strawberry.field(description="A Tenant's id.")
    reason: str = strawberry.field(description="For the record; up to 500 characters.")


@strawberry.type(description="A fresh session.")
class OwnerSignInSuccess:
    """Signed in."""

    token: str = strawberry.field(
        description="Send it as `Authorization: Bearer …`. It is told this once."
    )
    expires_at: datetime = strawberry.field(description="When it ends by itself.")


@strawberry.type(description="The session has ended.")
class OwnerSignOutSuccess:
    """Signed out."""

    done: bool = strawberry.field(default=True, description="Always true.")


@strawberry.type(description="The operator is live.")
class TenantOnboardSuccess:
    """The tenant and the link."""

    tenant: Tenant = strawberry.field(description="The new tenant.")
    invitation_url: str = strawberry.field(
        description="For the administrator alone; works once, for a week."
    )


@strawberry.type(description="Suspended.")
class TenantSuspendSuccess:
    """The tenant, as it is now."""

    tenant: Tenant = strawberry.field(description="As it is now.")


@strawberry.type(description="Served again.")
class TenantResumeSuccess:
    """The tenant, as it is now."""

    tenant: Tenant = strawberry.field(description="As it is now.")


@strawberry.type
class RegistryMutations:
    """Root mutations of the platform's register."""

    @mutation(right=Audience.OWNER_PUBLIC, refusals=[WrongCredentials, TooManyAttempts])
    def owner_sign_in(self, info: Info, input: OwnerSignInInput) -> OwnerSignInSuccess:
        """Sign in as an owner. Five wrong tries lock the email for fifteen minutes."""
        session = owners.owner_sign_in(email=input.email, password=input.password, at=clock.now())
        return OwnerSignInSuccess(token=session.token, expires_at=session.expires_at)

    @mutation(right=Audience.OWNER)
    def owner_sign_out(self, info: Info) -> OwnerSignOutSuccess:
        """End the session that this request speaks with."""
        owners.owner_sign_out(owner=owner_of(info.context))
        return OwnerSignOutSuccess()

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
            at=clock.now(),
        )
        return TenantOnboardSuccess(
            tenant=cast(Tenant, done.tenant), invitation_url=done.invitation_url
        )

    @mutation(right=Audience.OWNER, refusals=[IllegalMove])
    def tenant_suspend(self, info: Info, input: TenantSuspendInput) -> TenantSuspendSuccess:
        """Refuse everybody at a tenant's host, at once."""
        tenant = life_cycle.tenant_suspend(
            owner=owner_of(info.context),
            tenant_id=row_id(input.tenant_id, "Tenant"),
            reason=input.reason,
            at=clock.now(),
        )
        return TenantSuspendSuccess(tenant=cast(Tenant, tenant))

    @mutation(right=Audience.OWNER, refusals=[IllegalMove])
    def tenant_resume(self, info: Info, input: TenantResumeInput) -> TenantResumeSuccess:
        """Serve a suspended tenant again."""
        tenant = life_cycle.tenant_resume(
            owner=owner_of(info.context),
            tenant_id=row_id(input.tenant_id, "Tenant"),
            reason=input.reason,
            at=clock.now(),
        )
        return TenantResumeSuccess(tenant=cast(Tenant, tenant))
