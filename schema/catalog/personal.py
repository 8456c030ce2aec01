"""Favourites, what was looked at, and recommendations, of the person who asks."""

from typing import cast

import strawberry
from django.db.models import QuerySet
from strawberry.relay import GlobalID
from strawberry_django.relay import DjangoListConnection

from kernel import clock
from schema.catalog.types import Service
from schema.core.context import Info
from schema.core.fields import connection, mutation, query
from schema.core.ids import row_id
from schema.core.rights import Audience, actor_of
from tenants.access.rights import Right
from tenants.catalog import models, personal
from tenants.catalog.recommendations import recommended


@strawberry.type
class PersonalQueries:
    """Root query fields of what a person likes."""

    @connection(DjangoListConnection[Service], right=Right.ORDER_AS_CUSTOMER)
    def favourite_services(self, info: Info) -> QuerySet[models.Service]:
        """One's favourites that are on sale, the latest first, at most 200."""
        return personal.favourites_of(actor_of(info.context))

    @connection(DjangoListConnection[Service], right=Right.ORDER_AS_CUSTOMER)
    def seen_services(self, info: Info) -> QuerySet[models.Service]:
        """What one looked at and is on sale, the latest first, at most 50."""
        return personal.seen_by(actor_of(info.context))

    @query(right=Audience.PUBLIC, shared=True)
    def recommendations(self, info: Info) -> list[Service]:
        """At most 12 services that one may like, the best first; `recommended` says why.

        Nothing of one's own is used for strangers, and for whoever switched it off.
        """
        return recommended(info.context.actor)  # type: ignore[return-value]

    @query(right=Right.ORDER_AS_CUSTOMER)
    def recommendations_on(self, info: Info) -> bool:
        """Whether recommendations are made of what one keeps, orders and looks at."""
        return personal.recommendations_are_on(actor_of(info.context).person_id)


@strawberry.input(description="Whether a service is a favourite.")
class ServiceFavourInput:
    """Twice is as good as once."""

    service_id: GlobalID = strawberry.field(description="A Service's id.")
    kept: bool = strawberry.field(description="False takes it off the favourites.")


@strawberry.input(description="What one looks at.")
class ServiceSeeInput:
    """A service."""

    service_id: GlobalID = strawberry.field(description="A Service's id.")


@strawberry.input(description="The switch of article 24 of China's PIPL.")
class RecommendationsSwitchInput:
    """On or off."""

    on: bool = strawberry.field(
        description="Whether they are made of what one keeps, orders and looks at."
    )


@strawberry.type(description="Kept, or not.")
class ServiceFavourSuccess:
    """The service."""

    service: Service = strawberry.field(description="What it was about.")


@strawberry.type(description="Noted.")
class ServiceSeeSuccess:
    """The service."""

    service: Service = strawberry.field(description="What one looks at.")


@strawberry.type(description="Forgotten.")
class SeenServicesClearSuccess:
    """How many."""

    forgotten: int = strawberry.field(description="How many services were forgotten.")


@strawberry.type(description="Switched.")
class RecommendationsSwitchSuccess:
    """The switch."""

    on: bool = strawberry.field(description="As it is now.")


@strawberry.type
class PersonalMutations:
    """Root mutations of what a person likes."""

    @mutation(right=Right.ORDER_AS_CUSTOMER)
    def service_favour(self, info: Info, input: ServiceFavourInput) -> ServiceFavourSuccess:
        """Make a service one's favourite, or no longer; at most 200."""
        service = personal.favourite_set(
            actor=actor_of(info.context),
            service_id=row_id(input.service_id, "Service"),
            kept=input.kept,
            at=clock.now(),
        )
        return ServiceFavourSuccess(service=cast(Service, service))

    @mutation(right=Right.ORDER_AS_CUSTOMER)
    def service_see(self, info: Info, input: ServiceSeeInput) -> ServiceSeeSuccess:
        """Note that one looks at a service; the latest 50 are kept."""
        service = personal.seen_note(
            actor=actor_of(info.context),
            service_id=row_id(input.service_id, "Service"),
            at=clock.now(),
        )
        return ServiceSeeSuccess(service=cast(Service, service))

    @mutation(right=Right.ORDER_AS_CUSTOMER)
    def seen_services_clear(self, info: Info) -> SeenServicesClearSuccess:
        """Forget what one looked at."""
        return SeenServicesClearSuccess(forgotten=personal.seen_clear(actor=actor_of(info.context)))

    @mutation(right=Right.ORDER_AS_CUSTOMER)
    def recommendations_switch(
        self, info: Info, input: RecommendationsSwitchInput
    ) -> RecommendationsSwitchSuccess:
        """Switch recommendations made of what one does on or off; they begin switched on."""
        on = personal.recommendations_switch(
            actor=actor_of(info.context), on=input.on, at=clock.now()
        )
        return RecommendationsSwitchSuccess(on=on)
