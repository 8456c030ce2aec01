"""Writes of people, their rights and their sessions."""

from typing import cast

import strawberry
from strawberry.relay import GlobalID

from kernel import clock
from kernel.meters import PlanLimitReached
from kernel.refusals import TooManyAttempts, WrongCredentials
from kernel.tenancy import current_tenant
from registry.hosts import invitation_url
from registry.resolver import resolver
from schema.access.types import Person, SignInSuccess, StaffMember
from schema.core.context import Info
from schema.core.fields import mutation
from schema.core.ids import row_id
from schema.core.rights import Audience, actor_of
from tenants.access.rights import Right
from tenants.access.services import invitations, profile, sessions, sign_in, staff, support
from tenants.brand.selectors import brand_region


@strawberry.input(description="Staff's way in.")
class SignInWithPasswordInput:
    """Email and password."""

    email: str = strawberry.field(description="In any case.")
    password: str = strawberry.field(description="As it was set.")


@strawberry.input(description="A first password, by the link of an invitation.")
class InvitationAcceptInput:
    """The link's secret and the password."""

    token: str = strawberry.field(description="The `token` of the link.")
    password: str = strawberry.field(
        description="At least 10 characters, neither the email nor a common one."
    )


@strawberry.input(description="Where to send a code.")
class PhoneCodeRequestInput:
    """A phone."""

    phone: str = strawberry.field(
        description="With a country (+86…), or as dialled in the operator's country."
    )


@strawberry.input(description="Customers' and couriers' way in.")
class SignInWithPhoneInput:
    """A phone and the code that was sent to it."""

    phone: str = strawberry.field(description="As in phoneCodeRequest.")
    code: str = strawberry.field(description="The six digits.")
    name: str | None = strawberry.field(
        default=None, description="What a newcomer is called; ignored for who has a name."
    )


@strawberry.input(description="What to change about oneself; what is left out stays.")
class PersonUpdateInput:
    """Name and language."""

    name: str | None = strawberry.field(default=None, description="Up to 60 characters.")
    language: str | None = strawberry.field(default=None, description="zh-Hans or en.")


@strawberry.input(description="A new colleague.")
class StaffInviteInput:
    """Who, and as what."""

    name: str = strawberry.field(description="Up to 60 characters.")
    email: str = strawberry.field(description="How they will sign in.")
    role: str = strawberry.field(description="A key of staffRoles.")


@strawberry.input(description="A member of staff and a role.")
class StaffGrantInput:
    """Who, and which role."""

    staff_member_id: GlobalID = strawberry.field(description="A StaffMember's id.")
    role: str = strawberry.field(description="A key of staffRoles.")


@strawberry.input(description="A member of staff and a role.")
class StaffRevokeInput:
    """Who, and which role."""

    staff_member_id: GlobalID = strawberry.field(description="A StaffMember's id.")
    role: str = strawberry.field(description="A key of staffRoles.")


@strawberry.type(description="The code is on its way, if the phone can have one.")
class PhoneCodeRequestSuccess:
    """The same for a known phone and an unknown one."""

    seconds_valid: int = strawberry.field(description="For how long the code can be used.")


@strawberry.type(description="The session has ended.")
class SignOutSuccess:
    """Signed out."""

    done: bool = strawberry.field(default=True, description="Always true.")


@strawberry.type(description="Changed.")
class PersonUpdateSuccess:
    """The person, as they are now."""

    person: Person = strawberry.field(description="As they are now.")


@strawberry.type(description="Invited.")
class StaffInviteSuccess:
    """The link."""

    invitation_url: str = strawberry.field(
        description="For the colleague alone; works once, for a week."
    )


@strawberry.type(description="Granted.")
class StaffGrantSuccess:
    """The member of staff, as they are now."""

    staff_member: StaffMember = strawberry.field(description="As they are now.")


@strawberry.type(description="Revoked.")
class StaffRevokeSuccess:
    """The member of staff, as they are now."""

    staff_member: StaffMember = strawberry.field(description="As they are now.")


@strawberry.type(description="The platform's support is out.")
class ImpersonationsDismissSuccess:
    """How many there were."""

    count: int = strawberry.field(description="Sessions that this has ended.")


@strawberry.type
class AccessMutations:
    """Root mutations of people and their rights."""

    @mutation(
        right=Audience.PUBLIC, refusals=[WrongCredentials, TooManyAttempts], while_read_only=True
    )
    def sign_in_with_password(self, info: Info, input: SignInWithPasswordInput) -> SignInSuccess:
        """Sign in as staff. Five wrong tries lock the email for fifteen minutes, for whoever comes
        from the same address; a hundred for everybody. Fifty lock the address.
        """
        return _signed_in(
            sign_in.sign_in_with_password(
                email=input.email,
                password=input.password,
                address=info.context.address,
                at=clock.now(),
            )
        )

    @mutation(right=Audience.PUBLIC, while_read_only=True)
    def invitation_accept(self, info: Info, input: InvitationAcceptInput) -> SignInSuccess:
        """Set a first password by the link of an invitation, and sign in."""
        return _signed_in(
            invitations.invitation_accept(
                token=input.token, password=input.password, at=clock.now()
            )
        )

    @mutation(
        right=Audience.PUBLIC,
        refusals=[sign_in.PhoneCodeTooSoon, TooManyAttempts],
        while_read_only=True,
    )
    def phone_code_request(
        self, info: Info, input: PhoneCodeRequestInput
    ) -> PhoneCodeRequestSuccess:
        """Send a six-digit code to a phone: once a minute, five times an hour; from one address
        twenty in fifteen minutes that nobody signs in with.
        """
        sign_in.phone_code_request(
            phone=input.phone,
            region=brand_region(),
            address=info.context.address,
            at=clock.now(),
        )
        seconds = int(sign_in.CODE_VALIDITY.total_seconds())
        return PhoneCodeRequestSuccess(seconds_valid=seconds)

    @mutation(
        right=Audience.PUBLIC, refusals=[WrongCredentials, TooManyAttempts], while_read_only=True
    )
    def sign_in_with_phone(self, info: Info, input: SignInWithPhoneInput) -> SignInSuccess:
        """Sign in by the code sent to a phone; whoever is new becomes a customer."""
        return _signed_in(
            sign_in.sign_in_with_phone(
                phone=input.phone,
                region=brand_region(),
                code=input.code,
                name=input.name,
                address=info.context.address,
                at=clock.now(),
            )
        )

    @mutation(right=Audience.SIGNED_IN, while_read_only=True)
    def sign_out(self, info: Info) -> SignOutSuccess:
        """End the session that this request speaks with; its sockets are closed."""
        sessions.sign_out(actor=actor_of(info.context), at=clock.now())
        return SignOutSuccess()

    @mutation(right=Audience.SIGNED_IN)
    def person_update(self, info: Info, input: PersonUpdateInput) -> PersonUpdateSuccess:
        """Change one's own name or language."""
        person = profile.person_update(
            actor=actor_of(info.context), name=input.name, language=input.language
        )
        return PersonUpdateSuccess(person=cast(Person, person))

    @mutation(right=Right.STAFF_MANAGE, refusals=[staff.EmailTaken, PlanLimitReached])
    def staff_invite(self, info: Info, input: StaffInviteInput) -> StaffInviteSuccess:
        """Invite a colleague; whoever has not accepted yet gets a new link."""
        token = staff.staff_invite(
            actor=actor_of(info.context),
            name=input.name,
            email=input.email,
            role=input.role,
            at=clock.now(),
        )
        host = resolver.primary_host(current_tenant())
        return StaffInviteSuccess(invitation_url=invitation_url(host, token))

    @mutation(right=Right.STAFF_MANAGE, refusals=[PlanLimitReached])
    def staff_grant(self, info: Info, input: StaffGrantInput) -> StaffGrantSuccess:
        """Give a member of staff one more role; nobody gives more than they hold."""
        person = staff.staff_grant(
            actor=actor_of(info.context),
            person_id=row_id(input.staff_member_id, "StaffMember"),
            role=input.role,
            at=clock.now(),
        )
        return StaffGrantSuccess(staff_member=cast(StaffMember, person))

    @mutation(right=Right.STAFF_MANAGE, refusals=[staff.LastAdministrator])
    def staff_revoke(self, info: Info, input: StaffRevokeInput) -> StaffRevokeSuccess:
        """Take a role from a member of staff, from their next request on."""
        person = staff.staff_revoke(
            actor=actor_of(info.context),
            person_id=row_id(input.staff_member_id, "StaffMember"),
            role=input.role,
            at=clock.now(),
        )
        return StaffRevokeSuccess(staff_member=cast(StaffMember, person))

    @mutation(right=Right.STAFF_MANAGE, while_read_only=True)
    def impersonations_dismiss(self, info: Info) -> ImpersonationsDismissSuccess:
        """Show the platform's support out: its sessions and sockets here are closed at once."""
        count = support.support_dismiss(actor=actor_of(info.context), at=clock.now())
        return ImpersonationsDismissSuccess(count=count)


def _signed_in(session: sessions.SignedIn) -> SignInSuccess:
    return SignInSuccess(
        token=session.token,
        expires_at=session.expires_at,
        person=cast(Person, session.person),
    )
