"""Reads of the catalogue."""

from collections.abc import Collection, Sequence
from functools import reduce
from operator import and_, or_
from typing import Final
from uuid import UUID

from django.db.models import BooleanField, Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce

from kernel.refusals import InvalidInput, NotFound
from tenants.catalog.models import Category, Line, Service, ServiceKind
from tenants.catalog.search.words import MAX_QUESTION, asked

MAX_DEPTH: Final = 5
"""Levels of the category tree."""

MOST_NAMED: Final = 100
"""Services that somebody may ask for by their ids at once: as many as a page has."""


def category_roots() -> QuerySet[Category]:
    """The shelves at the top, hidden ones too, in order."""
    return Category.objects.filter(parent=None)


def lines_declared() -> QuerySet[Line]:
    """The operator's lines of service, in order."""
    return Line.objects.all()


def categories_shown() -> QuerySet[Category]:
    """The shelves that customers see, in order."""
    return Category.objects.filter(active=True)


def only_on_sale(services: QuerySet[Service]) -> QuerySet[Service]:
    """Those that customers can see and order: published, on a shelf that is shown."""
    return services.filter(state=Service.State.PUBLISHED, category__active=True)


def services_on_sale(
    *,
    kind: ServiceKind | None = None,
    category_id: UUID | None = None,
    ids: Sequence[UUID] | None = None,
) -> QuerySet[Service]:
    """What customers can see and order, in order; of a kind; on a shelf or below it; of `ids`.

    Raises `InvalidInput` for more ids than `MOST_NAMED`.
    """
    services = only_on_sale(_named(Service.objects.order_by("position", "id"), ids))
    if kind is not None:
        services = services.filter(kind=kind)
    return services if category_id is None else on_shelf(services, category_id)


def _named(services: QuerySet[Service], ids: Sequence[UUID] | None) -> QuerySet[Service]:
    if ids is None:
        return services
    if len(ids) > MOST_NAMED:
        raise InvalidInput(field="ids", reason=f"at most {MOST_NAMED}")
    return services.filter(id__in=ids)


def on_shelf(services: QuerySet[Service], category_id: UUID) -> QuerySet[Service]:
    """Those of `services` on the shelf or below it."""
    shelves = ("category" + "__parent" * depth for depth in range(MAX_DEPTH))
    return services.filter(reduce(or_, (Q(**{shelf: category_id}) for shelf in shelves)))


def in_order(ids: list[UUID]) -> QuerySet[Service]:
    """Those of `ids` that are on sale, in the order of the list."""
    place = RawSQL("array_position(%s::uuid[], catalog_service.id)", [ids])
    return only_on_sale(Service.objects.filter(id__in=ids)).order_by(place)


def services_drafted(
    *,
    state: Service.State | None = None,
    category_id: UUID | None = None,
    text: str = "",
    ids: Sequence[UUID] | None = None,
) -> QuerySet[Service]:
    """Every service, or those in one state; on a shelf or below it; that are called so; of `ids`.

    `text` is a part of the draft's name in any language; or the words, in pinyin too, by which the
    version on sale is found. In order. Raises `InvalidInput` for more ids than `MOST_NAMED`.
    """
    services = _named(Service.objects.order_by("position", "id"), ids)
    if state is not None:
        services = services.filter(state=state)
    if category_id is not None:
        services = on_shelf(services, category_id)
    wanted = text[:MAX_QUESTION].strip()
    return services.filter(_called(wanted)) if wanted else services


def _called(text: str) -> Q:
    named = RawSQL(
        "EXISTS (SELECT FROM jsonb_each_text(catalog_service.name) AS said (language, text)"
        " WHERE strpos(lower(said.text), lower(%s)) > 0)",
        [text],
        BooleanField(),
    )
    leads = [word.text if word.dense else f" {word.stem}" for word in asked(text)]
    sold = (Q(search_name__contains=lead) for lead in leads)
    return Q(named) | reduce(and_, sold) if leads else Q(named)


def services_counted(*, on_sale: bool) -> Coalesce:
    """How many services lie on a shelf itself, to annotate a queryset of shelves with."""
    services = Service.objects.filter(category=OuterRef("pk")).order_by()
    if on_sale:
        services = only_on_sale(services)
    counted = services.values("category").annotate(count=Count("*")).values("count")
    return Coalesce(Subquery(counted), 0)


def service_by_id(service_id: UUID) -> QuerySet[Service]:
    """The service as a queryset of one or none, for its reader's scope to narrow."""
    return Service.objects.filter(id=service_id)


def service_on_sale(service_id: UUID) -> Service:
    """The service with its version. Raises `NotFound` unless customers can order it."""
    service = only_on_sale(Service.objects.select_related("version")).filter(id=service_id).first()
    if service is None:
        raise NotFound(what="Service")
    return service


def services_published() -> QuerySet[Service]:
    """Every published service with its version, whether its shelf is shown or not."""
    return Service.objects.filter(state=Service.State.PUBLISHED).select_related("version")


def services_known(service_ids: Collection[UUID]) -> int:
    """How many of these services there are, on sale or not."""
    return Service.objects.filter(id__in=service_ids).count()


def service_exists(service_id: UUID) -> bool:
    """Whether there is such a service, on sale or not."""
    return Service.objects.filter(id=service_id).exists()
