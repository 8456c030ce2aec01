"""Writes of the catalogue: shelves, drafts, and what goes on sale."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Max

from kernel.events import Fact, announce
from kernel.files import Upload, file_remove, store_image
from kernel.locks import transaction_lock
from kernel.refusals import InvalidInput, NotFound
from kernel.texts import texts_checked
from tenants.access.actors import Actor
from tenants.access.rights import Right
from tenants.brand.selectors import brand_language
from tenants.catalog.declaration import DURATION_MINUTES, Declaration, Need
from tenants.catalog.events import SERVICE_PUBLISHED
from tenants.catalog.models import Category, Media, Service, ServiceKind, ServiceVersion
from tenants.catalog.selectors import MAX_DEPTH
from tenants.catalog.states import SERVICE_LIFE

MAX_CATEGORIES: Final = 300
MAX_MEDIA: Final = 10
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
    if not active:
        hidden = [row.id for level in below[1:] for row in level]
        Category.objects.filter(id__in=hidden).update(active=False)
    return category


@transaction.atomic
def service_save(
    *,
    actor: Actor,
    service_id: UUID | None,
    category_id: UUID,
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

    Shelf and position are no part of a version and change at once. The kind is fixed once a
    version exists. Raises `NotFound` and `InvalidInput`.
    """
    actor.require(Right.CATALOG_MANAGE)
    if service_id is not None:
        service = access_service(actor=actor, service_id=service_id)
    else:
        service = Service(created_at=at)
    if not Category.objects.filter(id=category_id).exists():
        raise NotFound(what="Category")
    if service.version_id is not None and kind != service.kind:
        raise InvalidInput(field="kind", reason="fixed once a version is published")
    declaration.check(kind)
    _check_duration(duration_minutes, declaration)
    language = brand_language()
    service.category_id = category_id
    service.kind = kind
    service.name = texts_checked(name, field="name", max_length=NAME_LENGTH, language=language)
    service.summary = texts_checked(
        summary,
        field="summary",
        max_length=SUMMARY_LENGTH,
        language=language if summary else None,
    )
    service.description = _prose_checked(
        description,
        field="description",
        max_length=DESCRIPTION_LENGTH,
        language=language if description else None,
    )
    service.declaration = declaration.serialise()
    service.duration_minutes = duration_minutes
    service.position = position
    service.updated_at = at
    service.save()
    return service


@transaction.atomic
def service_publish(*, actor: Actor, service_id: UUID, at: datetime) -> Service:
    """Put the draft on sale as the next version, and announce it.

    Raises `NotFound`. No price is needed: see `SERVICE_PUBLISHED`.
    """
    publishing_lock()
    service = access_service(actor=actor, service_id=service_id)
    service.state = SERVICE_LIFE.check(state=service.state, move="publish")
    service.version = version_of(service, at=at)
    service.version.save(force_insert=True)
    service.updated_at = at
    service.save(update_fields=["state", "version", "updated_at"])
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


@transaction.atomic
def service_delist(*, actor: Actor, service_id: UUID, at: datetime) -> Service:
    """Take a service off sale; its versions stay. Raises `NotFound` and `IllegalMove`."""
    service = access_service(actor=actor, service_id=service_id)
    service.state = SERVICE_LIFE.check(state=service.state, move="delist")
    service.updated_at = at
    service.save(update_fields=["state", "updated_at"])
    return service


@transaction.atomic
def service_media_add(
    *, actor: Actor, service_id: UUID, upload: Upload, alt: Mapping[str, str], at: datetime
) -> Media:
    """Add a picture after the others.

    Raises `NotFound`, `InvalidInput`, `FileTooLarge`, `FileTypeRefused` and `PlanLimitReached`.
    """
    service = access_service(actor=actor, service_id=service_id)
    pictures = Media.objects.filter(service=service)
    if pictures.count() >= MAX_MEDIA:
        raise InvalidInput(field="upload", reason=f"at most {MAX_MEDIA} pictures")
    words = texts_checked(
        alt, field="alt", max_length=NAME_LENGTH, language=brand_language() if alt else None
    )
    last = pictures.aggregate(last=Max("position"))["last"]
    with store_image(
        upload, folder=f"catalog/{service.id}", max_bytes=settings.UPLOAD_MAX_BYTES, at=at
    ) as stored:
        assert stored.width is not None and stored.height is not None
        return Media.objects.create(
            service=service,
            file=stored.path,
            width=stored.width,
            height=stored.height,
            alt=words,
            position=0 if last is None else last + 1,
            created_at=at,
        )


@transaction.atomic
def service_media_remove(*, actor: Actor, media_id: UUID, at: datetime) -> None:
    """Take a picture off its service, and its file away. Raises `NotFound`."""
    actor.require(Right.CATALOG_MANAGE)
    picture = Media.objects.select_for_update().filter(id=media_id).first()
    if picture is None:
        raise NotFound(what="ServiceMedia")
    picture.delete()
    file_remove(picture.file, at=at)


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


def _check_duration(minutes: int | None, declaration: Declaration) -> None:
    if minutes is None:
        if declaration.asked.duration is Need.OPTIONAL:
            raise InvalidInput(
                field="durationMinutes", reason="needed, since the customer need not say how long"
            )
    elif minutes not in DURATION_MINUTES:
        raise InvalidInput(
            field="durationMinutes",
            reason=f"between {DURATION_MINUTES[0]} and {DURATION_MINUTES[-1]}",
        )


def _prose_checked(
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
