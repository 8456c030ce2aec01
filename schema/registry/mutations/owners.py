"""How owners sign in and out."""

from datetime import datetime

import strawberry

from kernel import clock
from kernel.refusals import TooManyAttempts, WrongCredentials
from registry import owners
from schema.core.context import Info
from schema.core.fields import mutation
from schema.core.rights import Audience, owner_of


@strawberry.input(description="An owner's way in.")
class OwnerSignInInput:
    """Email and password."""

    email: str = strawberry.field(description="In any case.")
    password: str = strawberry.field(description="As it was set.")


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


@strawberry.type
class OwnerMutations:
    """Root mutations of owners' sessions."""

    @mutation(right=Audience.OWNER_PUBLIC, refusals=[WrongCredentials, TooManyAttempts])
    def owner_sign_in(self, info: Info, input: OwnerSignInInput) -> OwnerSignInSuccess:
        """Sign in as an owner. Five wrong tries lock the email for fifteen minutes, for whoever
        comes from the same address; a hundred for everybody. Fifty lock the address.
        """
        session = owners.owner_sign_in(
            email=input.email,
            password=input.password,
            address=info.context.address,
            at=clock.now(),
        )
        return OwnerSignInSuccess(token=session.token, expires_at=session.expires_at)

    @mutation(right=Audience.OWNER)
    def owner_sign_out(self, info: Info) -> OwnerSignOutSuccess:
        """End the session that this request speaks with."""
        owners.owner_sign_out(owner=owner_of(info.context))
        return OwnerSignOutSuccess()
