"""GraphQL types of the catalogue."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any, Self, cast
from uuid import UUID

import strawberry
import strawberry_django
from django.db.models import Case, F, QuerySet, When
from strawberry import relay
from strawberry_django.relay import DjangoListConnection

from schema.catalog.content import Line, ServiceCase, ServiceFaq, ServiceMedia
from schema.catalog.declared.kinds import Need, StopKind
from schema.catalog.declared.types import ServiceDeclaration, ServiceFinding
from schema.catalog.kinds import ServiceKind, in_back_office
from schema.catalog.reasons import Recommended, recommended_of
from schema.core.context import Info
from schema.core.enums import described_enum
from schema.core.scalars import Money, money_of
from schema.core.texts import Text, all_texts_field, read_text, text_field
from schema.lowering.declare import Column, Mean, Parts, Words, by_sql, money
from tenants.catalog import declaration as declarations
from tenants.catalog import models
from tenants.catalog.findings import service_findings
from tenants.catalog.selectors import only_on_sale, services_counted

ServiceState = models.Service.State
described_enum(
    ServiceState,
    "Where a service stands.",
    name="ServiceState",
    DRAFT="Never published.",
    PUBLISHED="On sale, by its latest version.",
    DELISTED="Taken off sale.",
)


@strawberry.type(description="A stop that every order of a service visits.")
class ServiceStop:
    """A stop and its proofs."""

    kind: StopKind = strawberry.field(description="What happens there.")
    photo: Need = strawberry.field(description="Whether the courier takes a photo.")
    pin: Need = strawberry.field(description="Whether the customer's PIN is asked.")


@strawberry.type(description="What a customer is asked when ordering a service.")
class AskedFields:
    """The fields of the order form, as `declarations.Asked` has them."""

    weight: Need = strawberry.field(description="The weight.")
    items: Need = strawberry.field(description="A list of things.")
    parcel_code: Need = strawberry.field(description="The code at each pick-up stop.")
    duration: Need = strawberry.field(description="How long the work takes.")
    insured_value: Need = strawberry.field(description="A value to insure.")
    urgent: Need = strawberry.field(description="Whether it may be urgent; never REQUIRED.")
    appointment: Need = strawberry.field(
        description="A courier's time, held or booked, that `orderPlace` takes."
    )


@strawberry.type(description="What customers think of a service.")
class Rating:
    """Average and count."""

    average: float | None = strawberry.field(description="1 to 5; null while nobody has rated.")
    count: int = strawberry.field(description="How many have rated.")


@strawberry_django.type(models.Category, name="Category", description="A shelf of the catalogue.")
class Category(relay.Node):
    """Hidden ones are seen by the back office alone."""

    id: relay.NodeID[UUID]
    name: str = text_field("name", "What customers call it.")
    names: list[Text] = all_texts_field("name", "The name in every language.")
    position: int = strawberry_django.field(description="Its place among its siblings.")
    active: bool = strawberry_django.field(description="False: hidden with all below it.")
    parent: Self | None = strawberry_django.field(description="The shelf above; null at the top.")
    children: list[Self] = strawberry_django.field(description="The shelves below, in order.")
    services_count: int = strawberry_django.field(
        annotate=lambda info: services_counted(on_sale=not in_back_office(info)),
        description="How many services lie on this very shelf, of those that the caller sees.",
    )
    services: DjangoListConnection[
        Annotated["Service", strawberry.lazy("schema.catalog.types")]
    ] = strawberry_django.connection(
        description="What is on this very shelf, in order; `services` has those below it as well."
    )

    @classmethod
    def get_queryset(
        cls, queryset: QuerySet[models.Category], info: Info, **_: Any
    ) -> QuerySet[models.Category]:
        """What is shown; all, for the back office."""
        return queryset if in_back_office(info) else queryset.filter(active=True)


def _stops(stored: dict[str, Any]) -> list[ServiceStop]:
    stops = declarations.Declaration.parse(stored).stops
    return [ServiceStop(kind=stop.kind, photo=stop.photo, pin=stop.pin) for stop in stops]


def _asked(stored: dict[str, Any]) -> AskedFields:
    return AskedFields(**asdict(declarations.Declaration.parse(stored).asked))


@strawberry_django.type(
    models.ServiceVersion,
    name="ServiceVersion",
    description="A service as it was published; what quotes and orders are made under.",
)
class ServiceVersion(relay.Node):
    """Public: whatever was published was."""

    id: relay.NodeID[UUID]
    number: int = strawberry_django.field(description="Counts the service's versions from 1.")
    kind: ServiceKind = strawberry_django.field(description="How it is fulfilled.")
    name: str = text_field("name", "What it was called.")
    summary: str = text_field("summary", "What it is, in a line.")
    published_at: datetime = strawberry_django.field(description="When it went on sale.")

    @strawberry_django.field(only=["declaration"], description="What it was sold under.")
    def declared(root: models.ServiceVersion, info: Info) -> ServiceDeclaration:
        return ServiceDeclaration.of(root.declaration, info)

    @classmethod
    def get_queryset(
        cls, queryset: QuerySet[models.ServiceVersion], info: Info, **_: Any
    ) -> QuerySet[models.ServiceVersion]:
        """All."""
        return queryset


@strawberry_django.type(
    models.Service,
    name="ServiceDraft",
    description="A service as it is being edited; on sale once it is published.",
)
class ServiceDraft:
    """Seen by the back office."""

    names: list[Text] = all_texts_field("name", "The name in every language.")
    summaries: list[Text] = all_texts_field("summary", "The summary in every language.")
    descriptions: list[Text] = all_texts_field("description", "The description likewise.")
    duration_minutes: int | None = strawberry_django.field(description="How long it takes.")
    revision: int = strawberry_django.field(
        description="Counts how often it was saved; for `serviceSave`."
    )
    updated_at: datetime = strawberry_django.field(description="When it was last changed.")
    delists_at: datetime | None = strawberry_django.field(
        description="When it goes off sale, or went; null where nobody has said."
    )

    @strawberry_django.field(only=["declaration"], description="The stops of its orders.")
    def stops(root: models.Service) -> list[ServiceStop]:
        return _stops(root.declaration)

    @strawberry_django.field(only=["declaration"], description="What customers will be asked.")
    def asked(root: models.Service) -> AskedFields:
        return _asked(root.declaration)

    @strawberry_django.field(
        only=["name", "summary", "description", "declaration"],
        description="What keeps it from being published, but for its price; see `servicePublish`.",
    )
    def findings(root: models.Service, info: Info) -> list[ServiceFinding]:
        found = service_findings(root, languages=info.context.languages)
        return [ServiceFinding.of(finding) for finding in found]

    @strawberry_django.field(only=["declaration"], description="The rest of its declaration.")
    def declared(root: models.Service, info: Info) -> ServiceDeclaration:
        return ServiceDeclaration.of(root.declaration, info)

    @classmethod
    def is_type_of(cls, obj: object, info: object) -> bool:
        """Any service: `node` marks its row as a `Service`, and the row is its own draft."""
        return isinstance(obj, models.Service)


def _sold(column: str) -> dict[str, Any]:
    """What the optimizer reads for a field of the published version: one column, by a join."""
    sold = Case(When(version=None, then=F(column)), default=F(f"version__{column}"))
    return {"annotate": {f"sold_{column}": sold}}


def _read_sold(root: models.Service, column: str) -> Any:
    """The column of the published version, or of the draft where there is none."""
    row = vars(root)
    name = f"sold_{column}"
    return row[name] if name in row else getattr(root.sold, column)


def _sold_text(column: str, description: str) -> Any:
    def resolver(root: models.Service, info: Info) -> str:
        return read_text(_read_sold(root, column), info)

    return strawberry_django.field(
        resolver=resolver,
        description=description,
        metadata=by_sql(Words(f"sold_{column}")),
        **_sold(column),
    )


@strawberry_django.type(
    models.Service, name="Service", description="What the operator offers, as it is sold."
)
class Service(relay.Node):
    """Customers see those on sale; the back office sees all."""

    id: relay.NodeID[UUID]
    kind: ServiceKind = strawberry_django.field(description="How it is fulfilled.")
    state: ServiceState = strawberry_django.field(description="Where it stands.")
    category: Category = strawberry_django.field(description="The shelf it is on.")
    position: int = strawberry_django.field(description="Its place in lists.")
    name: str = _sold_text("name", "What it is called.")
    summary: str = _sold_text("summary", "What it is, in a line.")
    description: str = _sold_text("description", "What it is, at length.")
    line: Line | None = strawberry_django.field(description="The line of service, if of any.")
    media: list[ServiceMedia] = strawberry_django.field(description="Its gallery, in order.")
    cases: list[ServiceCase] = strawberry_django.field(
        description="Work that was done, told with the consent of whom it was done for; in order."
    )
    faqs: list[ServiceFaq] = strawberry_django.field(
        description="What customers ask about it, in order."
    )

    @strawberry_django.field(
        description="How long it takes, where that is fixed.",
        metadata=by_sql(Column("sold_duration_minutes")),
        **_sold("duration_minutes"),
    )
    def duration_minutes(root: models.Service) -> int | None:
        minutes: int | None = _read_sold(root, "duration_minutes")
        return minutes

    @strawberry_django.field(description="The stops of its orders.", **_sold("declaration"))
    def stops(root: models.Service) -> list[ServiceStop]:
        return _stops(_read_sold(root, "declaration"))

    @strawberry_django.field(description="What the customer is asked.", **_sold("declaration"))
    def asked(root: models.Service) -> AskedFields:
        return _asked(_read_sold(root, "declaration"))

    @strawberry_django.field(
        description="The rest of what its orders follow from.", **_sold("declaration")
    )
    def declared(root: models.Service, info: Info) -> ServiceDeclaration:
        return ServiceDeclaration.of(_read_sold(root, "declaration"), info)

    @strawberry_django.field(
        only=["price_from", "price_currency"],
        metadata=by_sql(money("price_from", "price_currency", nullable=True)),
        description="What the least order costs; null while no tariff prices it.",
    )
    def price_from(root: models.Service) -> Money | None:
        if root.price_from is None:
            return None
        return money_of(root.price_from, root.price_currency)

    @strawberry_django.field(
        only=["rating_sum", "rating_count"],
        metadata=by_sql(
            Parts({"average": Mean("rating_sum", "rating_count"), "count": Column("rating_count")})
        ),
        description="What customers think of it.",
    )
    def rating(root: models.Service) -> Rating:
        count = root.rating_count
        return Rating(average=root.rating_sum / count if count else None, count=count)

    @strawberry_django.field(
        only=["version__number"],
        select_related=["version"],
        description="The version on sale, or last on sale; null for one never published.",
    )
    def version_number(root: models.Service) -> int | None:
        return root.version.number if root.version else None

    @strawberry_django.field(
        only=[
            "name",
            "summary",
            "description",
            "declaration",
            "duration_minutes",
            "revision",
            "updated_at",
        ],
        description="Its next version; null for all but those who manage services or prices.",
    )
    def draft(root: models.Service, info: Info) -> ServiceDraft | None:
        return cast(ServiceDraft, root) if in_back_office(info) else None

    @strawberry_django.field(
        description="Why it is recommended; null but in `recommendations`.",
        disable_optimization=True,
    )
    def recommended(root: models.Service, info: Info) -> Recommended | None:
        return recommended_of(root, info)

    @strawberry_django.field(
        description="From `near` of `catalogSearch` in a straight line to the nearest station that "
        "a zone of the service covers; without one to another place in its zones, or to their "
        "border. Null elsewhere, and for what is offered nowhere.",
        disable_optimization=True,
    )
    def distance_meters(root: models.Service) -> int | None:
        meters: int | None = vars(root).get("distance")
        return meters

    @classmethod
    def get_queryset(
        cls, queryset: QuerySet[models.Service], info: Info, **_: Any
    ) -> QuerySet[models.Service]:
        """Those on sale; all, for the back office."""
        return queryset if in_back_office(info) else only_on_sale(queryset)
