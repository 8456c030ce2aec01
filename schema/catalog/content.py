"""GraphQL types of what stands beside a service."""

from datetime import datetime
from typing import Any
from uuid import UUID

import strawberry_django
from django.db.models import QuerySet
from strawberry import relay

from kernel import clock
from kernel.files import signed_url
from schema.catalog.kinds import LINK_LIFETIME, ServiceKind, in_back_office
from schema.core.context import Info
from schema.core.enums import described_enum
from schema.core.texts import Text, all_texts_field, text_field
from schema.places.hours import OpeningHours, hours_of
from tenants.catalog import models

MediaKind = models.Media.Kind
described_enum(
    MediaKind,
    "What is in a gallery.",
    name="MediaKind",
    PICTURE="A picture.",
    VIDEO="A video.",
)
Moment = models.Moment
described_enum(
    Moment,
    "When in the work it was taken.",
    name="Moment",
    BEFORE="Before the work.",
    AFTER="After the work.",
    OTHER="Neither, or it does not matter.",
)


def on_sale_or_office(queryset: QuerySet[Any], info: Info, service: str) -> QuerySet[Any]:
    """Rows whose `service` is on sale; all, for the back office."""
    if in_back_office(info):
        return queryset
    state = {f"{service}__state": models.Service.State.PUBLISHED}
    return queryset.filter(**state, **{f"{service}__category__active": True})


def _link(file: str) -> str:
    return signed_url(file, at=clock.about_now(), lifetime=LINK_LIFETIME)


@strawberry_django.type(
    models.Line, name="Line", description="A line of service that the operator declares."
)
class Line(relay.Node):
    """Public: pet care, phone repair, cross-border pick-up."""

    id: relay.NodeID[UUID]
    key: str = strawberry_django.field(description="Its name for programs.")
    name: str = text_field("name", "What customers call it.")
    names: list[Text] = all_texts_field("name", "The name in every language.")
    kind: ServiceKind = strawberry_django.field(description="How its services are fulfilled.")
    position: int = strawberry_django.field(description="Its place in lists.")

    @strawberry_django.field(only=["hours"], description="When it is taken on; null for always.")
    def hours(root: models.Line) -> OpeningHours | None:
        return hours_of(root)

    @classmethod
    def get_queryset(
        cls, queryset: QuerySet[models.Line], info: Info, **_: Any
    ) -> QuerySet[models.Line]:
        """All."""
        return queryset


@strawberry_django.type(
    models.Media, name="ServiceMedia", description="A picture or a video of a service."
)
class ServiceMedia(relay.Node):
    """Public, like the service."""

    id: relay.NodeID[UUID]
    kind: MediaKind = strawberry_django.field(description="What it is.")
    moment: Moment = strawberry_django.field(description="When in the work it was taken.")
    width: int = strawberry_django.field(description="In pixels.")
    height: int = strawberry_django.field(description="In pixels.")
    seconds: int | None = strawberry_django.field(
        description="How long a video lasts; null for a picture."
    )
    alt: str = text_field("alt", "What it shows, in words.")
    alts: list[Text] = all_texts_field("alt", "What it shows, in every language.")

    @strawberry_django.field(only=["file"], description="Where it is; the link expires.")
    def url(root: models.Media) -> str:
        return _link(root.file)

    @classmethod
    def get_queryset(
        cls, queryset: QuerySet[models.Media], info: Info, **_: Any
    ) -> QuerySet[models.Media]:
        """Those of services on sale; all, for the back office."""
        return on_sale_or_office(queryset, info, "service")


@strawberry_django.type(models.CasePicture, name="CasePicture", description="A picture of a case.")
class CasePicture(relay.Node):
    """Shown with its case."""

    id: relay.NodeID[UUID]
    moment: Moment = strawberry_django.field(description="When in the work it was taken.")
    width: int = strawberry_django.field(description="In pixels.")
    height: int = strawberry_django.field(description="In pixels.")
    alt: str = text_field("alt", "What it shows, in words.")
    alts: list[Text] = all_texts_field("alt", "What it shows, in every language.")

    @strawberry_django.field(only=["file"], description="Where it is; the link expires.")
    def url(root: models.CasePicture) -> str:
        return _link(root.file)

    @classmethod
    def get_queryset(
        cls, queryset: QuerySet[models.CasePicture], info: Info, **_: Any
    ) -> QuerySet[models.CasePicture]:
        """Those of cases that are shown; all, for the back office."""
        if in_back_office(info):
            return queryset
        return on_sale_or_office(queryset.filter(case__shown=True), info, "case__service")


@strawberry_django.type(
    models.Case,
    name="ServiceCase",
    description="A piece of work that was done, told with the consent of whom it was done for.",
)
class ServiceCase(relay.Node):
    """Customers see those that are shown; the back office sees all."""

    id: relay.NodeID[UUID]
    title: str = text_field("title", "What was done, in a line.")
    titles: list[Text] = all_texts_field("title", "The title in every language.")
    story: str = text_field("story", "How it went.")
    stories: list[Text] = all_texts_field("story", "The story in every language.")
    pictures: list[CasePicture] = strawberry_django.field(description="Its pictures, in order.")
    shown: bool = strawberry_django.field(description="Whether customers see it.")

    @strawberry_django.field(
        only=["consent_at"],
        description="When the customer agreed to its being told; null without, and for customers.",
    )
    def consent_at(root: models.Case, info: Info) -> datetime | None:
        return root.consent_at if in_back_office(info) else None

    @classmethod
    def get_queryset(
        cls, queryset: QuerySet[models.Case], info: Info, **_: Any
    ) -> QuerySet[models.Case]:
        """Those shown of services on sale; all, for the back office."""
        if in_back_office(info):
            return queryset
        return on_sale_or_office(queryset.filter(shown=True), info, "service")


@strawberry_django.type(
    models.Faq, name="ServiceFaq", description="A question about a service, and its answer."
)
class ServiceFaq(relay.Node):
    """Public, like the service."""

    id: relay.NodeID[UUID]
    question: str = text_field("question", "What customers ask.")
    questions: list[Text] = all_texts_field("question", "The question in every language.")
    answer: str = text_field("answer", "What the operator says.")
    answers: list[Text] = all_texts_field("answer", "The answer in every language.")

    @classmethod
    def get_queryset(
        cls, queryset: QuerySet[models.Faq], info: Info, **_: Any
    ) -> QuerySet[models.Faq]:
        """Those of services on sale; all, for the back office."""
        return on_sale_or_office(queryset, info, "service")
