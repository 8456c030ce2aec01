"""Writes of the catalogue."""

from datetime import datetime
from typing import cast

import strawberry
from strawberry.relay import GlobalID

from kernel import clock
from kernel.transitions import IllegalMove
from schema.catalog.declared.inputs import ServiceDeclarationInput
from schema.catalog.declared.kinds import Need, StopKind
from schema.catalog.kinds import ServiceKind
from schema.catalog.types import Category, Service
from schema.core.context import Info
from schema.core.fields import mutation
from schema.core.ids import row_id
from schema.core.rights import actor_of
from schema.core.texts import TextInput, texts_of
from tenants.access.rights import Right
from tenants.catalog import delisting, services
from tenants.catalog.declaration import (
    Asked,
    Declaration,
    StopDeclaration,
    default_declaration,
)
from tenants.catalog.findings import DeclarationBroken
from tenants.pricing.services import PriceUnsound


@strawberry.input(description="A shelf, made or changed as a whole.")
class CategorySaveInput:
    """Without an id, a new one."""

    id: GlobalID | None = strawberry.field(default=None, description="Which to change.")
    parent_id: GlobalID | None = strawberry.field(
        default=None, description="The shelf above; null puts it at the top."
    )
    name: list[TextInput] = strawberry.field(
        description="In the operator's language at least; up to 200 characters."
    )
    position: int = strawberry.field(default=0, description="Its place among its siblings.")
    active: bool = strawberry.field(
        default=True, description="False hides it and all below it, with their services."
    )


@strawberry.input(description="A stop that every order of a service visits.")
class ServiceStopInput:
    """A stop and its proofs."""

    kind: StopKind = strawberry.field(description="What happens there.")
    photo: Need = strawberry.field(default=Need.OFF, description="Whether a photo is taken.")
    pin: Need = strawberry.field(
        default=Need.OFF, description="Whether the customer's PIN is asked; not at a pick-up."
    )


@strawberry.input(description="What a customer is asked; what is left out is not asked.")
class AskedFieldsInput:
    """The fields of the order form."""

    weight: Need = strawberry.field(default=Need.OFF, description="The weight.")
    items: Need = strawberry.field(
        default=Need.OFF, description="A list of things; REQUIRED where we buy them."
    )
    parcel_code: Need = strawberry.field(
        default=Need.OFF, description="The code at each pick-up stop."
    )
    duration: Need = strawberry.field(default=Need.OFF, description="How long the work takes.")
    insured_value: Need = strawberry.field(default=Need.OFF, description="A value to insure.")
    urgent: Need = strawberry.field(
        default=Need.OFF, description="Whether it may be urgent; OFF or OPTIONAL."
    )
    appointment: Need = strawberry.field(
        default=Need.OFF,
        description="A courier's time, booked beforehand; only for work at one place.",
    )


@strawberry.input(description="A service's draft, made or changed as a whole.")
class ServiceSaveInput:
    """Without an id, a new one."""

    id: GlobalID | None = strawberry.field(default=None, description="Which to change.")
    revision: int | None = strawberry.field(
        default=None,
        description="The draft's `revision` that was edited: refused when it was saved since. Null "
        "writes over whatever there is.",
    )
    category_id: GlobalID = strawberry.field(description="The shelf it is on.")
    line_id: GlobalID | None = strawberry.field(
        default=None, description="The line of service it is of, whose kind it has."
    )
    kind: ServiceKind = strawberry.field(
        description="How it is fulfilled; fixed once a version is published."
    )
    name: list[TextInput] = strawberry.field(
        description="In the operator's language at least; up to 200 characters."
    )
    summary: list[TextInput] = strawberry.field(
        default_factory=list, description="A line; up to 300 characters."
    )
    description: list[TextInput] = strawberry.field(
        default_factory=list, description="At length; up to 5000 characters."
    )
    stops: list[ServiceStopInput] | None = strawberry.field(
        default=None, description="In order, at most 8; null takes those usual for the kind."
    )
    asked: AskedFieldsInput | None = strawberry.field(
        default=None, description="Null takes what is usual for the kind."
    )
    declaration: ServiceDeclarationInput | None = strawberry.field(
        default=None, description="Questions, steps, requirements and terms; null: none."
    )
    duration_minutes: int | None = strawberry.field(
        default=None, description="How long it takes: 15 to 960."
    )
    position: int = strawberry.field(default=0, description="Its place in lists.")


@strawberry.input(description="Which draft to put on sale.")
class ServicePublishInput:
    """A service."""

    service_id: GlobalID = strawberry.field(description="A Service's id.")


@strawberry.input(description="What to take off sale.")
class ServiceDelistInput:
    """A service."""

    service_id: GlobalID = strawberry.field(description="A Service's id.")
    at: datetime | None = strawberry.field(
        default=None,
        description="When, with its offset, within a year; null for at once. Publishing takes the "
        "date away again.",
    )


@strawberry.type(description="Saved.")
class CategorySaveSuccess:
    """The shelf, as it is now."""

    category: Category = strawberry.field(description="As it is now.")


@strawberry.type(description="Saved; what is on sale is as before.")
class ServiceSaveSuccess:
    """The service with its draft."""

    service: Service = strawberry.field(description="With its draft.")


@strawberry.type(description="On sale.")
class ServicePublishSuccess:
    """The service, as customers see it now."""

    service: Service = strawberry.field(description="As customers see it now.")


@strawberry.type(description="Off sale.")
class ServiceDelistSuccess:
    """The service, as it is now."""

    service: Service = strawberry.field(description="As it is now.")


@strawberry.type
class CatalogMutations:
    """Root mutations of the catalogue."""

    @mutation(right=Right.CATALOG_MANAGE)
    def category_save(self, info: Info, input: CategorySaveInput) -> CategorySaveSuccess:
        """Make a shelf, or rename, move, hide or show one."""
        category = services.category_save(
            actor=actor_of(info.context),
            category_id=row_id(input.id, "Category") if input.id else None,
            parent_id=row_id(input.parent_id, "Category") if input.parent_id else None,
            name=texts_of(input.name),
            position=input.position,
            active=input.active,
        )
        return CategorySaveSuccess(category=cast(Category, category))

    @mutation(right=Right.CATALOG_MANAGE, refusals=[services.ServiceChanged])
    def service_save(self, info: Info, input: ServiceSaveInput) -> ServiceSaveSuccess:
        """Make or change a draft; customers see it once it is published."""
        service = services.service_save(
            actor=actor_of(info.context),
            service_id=row_id(input.id, "Service") if input.id else None,
            revision=input.revision,
            category_id=row_id(input.category_id, "Category"),
            line_id=row_id(input.line_id, "Line") if input.line_id else None,
            kind=input.kind,
            name=texts_of(input.name),
            summary=texts_of(input.summary),
            description=texts_of(input.description),
            declaration=_declaration(input),
            duration_minutes=input.duration_minutes,
            position=input.position,
            at=clock.now(),
        )
        return ServiceSaveSuccess(service=cast(Service, service))

    @mutation(right=Right.CATALOG_MANAGE, refusals=[DeclarationBroken, PriceUnsound])
    def service_publish(self, info: Info, input: ServicePublishInput) -> ServicePublishSuccess:
        """Put a draft on sale as the service's next version."""
        service = services.service_publish(
            actor=actor_of(info.context),
            service_id=row_id(input.service_id, "Service"),
            at=clock.now(),
        )
        return ServicePublishSuccess(service=cast(Service, service))

    @mutation(right=Right.CATALOG_MANAGE, refusals=[IllegalMove])
    def service_delist(self, info: Info, input: ServiceDelistInput) -> ServiceDelistSuccess:
        """Take a service off sale; quotes and orders that were made stay valid."""
        service = delisting.service_delist(
            actor=actor_of(info.context),
            service_id=row_id(input.service_id, "Service"),
            on=input.at,
            at=clock.now(),
        )
        return ServiceDelistSuccess(service=cast(Service, service))


def _declaration(input: ServiceSaveInput) -> Declaration:
    usual = default_declaration(input.kind)
    stops = usual.stops
    if input.stops is not None:
        stops = tuple(StopDeclaration(stop.kind, stop.photo, stop.pin) for stop in input.stops)
    asked = usual.asked if input.asked is None else Asked(**vars(input.asked))
    written = Declaration(stops=stops, asked=asked).serialise()
    if input.declaration is not None:
        written |= input.declaration.stored()
    return Declaration.parse(written)
