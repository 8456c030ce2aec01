"""Writes of the catalogue: shelves, drafts, and what goes on sale."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F

from kernel.events import Fact, announce
from kernel.locks import transaction_lock
from kernel.refusals import InvalidInput, NotFound, Refusal
from kernel.texts import texts_checked
from tenants.access.actors import Actor
from tenants.access.rights import Right
from tenants.brand.selectors import brand_language, brand_languages
from tenants.catalog.declaration import DURATION_MINUTES, Declaration, Need
from tenants.catalog.events import SERVICE_PUBLISHED
from tenants.catalog.findings import findings_refuse, service_findings
from tenants.catalog.models import Category, Line, Service, ServiceKind, ServiceVersion
from tenants.catalog.search.index import search_refresh
from tenants.catalog.selectors import MAX_DEPTH, on_shelf
from tenants.catalog.states import SERVICE_LIFE

MAX_CATEGORIES: Final = 300
NAME_LENGTH, SUMMARY_LENGTH, DESCRIPTION_LENGTH = 200, 300, 5000


@transaction.atomic
def category_save(
    *,
    actor: Actor,
    category_id: UUID | None,
    parent_id: UUID | None,
    name: Mapping[str, str],
    position: int,
    active: bool,
) -> Category:
    """Make or change a shelf; no `category_id` makes one, no `parent_id` puts it at the top.

    Hiding one hides all below it. Raises `NotFound` and `InvalidInput` (a cycle, too deep, below a
    hidden one, a text missing).
    """
    actor.require(Right.CATALOG_MANAGE)
    # One change of the tree at a time: two moves that are each legal can make a cycle together.
    transaction_lock("catalog.categories")
    tree = {category.id: category for category in Category.objects.all()}
    category = _category(tree, category_id) if category_id else Category()
    parent = _category(tree, parent_id) if parent_id else None
    if category_id is None and len(tree) >= MAX_CATEGORIES:
        raise InvalidInput(field="name", reason=f"at most {MAX_CATEGORIES} categories")
    line = _line_up(tree, parent)
    below = _below(tree, category)
    if category in line:
        raise InvalidInput(field="parentId", reason="a category cannot be below itself")
    if len(line) + len(below) > MAX_DEPTH:
        raise InvalidInput(field="parentId", reason=f"at most {MAX_DEPTH} levels")
    if active and parent is not None and not parent.active:
        raise InvalidInput(field="active", reason="the category above is hidden")
    category.parent = parent
    category.name = texts_checked(
        name, field="name", max_length=NAME_LENGTH, language=brand_language()
    )
    category.position = position
    category.active = active
    category.save()
    search_refresh(on_shelf(Service.objects.all(), category.id))
    if not active:
        hidden = [row.id for level in below[1:] for row in level]
        Category.objects.filter(id__in=hidden).update(active=False)
    return category


@dataclass(eq=False)
class ServiceChanged(Refusal):
    """The draft has been saved since the revision that it was edited from.

    `revision` is the one there is now, of `saved_at`; `by_yourself`: in another window, say.
    """

    revision: int
    saved_at: datetime
    by_yourself: bool


@transaction.atomic
def service_save(
    *,
    actor: Actor,
    service_id: UUID | None,
    revision: int | None = None,
    category_id: UUID,
    line_id: UUID | None = None,
    kind: ServiceKind,
    name: Mapping[str, str],
    summary: Mapping[str, str],
    description: Mapping[str, str],
    declaration: Declaration,
    duration_minutes: int | None,
    position: int,
    at: datetime,
) -> Service:
    """Make or change a draft. What is on sale stays as it is until the draft is published.

    Shelf, line and position are no part of a version and change at once. The kind is fixed once a
    version exists. With the `revision` that was edited, nobody's save in between is lost. Raises
    `ServiceChanged`, `NotFound` and `InvalidInput`.
    """
    actor.require(Right.CATALOG_MANAGE)
    if service_id is not None:
        service = access_service(actor=actor, service_id=service_id)
        _check_revision(service, revision, actor)
        service.revision += 1
    elif revision is not None:
        raise InvalidInput(field="revision", reason="a new service has none yet")
    else:
        service = Service(created_at=at)
    if not Category.objects.filter(id=category_id).exists():
        raise NotFound(what="Category")
    if service.version_id is not None and kind != service.kind:
        raise InvalidInput(field="kind", reason="fixed once a version is published")
    line = Line.objects.filter(id=line_id).first() if line_id else None
    if line_id and line is None:
        raise NotFound(what="Line")
    if line is not None and line.kind != kind:
        raise InvalidInput(field="lineId", reason=f"a line of kind {line.kind}")
    declaration.check(kind)
    duration_check(duration_minutes, declaration)
    language = brand_language()
    moved = (service.category_id, service.line_id) != (category_id, line_id)
    service.category_id = category_id
    service.line = line
    service.kind = kind
    service.name = texts_checked(name, field="name", max_length=NAME_LENGTH, language=language)
    service.summary = texts_checked(
        summary,
        field="summary",
        max_length=SUMMARY_LENGTH,
        language=language if summary else None,
    )
    service.description = prose_checked(
        description,
        field="description",
        max_length=DESCRIPTION_LENGTH,
        language=language if description else None,
    )
    service.declaration = declaration.serialise()
    service.duration_minutes = duration_minutes
    service.position = position
    service.updated_at = at
    service.saved_by = actor.person_id
    service.save()
    if moved:
        search_refresh(Service.objects.filter(id=service.id))
    return service


@transaction.atomic
def service_publish(*, actor: Actor, service_id: UUID, at: datetime) -> Service:
    """Put the draft on sale as the next version, and announce it.

    Raises `NotFound` and `DeclarationBroken`. No price is needed: see `SERVICE_PUBLISHED`.
    """
    publishing_lock()
    service = access_service(actor=actor, service_id=service_id)
    findings_refuse(service_findings(service, languages=brand_languages()))
    if service.state != Service.State.PUBLISHED:
        service.on_sale_since = at
    service.state = SERVICE_LIFE.check(state=service.state, move="publish")
    service.version = version_of(service, at=at)
    service.version.save(force_insert=True)
    service.updated_at = at
    service.delists_at = None
    service.save(update_fields=["state", "version", "updated_at", "on_sale_since", "delists_at"])
    search_refresh(Service.objects.filter(id=service.id))
    announce(
        Fact(
            kind=SERVICE_PUBLISHED,
            subject=service.id,
            at=at,
            data={"number": service.version.number},
        )
    )
    service.refresh_from_db(fields=["price_from", "price_currency"])
    return service


def access_service(*, actor: Actor, service_id: UUID) -> Service:
    """The service, locked, for whoever manages the catalogue. Raises `NotFound`."""
    actor.require(Right.CATALOG_MANAGE)
    # Its version is not joined: after a wait for the lock, the join would miss a new version.
    service = Service.objects.select_for_update().filter(id=service_id).first()
    if service is None:
        raise NotFound(what="Service")
    return service


def publishing_lock() -> None:
    """One publishing at a time, of services and of what prices them, until the transaction ends.

    So that a price and the version that it is for are always seen together.
    """
    transaction_lock("catalog.publishing")


def version_of(service: Service, *, at: datetime) -> ServiceVersion:
    """The draft as the version after its present one, not saved."""
    return ServiceVersion(
        service=service,
        number=service.version.number + 1 if service.version else 1,
        kind=service.kind,
        name=service.name,
        summary=service.summary,
        description=service.description,
        declaration=service.declaration,
        duration_minutes=service.duration_minutes,
        published_at=at,
    )


def service_prices_set(*, prices: Mapping[UUID, int | None], currency: str) -> None:
    """For the layer that prices: set `price_from` by service, in minor units of `currency`."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE catalog_service SET price_from = priced.amount, price_currency = %s"
            " FROM unnest(%s::uuid[], %s::bigint[]) priced (id, amount)"
            " WHERE catalog_service.id = priced.id",
            [currency, list(prices), list(prices.values())],
        )


def service_rate(*, service_id: UUID, score: int) -> None:
    """For the layer that reviews: count one more score of 1 to 5."""
    Service.objects.filter(id=service_id).update(
        rating_sum=F("rating_sum") + score, rating_count=F("rating_count") + 1
    )


def _check_revision(service: Service, revision: int | None, actor: Actor) -> None:
    if revision is not None and revision != service.revision:
        raise ServiceChanged(
            revision=service.revision,
            saved_at=service.updated_at,
            by_yourself=service.saved_by == actor.person_id,
        )


def _category(tree: Mapping[UUID, Category], category_id: UUID) -> Category:
    if category_id not in tree:
        raise NotFound(what="Category")
    return tree[category_id]


def _line_up(tree: Mapping[UUID, Category], category: Category | None) -> list[Category]:
    """`category` and everything above it, upwards."""
    line = []
    while category is not None:
        line.append(category)
        category = tree[category.parent_id] if category.parent_id else None
    return line


def _below(tree: Mapping[UUID, Category], category: Category) -> list[list[Category]]:
    """`category` and everything below it, a list for each level."""
    levels = [[category]]
    while level := [row for row in tree.values() if row.parent_id in {up.id for up in levels[-1]}]:
        levels.append(level)
    return levels


def duration_check(minutes: int | None, declaration: Declaration) -> None:
    """Raises `InvalidInput` for a time no service takes, and for none where one is needed."""
    if minutes is None:
        if declaration.asked.duration is Need.OPTIONAL:
            raise InvalidInput(
                field="durationMinutes", reason="needed, since the customer need not say how long"
            )
        if (declaration.asked.duration, declaration.asked.appointment) == (Need.OFF, Need.REQUIRED):
            raise InvalidInput(
                field="durationMinutes", reason="needed, since an appointment takes some time"
            )
    elif minutes not in DURATION_MINUTES:
        raise InvalidInput(
            field="durationMinutes",
            reason=f"between {DURATION_MINUTES[0]} and {DURATION_MINUTES[-1]}",
        )


def prose_checked(
    texts: Mapping[str, str], *, field: str, max_length: int, language: str | None
) -> dict[str, str]:
    """`texts_checked` for texts of several lines."""
    unix = {tag: text.replace("\r\n", "\n") for tag, text in texts.items()}
    texts_checked(
        {tag: text.replace("\n", " ") for tag, text in unix.items()},
        field=field,
        max_length=max_length,
        language=language,
    )
    return {tag: text.strip() for tag, text in unix.items()}
