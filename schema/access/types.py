"""GraphQL types of people, their rights and their sessions."""

from datetime import datetime
from typing import Any
from uuid import UUID

import strawberry
import strawberry_django
from django.db.models import QuerySet
from strawberry import relay

from registry.impersonation import Impersonator
from schema.core.context import Info
from schema.core.enums import described_enum
from schema.core.texts import text_field
from tenants.access import models, people, selectors
from tenants.access.rights import Right
from tenants.places.selectors import addresses_of_person

described_enum(
    Right,
    "What a caller may do with this operator.",
    ORDER_AS_CUSTOMER="Ask for quotes, place orders, keep addresses.",
    FULFIL_AS_COURIER="Take offers and carry them out.",
    BRAND_MANAGE="Change the brand and pause orders.",
    STAFF_MANAGE="Invite staff and give them roles.",
    CATALOG_MANAGE="Edit and publish categories and services.",
    PRICES_MANAGE="Edit price rules and publish tariffs.",
    PLACES_MANAGE="Draw zones and edit places.",
    COURIERS_READ="See the couriers.",
    COURIERS_REVIEW="Read couriers' documents, approve and reject them.",
    ORDERS_READ="See every order.",
    ORDERS_MANAGE="Assign and settle orders.",
    LEDGER_READ="See the ledger.",
    PERSONAL_DATA_READ="Read people's names and phones; each reading is recorded.",
    AUDIT_READ="Read the audit log.",
    BILLING_MANAGE="See to the operator's own subscription and its bills.",
)
described_enum(
    people.ReadingReason,
    "Why personal data is read; kept with the record of the reading.",
    ORDER="To carry out or settle an order.",
    COURIER_REVIEW="To review a courier.",
    SAFETY="Somebody's safety is at stake.",
    LEGAL_REQUEST="An authority asks, rightfully.",
)


@strawberry_django.type(
    models.Person, name="Person", description="Somebody, as they see themselves."
)
class Person(relay.Node):
    """Visible to the person alone."""

    id: relay.NodeID[UUID]
    name: str = strawberry_django.field(description="Their name; empty until they give one.")
    phone: str | None = strawberry_django.field(description="E.164; how customers sign in.")
    email: str | None = strawberry_django.field(description="How staff sign in.")

    @strawberry_django.field(
        only=["language"], description="BCP 47; null when they have not chosen one."
    )
    def language(root: models.Person) -> str | None:
        return root.language or None

    @classmethod
    def get_queryset(
        cls, queryset: QuerySet[models.Person], info: Info, **_: Any
    ) -> QuerySet[models.Person]:
        """Oneself."""
        actor = info.context.actor
        return queryset.none() if actor is None else queryset.filter(id=actor.person_id)


@strawberry_django.type(models.Role, name="Role", description="A named set of rights.")
class Role:
    """One of the operator's roles."""

    key: str = strawberry_django.field(description="Names the role to programs.")
    name: str = text_field("name", "What people call it.")

    @strawberry_django.field(only=["rights"], description="What it allows.")
    def rights(root: models.Role) -> list[Right]:
        return [Right(right) for right in root.rights]


@strawberry_django.type(
    models.Person, name="StaffMember", description="Somebody who was invited to work here."
)
class StaffMember(relay.Node):
    """Visible to whoever manages the staff."""

    id: relay.NodeID[UUID]
    name: str = strawberry_django.field(description="Their name.")
    email: str | None = strawberry_django.field(description="How they sign in.")
    active: bool = strawberry_django.field(description="Whether they may sign in at all.")
    roles: list[Role] = strawberry_django.field(description="What they hold now.")

    @strawberry_django.field(
        only=["password"], description="Whether they have accepted their invitation."
    )
    def joined(root: models.Person) -> bool:
        return root.password != ""

    @classmethod
    def get_queryset(
        cls, queryset: QuerySet[models.Person], info: Info, **_: Any
    ) -> QuerySet[models.Person]:
        """Staff, for whoever manages them."""
        actor = info.context.actor
        if actor is None or Right.STAFF_MANAGE not in actor.rights:
            return queryset.none()
        return selectors.only_staff(queryset)


@strawberry.type(description="Who is signed in, and what they may do.")
class Viewer:
    """The caller."""

    person: Person = strawberry.field(description="Who it is.")
    rights: list[Right] = strawberry.field(description="All that they may do now.")
    is_staff: bool = strawberry.field(description="Whether they work in the back office.")


@strawberry.type(description="An address of somebody's, for staff with the right to read it.")
class PersonAddress:
    """As they wrote it."""

    text: str = strawberry.field(description="The address as it is written.")
    door: str = strawberry.field(description="Floor and door; may be empty.")
    contact_name: str = strawberry.field(description="Whom to ask for.")
    phone: str = strawberry.field(description="Their phone, E.164.")


@strawberry.type(description="A person's own data, for staff with the right to read it.")
class PersonalData:
    """What identifies a person."""

    name: str = strawberry.field(description="Their name; empty when they never gave one.")
    phone: str | None = strawberry.field(description="E.164.")
    email: str | None = strawberry.field(description="Their email, where they have one.")
    person_id: strawberry.Private[UUID]

    @strawberry.field(description="Where they have things brought, the latest first.")
    def addresses(self) -> list[PersonAddress]:
        return [
            PersonAddress(
                text=row.details["text"],
                door=row.details["door"],
                contact_name=row.details["contact_name"],
                phone=row.details["phone"],
            )
            for row in addresses_of_person(self.person_id)
        ]


@strawberry.type(description="A session in which the platform's owner speaks, as its support.")
class ImpersonatedSession:
    """What the operator may know of it."""

    by: str = strawberry.field(description="The owner's name.")
    reason: str = strawberry.field(description="Why, as they put it.")
    started_at: datetime = strawberry.field(description="Since when.")
    expires_at: datetime = strawberry.field(description="When it ends by itself.")


def impersonated_session(row: Impersonator) -> ImpersonatedSession:
    """What the register knows of it, as the API shows it to the operator."""
    return ImpersonatedSession(
        by=row.by, reason=row.reason, started_at=row.started_at, expires_at=row.expires_at
    )


@strawberry.type(description="A fresh session.")
class SignInSuccess:
    """Signed in."""

    token: str = strawberry.field(
        description="Send it as `Authorization: Bearer …`. It is told this once."
    )
    expires_at: datetime = strawberry.field(description="When it ends by itself.")
    person: Person = strawberry.field(description="Who has signed in.")
