"""Couriers as customers see and compare them before they order."""

from datetime import datetime
from typing import Annotated, Self, cast

import strawberry
from strawberry import relay

from kernel import clock
from schema.catalog.declared.kinds import Certificate, Gender
from schema.core.context import Info
from schema.core.enums import described_enum
from schema.core.fields import mutation, query
from schema.core.ids import row_id
from schema.core.rights import Audience, actor_of
from schema.couriers.types import CourierFace
from schema.places.types import PointInput, position_of
from tenants.access.rights import Right
from tenants.couriers.selectors import courier_at_work
from tenants.talk import providers
from tenants.talk.providers import ProviderSort

described_enum(
    ProviderSort,
    "In what order couriers are shown.",
    name="ProviderSort",
    RATING="The best first; of few ratings each counts for less.",
    EXPERIENCE="Whoever has completed the most orders first.",
    DISTANCE="The nearest to `near` first; those of whom it is not told last.",
)


@strawberry.type(description="The middle of a cell of a grid, half a kilometre or so each way.")
class BlurredPoint:
    """WGS-84 degrees."""

    latitude: float = strawberry.field(description="Of the middle of the cell.")
    longitude: float = strawberry.field(description="Of the middle of the cell.")


@strawberry.type(description="A courier who may be asked for a service.")
class Provider:
    """What a customer chooses by."""

    face: CourierFace = strawberry.field(description="Name, rating, and how much they have done.")
    certificates: list[Certificate] = strawberry.field(
        description="Kinds of evidence of theirs that staff have checked."
    )
    exams: list[str] = strawberry.field(description="The keys of exams passed.")
    level: int = strawberry.field(description="0 to 9, as staff have set it.")
    works_since: datetime | None = strawberry.field(description="When the operator took them on.")
    gender: Gender | None = strawberry.field(
        description="Where the service asks for one, as the law lets it; else null."
    )
    is_followed: bool = strawberry.field(description="Whether the caller follows them.")
    position: BlurredPoint | None = strawberry.field(
        description="Where they are, blurred: on duty, seen of late, and with their consent only."
    )
    distance_meters: int | None = strawberry.field(
        description="From `near` to `position`, in a straight line."
    )

    @classmethod
    def of(cls, found: providers.Provider) -> Self:
        """From the stored one."""
        cell = found.cell
        return cls(
            face=cast(CourierFace, found.courier),
            certificates=[Certificate(kind) for kind in found.certificates],
            exams=list(found.courier.exams),
            level=found.courier.level,
            works_since=found.courier.reviewed_at,
            gender=Gender(found.gender) if found.gender else None,
            is_followed=found.is_followed,
            position=BlurredPoint(latitude=cell.latitude, longitude=cell.longitude)
            if cell
            else None,
            distance_meters=found.meters,
        )


@strawberry.input(description="Whom to show; all of it.")
class ProviderFiltersInput:
    """What is left out does not matter."""

    text: str = strawberry.field(
        default="", description="Every word of it is in their name or introduction; up to 200."
    )
    courier_ids: list[relay.GlobalID] | None = strawberry.field(
        default=None, description="Only these, to compare them; at most 10."
    )
    rating_at_least: float | None = strawberry.field(
        default=None, description="1 to 5, on average; whom nobody has rated is left out."
    )
    within_meters: int | None = strawberry.field(
        default=None,
        description="So near to `near`, up to 50,000; those of whom it is not told are left out.",
    )


@strawberry.type
class ProviderQueries:
    """Root query fields of couriers as customers see them."""

    @query(right=Audience.SIGNED_IN)
    def providers(
        self,
        info: Info,
        service_id: Annotated[
            relay.GlobalID | None, strawberry.argument(description="What for; null for anything.")
        ] = None,
        near: Annotated[
            PointInput | None,
            strawberry.argument(description="Where: only those who take work there, and how far."),
        ] = None,
        filters: Annotated[
            ProviderFiltersInput | None, strawberry.argument(description="Whom to show.")
        ] = None,
        sort: Annotated[
            ProviderSort, strawberry.argument(description="In what order.")
        ] = ProviderSort.RATING,
    ) -> list[Provider]:
        """Couriers who may do a service, or found by name, at most 50; or some to compare.

        NOT_FOUND for a service that is not on sale.
        """
        given = filters or ProviderFiltersInput()
        found = providers.providers_of(
            actor=actor_of(info.context),
            service_id=row_id(service_id, "Service") if service_id else None,
            filters=providers.ProviderFilters(
                text=given.text,
                courier_ids=None
                if given.courier_ids is None
                else [row_id(each, "Courier") for each in given.courier_ids],
                rating_at_least=given.rating_at_least,
                within_meters=given.within_meters,
                near=position_of(near, "near") if near else None,
            ),
            sort=sort,
            at=clock.now(),
        )
        return [Provider.of(each) for each in found]

    @query(right=Right.FULFIL_AS_COURIER)
    def courier_shown_on_map(self, info: Info) -> bool:
        """Whether the caller has agreed to be shown, blurred, on customers' maps."""
        return providers.map_consent_given(courier_at_work(actor_of(info.context)).id)


@strawberry.input(description="A courier's consent to be shown on customers' maps.")
class CourierShowOnMapInput:
    """Given, or taken back."""

    shown: bool = strawberry.field(
        description="True: while on duty, by the half kilometre. False: no longer, at once."
    )


@strawberry.type(description="As asked.")
class CourierShowOnMapSuccess:
    """The consent."""

    shown: bool = strawberry.field(description="As it is now.")


@strawberry.type
class ProviderMutations:
    """Root mutations of couriers as customers see them."""

    @mutation(right=Right.FULFIL_AS_COURIER)
    def courier_show_on_map(
        self, info: Info, input: CourierShowOnMapInput
    ) -> CourierShowOnMapSuccess:
        """Agree to be shown, blurred, on customers' maps while on duty, or no longer."""
        providers.courier_show_on_map(
            actor=actor_of(info.context), shown=input.shown, at=clock.now()
        )
        return CourierShowOnMapSuccess(shown=input.shown)
