"""How a business signs up by itself."""

from datetime import datetime

import strawberry
from strawberry import relay
from strawberry.relay import GlobalID

from billing.plans import plans_offered
from kernel import clock
from kernel.refusals import NotFound, WrongCredentials
from registry import sign_ups
from registry.hosts import tenant_host
from registry.provisioning import SlugTaken
from schema.core.context import Info
from schema.core.fields import mutation
from schema.core.ids import row_id
from schema.core.rights import Audience


@strawberry.input(description="A business that signs up.")
class SignUpStartInput:
    """All that it begins with."""

    name: str = strawberry.field(
        description="What customers read, in its `language`; up to 60 characters."
    )
    slug: str = strawberry.field(
        description="Its subdomain: 3 to 63 of a-z, 0-9 and hyphens. It is not reserved before "
        "the sign-up is confirmed."
    )
    contact_name: str = strawberry.field(
        description="Who signs up, and will be the first administrator; up to 60 characters."
    )
    email: str = strawberry.field(
        description="By which they will sign in. The code goes there, unless there is a phone."
    )
    phone: str | None = strawberry.field(
        default=None, description="E.164. With it, the code goes there as a text message."
    )
    language: str = strawberry.field(description="BCP 47, such as zh-Hans or en.")
    currency: str = strawberry.field(description="ISO 4217; cannot change later.")
    time_zone: str = strawberry.field(description="IANA name, such as Asia/Shanghai.")
    template: str = strawberry.field(description="The key of one of `signUpOptions.templates`.")
    plan: str = strawberry.field(description="The key of one of `plans`. It begins as a trial.")


@strawberry.input(description="The code that came, and if need be another name.")
class SignUpConfirmInput:
    """What proves the contact."""

    sign_up_id: GlobalID = strawberry.field(description="What signUpStart answered.")
    code: str = strawberry.field(description="Six digits.")
    slug: str | None = strawberry.field(
        default=None, description="Another subdomain than at first, which is taken by now."
    )


@strawberry.type(description="A code is on its way.")
class SignUpStartSuccess:
    """What to confirm, and until when."""

    sign_up_id: GlobalID = strawberry.field(description="For signUpConfirm.")
    expires_at: datetime = strawberry.field(description="Until when the code is good.")


@strawberry.type(description="The business is live.")
class SignUpConfirmSuccess:
    """Where, and the way in."""

    host: str = strawberry.field(description="The host under which it is served.")
    invitation_url: str = strawberry.field(
        description="Where the first administrator sets a password; works once, for a week."
    )


@strawberry.type
class SignUpMutations:
    """Root mutations of sign-up."""

    @mutation(
        right=Audience.OWNER_PUBLIC,
        refusals=[
            SlugTaken,
            sign_ups.SlugLooksAlike,
            sign_ups.SignUpsTooMany,
            sign_ups.CodeNotSent,
        ],
    )
    def sign_up_start(self, info: Info, input: SignUpStartInput) -> SignUpStartSuccess:
        """Send a code to the contact: three an hour to one, ten an hour from one address."""
        if not plans_offered().filter(key=input.plan).exists():
            raise NotFound(what="Plan")
        begun = sign_ups.sign_up_start(
            business=sign_ups.Business(
                name=input.name,
                slug=input.slug,
                contact_name=input.contact_name,
                email=input.email,
                phone=input.phone,
                language=input.language,
                currency=input.currency,
                time_zone=input.time_zone,
                template=input.template,
                plan=input.plan,
            ),
            address=info.context.address,
            at=clock.now(),
        )
        sign_up_id = relay.GlobalID("SignUp", str(begun.id))
        return SignUpStartSuccess(sign_up_id=sign_up_id, expires_at=begun.expires_at)

    @mutation(
        right=Audience.OWNER_PUBLIC,
        refusals=[
            WrongCredentials,
            sign_ups.SignUpOver,
            SlugTaken,
            sign_ups.SlugLooksAlike,
        ],
    )
    def sign_up_confirm(self, info: Info, input: SignUpConfirmInput) -> SignUpConfirmSuccess:
        """Go live, on trial. Five wrong codes end a sign-up; the right one can be sent again."""
        done = sign_ups.sign_up_confirm(
            sign_up_id=row_id(input.sign_up_id, "SignUp"),
            code=input.code,
            slug=input.slug,
            at=clock.now(),
        )
        return SignUpConfirmSuccess(
            host=tenant_host(done.tenant.slug), invitation_url=done.invitation_url
        )
