"""Reads of people and their rights."""

from typing import Annotated, cast

import strawberry
from django.db.models import QuerySet
from strawberry.relay import GlobalID
from strawberry_django.relay import DjangoListConnection

from kernel import clock
from registry.impersonation import impersonator, impersonators_here
from schema.access.types import (
    ImpersonatedSession,
    Person,
    PersonalData,
    Role,
    StaffMember,
    Viewer,
    impersonated_session,
)
from schema.core.context import Info
from schema.core.fields import connection, query
from schema.core.ids import row_id
from schema.core.rights import Audience, actor_of
from tenants.access import models
from tenants.access.people import ReadingReason, personal_data_read
from tenants.access.rights import Right
from tenants.access.selectors import person_of, staff_listed, staff_roles


@strawberry.type
class AccessQueries:
    """Root query fields of people and their rights."""

    @query(right=Audience.SIGNED_IN)
    def viewer(self, info: Info) -> Viewer:
        """Who is signed in, and what they may do."""
        actor = actor_of(info.context)
        return Viewer(
            person=cast(Person, person_of(actor)),
            rights=sorted(actor.rights),
            is_staff=actor.is_staff,
        )

    @connection(DjangoListConnection[StaffMember], right=Right.STAFF_MANAGE)
    def staff(
        self,
        info: Info,
        text: Annotated[
            str, strawberry.argument(description="Part of a name or an email, in any case.")
        ] = "",
        ids: Annotated[
            list[GlobalID] | None,
            strawberry.argument(description="Only these, at most 100; null for all."),
        ] = None,
    ) -> QuerySet[models.Person]:
        """Everybody who was ever invited to work here, oldest first."""
        rows = None if ids is None else [row_id(each, "StaffMember") for each in ids]
        return staff_listed(text=text, ids=rows)

    @query(right=Right.STAFF_MANAGE)
    def staff_roles(self, info: Info) -> list[Role]:
        """The roles that staff can be given."""
        return cast(list[Role], staff_roles())

    @query(right=Audience.SIGNED_IN)
    def impersonation(self, info: Info) -> ImpersonatedSession | None:
        """The caller's own session, where it is the platform's owner who speaks: for a banner."""
        impersonated = actor_of(info.context).impersonation
        return impersonated_session(impersonator(impersonated.id)) if impersonated else None

    @query(right=Right.AUDIT_READ)
    def impersonations_open(self, info: Info) -> list[ImpersonatedSession]:
        """Which owners of the platform may speak as its support here, now."""
        return [impersonated_session(each) for each in impersonators_here(clock.now())]

    @query(right=Right.PERSONAL_DATA_READ)
    def personal_data(
        self,
        info: Info,
        person_id: Annotated[GlobalID, strawberry.argument(description="A Person's id.")],
        reason: Annotated[ReadingReason, strawberry.argument(description="Why it is read.")],
    ) -> PersonalData:
        """A person's name, phone, email and addresses. The reading is recorded, used or not."""
        whose = row_id(person_id, "Person")
        data = personal_data_read(
            actor=actor_of(info.context),
            person_id=whose,
            reason=reason,
            at=clock.now(),
        )
        return PersonalData(person_id=whose, name=data.name, phone=data.phone, email=data.email)
