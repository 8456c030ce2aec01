"""What customers cannot read yet in every language that the operator promises."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

import strawberry
from django.db.models import Q, QuerySet
from strawberry.relay import GlobalID

from kernel import clock
from kernel.texts import untranslated_in
from schema.core.context import Info
from schema.core.enums import described_enum
from schema.core.fields import query
from schema.core.texts import read_text
from tenants.access.rights import Right
from tenants.brand.models import Bulletin, Settings
from tenants.brand.selectors import brand_languages
from tenants.catalog.models import Case, Category, Faq, Line, Service
from tenants.places.models import Place, Zone
from tenants.pricing.models import Rule
from tenants.promotions.models import Promotion

MOST: Final = 200


class UntranslatedKind(StrEnum):
    """What has texts of its own."""

    BRAND = "brand"
    CATEGORY = "category"
    LINE = "line"
    SERVICE = "service"
    CASE = "case"
    FAQ = "faq"
    PRICE_RULE = "price_rule"
    PROMOTION = "promotion"
    ZONE = "zone"
    PLACE = "place"
    BULLETIN = "bulletin"


described_enum(
    UntranslatedKind,
    "What a text belongs to.",
    BRAND="The operator's name and slogan.",
    CATEGORY="A shelf of the catalogue that is in use.",
    LINE="A line of service.",
    SERVICE="The draft of a service that is not off sale.",
    CASE="A case of a service.",
    FAQ="A question about a service.",
    PRICE_RULE="A price rule in use; its words stand on customers' receipts.",
    PROMOTION="A promotion that is not over.",
    ZONE="A zone in use.",
    PLACE="A place in use.",
    BULLETIN="A notice that is not over.",
)


@strawberry.type(description="Something whose texts lack a language.")
class Untranslated:
    """One row, whichever of its texts it is."""

    kind: UntranslatedKind = strawberry.field(description="What it is.")
    subject_id: GlobalID | None = strawberry.field(description="Its id; null for the brand.")
    service_id: GlobalID | None = strawberry.field(
        description="The service that it belongs to; null for what stands by itself."
    )
    service_name: str | None = strawberry.field(
        description="What that service is called, in the caller's language."
    )
    name: str = strawberry.field(description="What it is called, in the caller's language.")
    languages: list[str] = strawberry.field(
        description="Which of `language` and `moreLanguages` some text of it lacks."
    )


@dataclass(frozen=True)
class _Source:
    kind: UntranslatedKind
    type_name: str
    columns: tuple[str, ...]
    rows: QuerySet[Any]


def _sources(at: datetime) -> Iterator[_Source]:
    """Whatever customers read, in the order in which it is told; the first column names it."""
    on = {"active": True}
    kinds = UntranslatedKind
    rules = Rule.objects.filter(**on).select_related("service")
    services = Service.objects.exclude(state=Service.State.DELISTED)
    promotions = Promotion.objects.filter(Q(ends_at=None) | Q(ends_at__gt=at))
    bulletins = Bulletin.objects.filter(Q(shown_until=None) | Q(shown_until__gt=at))
    yield _Source(kinds.BRAND, "", ("name", "slogan"), Settings.objects.all())
    yield _Source(kinds.CATEGORY, "Category", ("name",), Category.objects.filter(**on))
    yield _Source(kinds.LINE, "Line", ("name",), Line.objects.all())
    yield _Source(kinds.SERVICE, "Service", ("name", "summary", "description"), services)
    yield _Source(
        kinds.CASE, "ServiceCase", ("title", "story"), Case.objects.select_related("service")
    )
    yield _Source(
        kinds.FAQ, "ServiceFaq", ("question", "answer"), Faq.objects.select_related("service")
    )
    yield _Source(kinds.PRICE_RULE, "PriceRule", ("label",), rules)
    yield _Source(kinds.PROMOTION, "Promotion", ("name",), promotions)
    yield _Source(kinds.ZONE, "Zone", ("name",), Zone.objects.filter(**on))
    yield _Source(kinds.PLACE, "Place", ("name",), Place.objects.filter(**on))
    yield _Source(kinds.BULLETIN, "Bulletin", ("title", "text"), bulletins)


@strawberry.type
class UntranslatedQueries:
    """The root query field of what lacks a translation."""

    @query(right=Right.BRAND_MANAGE)
    def untranslated(self, info: Info) -> list[Untranslated]:
        """What lacks one of the operator's languages, by kind; at most 200."""
        languages = brand_languages()
        found: list[Untranslated] = []
        for source in _sources(clock.now()):
            found += _of(source, languages, info, MOST - len(found))
            if len(found) == MOST:
                break
        return found


def _of(source: _Source, languages: Sequence[str], info: Info, most: int) -> Iterator[Untranslated]:
    for row, lacking in untranslated_in(source.rows, source.columns, languages, most=most):
        key: UUID = row.pk
        service: Service | None = getattr(row, "service", None)
        yield Untranslated(
            kind=source.kind,
            subject_id=GlobalID(source.type_name, str(key)) if source.type_name else None,
            service_id=GlobalID("Service", str(service.pk)) if service else None,
            service_name=read_text(service.name, info) if service else None,
            name=read_text(getattr(row, source.columns[0]), info),
            languages=lacking,
        )
